/// Puts environments that were found into an order: which comes before which, and which belong together.
enum EnvironmentOrder {
    /// - Parameter tiers: the folder that an environment lies in, where that is a stage and not the environment
    ///   itself: its group.
    static func environments(named names: [String], tiers: [String: String]) -> [Environment] {
        let found = names.map { Found($0, tier: tiers[$0]) }
        var byLead: [String: [Found]] = [:]
        for one in found where one.tier == nil {
            if one.staged.isPure, let lead = one.staged.lead { byLead[lead, default: []].append(one) }
        }
        let groups = Set(tiers.values).union(byLead.filter { $0.value.count > 1 }.keys)
        return found.sorted().map { one in
            var environment = Environment(name: one.name)
            let group = one.tier ?? (one.staged.isPure ? one.staged.lead : nil)
            environment.group = group.flatMap { groups.contains($0) ? $0 : nil }
            environment.after = before(one, all: found, groups: groups)
            return environment
        }
    }

    private struct Found: Comparable {
        let name: String
        let tier: String?
        let staged: StagedName
        /// The stage of the tier, or of the name itself.
        let stage: Stage?

        init(_ name: String, tier: String?) {
            self.name = name
            self.tier = tier
            staged = StagedName(name)
            stage = tier.map(StagedName.init)?.stage ?? (tier == nil ? staged.stage : nil)
        }

        /// Whether the stage is what the name is about. Where it is an ending (`acme-dev`, `acmeprod`), the
        /// names of one family are a series of their own.
        var isStage: Bool { tier != nil || staged.lead != nil || staged.isPure }

        static func == (a: Found, b: Found) -> Bool { a.name == b.name }
        static func < (a: Found, b: Found) -> Bool {
            let key = { (one: Found) in
                (one.staged.ring == nil ? one.stage == nil ? 2 : 0 : 1, one.isStage ? 0 : 1)
            }
            if key(a) != key(b) { return key(a) < key(b) }
            if !a.isStage, a.staged.family != b.staged.family { return a.staged.family < b.staged.family }
            let rank = { (one: Found) in one.staged.ring ?? one.stage?.rawValue ?? 0 }
            if rank(a) != rank(b) { return rank(a) < rank(b) }
            return (a.tier == nil ? 0 : 1, a.name) < (b.tier == nil ? 0 : 1, b.name)
        }
    }

    private static func before(_ one: Found, all: [Found], groups: Set<String>) -> [String] {
        if let ring = one.staged.ring {
            let earlier = all.filter { $0.staged.ring.map { $0 < ring } ?? false }
            return earlier.max().map { [$0.name] } ?? []
        }
        guard let stage = one.stage else {
            // `acme` beside `acme-dev`.
            let earlier = all.filter {
                $0.staged.family == one.name && $0.stage.map { $0 < .production } ?? false
            }
            return earlier.max { ($0.stage ?? .local) < ($1.stage ?? .local) }.map { [$0.name] } ?? []
        }
        let lower = all.filter { $0.stage.map { $0 < stage } ?? false && $0.staged.ring == nil }
        let family = one.tier == nil ? one.staged.family : ""
        if !family.isEmpty {
            let own = lower.filter { $0.tier == nil && $0.staged.family == family }
            if let nearest = own.max(by: { ($0.stage ?? .local) < ($1.stage ?? .local) }) {
                return [nearest.name]
            }
        }
        let stages = lower.filter(\.isStage)
        guard one.isStage, let nearest = stages.compactMap(\.stage).max() else { return [] }
        let candidates = stages.filter { $0.stage == nearest }
        for candidate in candidates {
            if let group = candidate.tier ?? candidate.staged.lead, groups.contains(group) { return [group] }
        }
        // `development-operator` beside `development` comes before nothing.
        let pure = candidates.filter { $0.tier != nil || $0.staged.isPure }
        return (pure.isEmpty ? candidates : pure).map(\.name).sorted()
    }
}
