internal import System

/// What Kargo's Stages and gitops-promoter's PromotionStrategies say: which environment comes before which, and on which
/// branches they are.
struct PromotionStages {
    /// For each stage, those before it, as most of its definitions have it.
    private var before: [String: [String]] = [:]
    private var evidence: [String: String] = [:]
    /// The branches of each strategy, in order.
    private var strategies: [[String]] = []

    init(_ checkout: Checkout, _ objects: DeployingObjects) throws {
        var definitions: [String: [(before: [String], evidence: String)]] = [:]
        for file in objects[.kargo] {
            for stage in try checkout.objects(
                in: file,
                {
                    $0.kind == "Stage" && $0.original.group == "kargo.akuity.io"
                })
            {
                definitions[stage.name, default: []].append(
                    (Self.upstream(of: stage.content["spec"]), "\(file): Stage/\(stage.name)"))
            }
        }
        for file in objects[.promoter] {
            for strategy in try checkout.objects(in: file, { $0.kind == "PromotionStrategy" }) {
                let branches = (strategy.content["spec"]?["environments"]?.items ?? []).compactMap {
                    $0["branch"]?.string
                }
                strategies.append(branches)
                for (index, branch) in branches.enumerated() {
                    let earlier = index > 0 ? [FilePath.name(of: branches[index - 1])] : []
                    definitions[FilePath.name(of: branch), default: []].append(
                        (earlier, "\(file): PromotionStrategy/\(strategy.name)"))
                }
            }
        }
        for (name, all) in definitions {
            let counts = all.reduce(into: [:]) { $0[$1.before, default: 0] += 1 }
            // Of as many, the first that was found.
            let most = all.max { (counts[$0.before] ?? 0) < (counts[$1.before] ?? 0) }
            before[name] = most?.before
            evidence[name] = most?.evidence
        }
    }

    /// The stages that a stage gets its freight from.
    private static func upstream(of spec: Composed?) -> [String] {
        let requested = (spec?["requestedFreight"]?.items ?? []).flatMap {
            $0["sources"]?["stages"]?.items ?? []
        }
        let older = spec?["subscriptions"]?["upstreamStages"]?.items ?? []
        return unique(requested.compactMap(\.string) + older.compactMap { $0["name"]?.string })
    }

    /// The environments of a strategy whose branches are there: what tells them apart is their names' only difference.
    func branches(among known: [String]) throws -> Finding? {
        for strategy in strategies where strategy.count > 1 && strategy.allSatisfy(known.contains) {
            let head = strategy.dropFirst().reduce(strategy[0]) { $0.commonPrefix(with: $1) }
            let names = strategy.map { String($0.dropFirst(head.count)) }
            guard names.allSatisfy({ EnvironmentName.isValid($0) }) else { continue }
            var layout = Layout(path: nil)
            layout.place.branch = try Pattern(head + "{env}")
            if strategy.contains(where: { known.contains($0 + "-next") }) {
                layout.place.proposed = try Template(head + "{env}-next")
            }
            return Finding(layouts: [layout], names: names, weight: names.count)
        }
        return nil
    }

    /// Puts the environments that are stages into the order of these; the others keep what was guessed.
    func order(_ detected: inout DetectedLayout) {
        let old = detected.configuration.environments
        let names = old.map(\.environment.name)
        var declarations = old
        var isOrdered = false
        for index in declarations.indices {
            guard let stage = stage(of: names[index]) else { continue }
            let earlier = environments(before: stage, names).filter { $0 != names[index] }
            declarations[index].environment.after = earlier
            detected.evidence[names[index]] = detected.evidence[names[index]] ?? evidence[stage]
            isOrdered = isOrdered || !earlier.isEmpty
        }
        guard isOrdered, declarations.map(\.environment).firstInCircle == nil else { return }
        detected.configuration.environments = Self.sorted(declarations)
        detected.isOrdered = true
    }

    /// The stage that an environment is: of its name, or the only one of the same kind.
    private func stage(of environment: String) -> String? {
        if before[environment] != nil { return environment }
        guard let kind = StagedName(environment).stage else { return nil }
        let alike = before.keys.filter { StagedName($0).stage == kind && StagedName($0).isPure }
        return alike.count == 1 && StagedName(environment).isPure ? alike.first : nil
    }

    /// The nearest environments before a stage: some stages are none.
    private func environments(before stage: String, _ names: [String]) -> [String] {
        let byStage = Dictionary(
            names.compactMap { name in self.stage(of: name).map { ($0, name) } },
            uniquingKeysWith: { first, _ in first })
        var found: [String] = []
        var seen: Set<String> = [stage]
        var open = before[stage] ?? []
        while !open.isEmpty {
            let next = open.removeFirst()
            guard seen.insert(next).inserted else { continue }
            if let name = byStage[next] {
                if !found.contains(name) { found.append(name) }
            } else {
                open += before[next] ?? []
            }
        }
        return found
    }

    /// Each behind all that come before it, else as they were.
    private static func sorted(_ declarations: [Configuration.Declaration]) -> [Configuration.Declaration] {
        var rest = declarations
        var sorted: [Configuration.Declaration] = []
        while let index = rest.firstIndex(where: { one in
            one.environment.after.allSatisfy { name in !rest.contains { $0.environment.name == name } }
        }) {
            sorted.append(rest.remove(at: index))
        }
        return sorted + rest
    }
}

extension String {
    /// What both start with, up to the last sign that is no part of a word.
    fileprivate func commonPrefix(with other: String) -> String {
        let count = zip(self, other).prefix { $0 == $1 }.count
        var prefix = self.prefix(count)
        while let last = prefix.last, last.isLetter || last.isNumber { prefix.removeLast() }
        return String(prefix)
    }
}
