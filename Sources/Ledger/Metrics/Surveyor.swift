internal import Git
internal import Manifests
internal import System

/// Reads a survey, app by app.
struct Surveyor {
    let ledger: Ledger
    let judge: Judge
    let routes: Routes
    let source: SourceGraph
    let question: Survey.Question
    let names: ArtifactNames

    /// The deployments of an app, oldest first, by environment.
    private typealias Chains = [String: [Int]]

    mutating func read(_ survey: inout Survey) {
        var apps: [String: [Ledger.Series]] = [:]
        for series in ledger.series where Glob.includes(question.app, series.app) {
            apps[series.app, default: []].append(series)
        }
        var chosen: [(app: String, targets: [String], series: [Ledger.Series])] = []
        for (app, series) in apps.sorted(by: { $0.key < $1.key }) {
            let targets = series.map(\.environment).filter {
                question.targets?.contains($0) ?? routes.isEnd($0, app: app)
            }
            chosen.append((app, targets.sorted(), series))
        }
        // Without an order of environments, each is an end.
        if question.targets == nil, chosen.allSatisfy(\.targets.isEmpty) {
            let all = Set(chosen.flatMap { $0.series.map(\.environment) })
            let lasting = all.filter { !routes.isEphemeral($0) }
            let ends = lasting.isEmpty ? all : lasting
            chosen = chosen.map { app, _, series in
                (app, series.map(\.environment).filter(ends.contains).sorted(), series)
            }
        }
        survey.begin(Set(chosen.flatMap(\.targets)))
        for (app, targets, series) in chosen where !targets.isEmpty {
            var chains: Chains = [:]
            for one in series {
                chains[one.environment] = ledger.deployments(endingWith: one.last).reversed()
            }
            read(app, to: targets, chains: chains, survey: &survey)
        }
    }

    private func read(_ app: String, to targets: [String], chains: Chains, survey: inout Survey) {
        let existing = Set(chains.keys)
        var origins: [Route.Stage: VersionChanges] = [:]
        let firsts = names.firstDeployments(in: Array(chains.values))
        var followed: Set<[Route.Stage]> = []
        for target in targets {
            let chain = chains[target] ?? []
            let route = routes.route(to: target, from: question.origin, app: app, existing)
            for stage in route.stages { survey.pass(label(stage)) }
            let commits = readCommits(
                app, target: target, chain: chain, chains: chains, route: route, survey: &survey)
            var versions: Set<Int> = []
            if route.stages.count > 1, let first = route.stages.first {
                let changes =
                    origins[first]
                    ?? VersionChanges(
                        merged(first, chains), firsts: firsts, names: names, before: question.end)
                origins[first] = changes
                versions = readVersions(
                    changes, app: app, target: target, route: route, chains: chains,
                    hasSource: !commits.isEmpty, followed: &followed, survey: &survey)
            }
            let rollouts = judge.rollouts(chain).filter { $0.time < question.end }
            for rollout in rollouts {
                let isFromSource = commits.contains(rollout.number)
                survey.add(
                    rollout, isFromSource ? .source : versions.contains(rollout.number) ? .dwell : .nothing)
            }
            for number in chain { omit(number, &survey) }
        }
    }

    private func omit(_ number: Int, _ survey: inout Survey) {
        let row = ledger.tables.deployments[number]
        switch Deployment.Kind(rawValue: row.kind) {
        case .configuration: survey.omit(.configuration, number)
        case .race: survey.omit(.races, number)
        case .removal: survey.omit(.removals, number)
        case .initial where names.isBeforeHistory(number): survey.omit(.beforeHistory, number)
        default: break
        }
    }

    private func merged(_ stage: Route.Stage, _ chains: Chains) -> [Int] {
        let all = stage.environments.compactMap { chains[$0] }
        return all.count == 1 ? all[0] : all.joined().sorted()
    }

    private func time(_ number: Int) -> Int64 {
        ledger.tables.commits[Int(ledger.tables.deployments[number].commit)].time
    }

    // MARK: Versions

    /// Follows the versions that came to the first stage; gives the rollouts whose version came that way.
    private func readVersions(
        _ changes: VersionChanges, app: String, target: String, route: Route, chains: Chains,
        hasSource: Bool, followed: inout Set<[Route.Stage]>, survey: inout Survey
    ) -> Set<Int> {
        // By stage after the first, and change.
        var stages: [(name: String, label: String, numbers: [Int?], isOutside: [Bool])] = []
        for stage in route.stages.dropFirst() {
            var numbers = [Int?](repeating: nil, count: changes.changes.count)
            var isOutside = [Bool](repeating: true, count: changes.changes.count)
            for environment in stage.environments {
                let arrivals = changes.arrivals(
                    in: chains[environment] ?? [], names, before: question.end, hasStayed: judge.hasStayed)
                for change in numbers.indices {
                    numbers[change] = [numbers[change], arrivals.numbers[change]].compactMap { $0 }.min()
                    isOutside[change] = isOutside[change] && arrivals.isOutside[change]
                }
            }
            stages.append((stage.name, label(stage), numbers, isOutside))
        }
        guard let last = stages.last, let first = route.stages.first else { return [] }
        for (index, change) in changes.changes.enumerated() {
            let name = MovingChange.version(change.number)
            if let number = last.numbers[index] {
                survey.add(
                    Passage(leg: .dwell, change: name, number: number, start: change.time, end: time(number)))
            } else if !last.isOutside[index], !hasSource, isRunning(target, chains),
                first.environments.contains(where: { isIn($0, chains, broughtBy: change.number) }),
                !isIn(target, chains, broughtBy: change.number)
            {
                let reached = stages.dropLast().last { $0.numbers[index] != nil }?.name ?? first.name
                survey.add(
                    OpenChange(
                        change: name, app: app, environment: target, start: change.time, stage: reached))
            }
        }
        var from = (name: label(first), start: changes.changes.map { Optional($0.time) })
        for (position, stage) in stages.enumerated() {
            // Regions share the way up to them: it counts once.
            let isNew = followed.insert(Array(route.stages[...(position + 1)])).inserted
            for (index, change) in changes.changes.enumerated() where isNew {
                guard let number = stage.numbers[index], let start = from.start[index] else { continue }
                let leg = Passage.Leg.stage(from: from.name, to: stage.label)
                survey.add(
                    Passage(
                        leg: leg, change: .version(change.number), number: number, start: start,
                        end: time(number)))
            }
            from = (stage.label, stage.numbers.map { $0.map(time) })
        }
        return fromFirstStage(changes, chains[target] ?? [])
    }

