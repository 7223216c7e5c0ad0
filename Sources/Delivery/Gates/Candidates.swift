internal import Ledger
internal import Manifests

/// The versions that an environment may get of itself.
struct Candidates {
    /// One that ran in an environment before.
    struct Candidate: Hashable {
        var environment: String
        var residence: Residence
        /// What of it the target does not run.
        var changes: [Pinned]
        /// Whether it is what runs there now.
        var isCurrent: Bool
    }

    /// - Parameters:
    ///   - own: What ran in the environment itself, oldest first.
    ///   - sources: What ran in those before, each oldest first.
    /// - Returns: Newest first. None that the environment ever ran: what it left, only a person brings back.
    static func all(
        own: [Residence], sources: [(environment: String, residences: [Residence])], _ selection: Selection
    ) -> [Candidate] {
        guard let now = own.last, now.end == nil else { return [] }
        var found: [Candidate] = []
        for source in sources {
            let all = source.residences
            // What came before the state that the target has is older than it. Where the source never had that state,
            // nothing tells what is newer but that it runs now.
            let known = all.lastIndex { changes(to: $0, from: now).isEmpty }
            let first = known.map { $0 + 1 } ?? all.count - 1
            guard first >= 0, first < all.count else { continue }
            for index in all.indices[first...].reversed() {
                let isCurrent = index == all.count - 1 && all[index].end == nil
                if selection != .newest, !isCurrent { break }
                let changes = changes(to: all[index], from: now)
                guard !changes.isEmpty, !found.contains(where: { $0.changes == changes }) else { continue }
                // What went wrong there is not wanted here; the last word on it counts.
                guard all.last(where: { $0.runs(changes) })?.wasBad != true else { continue }
                guard !own.contains(where: { residence in changes.contains { residence.runs([$0]) } }) else {
                    continue
                }
                found.append(
                    Candidate(
                        environment: source.environment, residence: all[index], changes: changes,
                        isCurrent: isCurrent))
            }
        }
        return found
    }

    /// What runs in an environment before, would be another version, and does not come of itself: why.
    static func obstacle(
        own: [Residence], sources: [(environment: String, residences: [Residence])]
    ) -> String? {
        guard let now = own.last, now.end == nil else { return nil }
        for source in sources {
            guard let last = source.residences.last, last.end == nil else { continue }
            let changes = changes(to: last, from: now)
            guard let version = changes.first.map({ Version($0.version).short }) else { continue }
            if last.wasBad { return "\(version) \(last.outcome.rawValue) in \(source.environment)" }
            return "\(version) was there before"
        }
        return nil
    }

    /// The versions of artifacts that both run, where they differ.
    private static func changes(to residence: Residence, from now: Residence) -> [Pinned] {
        now.versions.compactMap { own in
            guard let other = residence.versions.first(where: { $0.isOf(own.named) }),
                !Version(other.version).isSame(as: Version(own.version))
            else { return nil }
            return Pinned(own.named, Version(other.version))
        }
    }
}