    /// A stage as it is called with all that it has in other routes: a region is named by its group.
    private func label(_ stage: Route.Stage) -> String {
        stage.environments.first.flatMap(routes.group) ?? stage.name
    }

    private func isRunning(_ environment: String, _ chains: Chains) -> Bool {
        chains[environment]?.last { time($0) < question.end }.map { ledger.tables.deployments[$0].state != 0 }
            ?? false
    }

    /// Whether an environment runs at the end what a deployment brought, as it is followed for who asks where that is:
    /// what came later may have it in it, though nothing says so of versions without an order.
    private func isIn(_ environment: String, _ chains: Chains, broughtBy number: Int) -> Bool {
        guard let last = chains[environment]?.last(where: { time($0) < question.end }) else { return false }
        let series = ledger.tables.deployments[last].series
        let history = names.history(of: ledger.tables.series[Int(series)].app)
        return history.isIn(Int(series), endingWith: last, broughtBy: number, ledger)
    }

    /// The deployments that brought a version of the first stage.
    private func fromFirstStage(_ changes: VersionChanges, _ chain: [Int]) -> Set<Int> {
        Set(
            chain.filter { number in
                let row = ledger.tables.deployments[number]
                guard row.kind != Deployment.Kind.configuration.rawValue else { return false }
                let old = names.versions(of: ledger.stateBefore(number))
                let new = names.versions(of: row.state).filter { !old.contains($0) }
                return changes.isKnown(new)
            })
    }

    // MARK: Commits

    /// Follows the commits of an app's source; gives the deployments whose contents are known.
    private func readCommits(
        _ app: String, target: String, chain: [Int], chains: Chains, route: Route,
        survey: inout Survey
    ) -> Set<Int> {
        guard !source.isEmpty else { return [] }
        var numbers: Set<Int> = []
        var seen: Set<ObjectID> = []
        var begun: Set<String> = []
        var landed: Set<ObjectID> = []
        for number in chain
        where ledger.tables.deployments[number].kind != Deployment.Kind.configuration.rawValue {
            let deployment = ledger[number]
            guard deployment.time.seconds < question.end else { continue }
            let old = Set(deployment.before ?? [])
            let hasStayed = judge.hasStayed(number)
            var new: [SourceChange] = []
            for pin in deployment.after ?? [] where !old.contains(pin) {
                guard let head = source.head(of: pin, app: app) else { continue }
                // What an app had in it when it first came is no change.
                guard begun.contains(pin.artifact) else {
                    begun.insert(pin.artifact)
                    _ = source.commits(in: head, app: app, seen: &seen)
                    continue
                }
                numbers.insert(number)
                if hasStayed { new += source.commits(in: head, app: app, seen: &seen) }
            }
            for commit in new.withoutReverted() where landed.insert(commit.original ?? commit.id).inserted {
                survey.add(
                    Passage(
                        leg: .lead, change: .commit(commit), number: number, start: commit.time,
                        end: deployment.time.seconds))
            }
        }
        if isRunning(target, chains), !begun.isEmpty {
            readOpen(
                app, target: target, chains: chains, route: route, seen: seen, landed: landed, survey: &survey
            )
        }
        return numbers
    }

    /// What the stages before have, and the newest source, but the target has not.
    private func readOpen(
        _ app: String, target: String, chains: Chains, route: Route, seen: Set<ObjectID>,
        landed: Set<ObjectID>, survey: inout Survey
    ) {
        var seen = seen
        var open: [(commit: SourceChange, stage: String?)] = []
        for stage in route.stages.dropLast().reversed() {
            for environment in stage.environments.sorted() {
                guard let number = chains[environment]?.last(where: { time($0) < question.end }) else {
                    continue
                }
                for pin in ledger[number].after ?? [] {
                    guard let head = source.head(of: pin, app: app) else { continue }
                    open += source.commits(in: head, app: app, seen: &seen).map { ($0, stage.name) }
                }
            }
        }
        if let tip = source.tip(of: app) {
            open += source.commits(in: tip, app: app, seen: &seen).map { ($0, nil) }
        }
        let left = Set(open.map(\.commit).withoutReverted().map(\.id))
        for (commit, stage) in open where left.contains(commit.id) && commit.time < question.end {
            guard !landed.contains(commit.original ?? commit.id) else { continue }
            survey.add(
                OpenChange(
                    change: .commit(commit), app: app, environment: target, start: commit.time, stage: stage))
        }
    }
}
