/// The versions that came to the first stage of a route: changes of which nothing else is known.
///
/// An environment has a change when it runs, of each artifact that the change brought a version of, that version or
/// one that came to the first stage later. Images are compared by the last part of their names, since environments
/// often pull from registries of their own.
struct VersionChanges {
    struct Version: Hashable {
        /// Of an image the last part of the name.
        var artifact: UInt32
        var version: UInt32
    }

    struct Change {
        /// The deployment that brought it first.
        var number: Int
        var time: Int64
        var versions: [Version]
    }

    private(set) var changes: [Change] = []
    /// The position in `changes` at which a version first came; -1 for what was there before history begins.
    private var positions: [Version: Int] = [:]
    /// By artifact, the changes that brought a version of it, in order.
    private var byArtifact: [UInt32: [Int]] = [:]

    /// - Parameter deployments: Those of the first stage, oldest first.
    init(_ deployments: [Int], _ names: ArtifactNames, before end: Int64) {
        let tables = names.ledger.tables
        for number in deployments {
            let row = tables.deployments[number]
            let time = tables.commits[Int(row.commit)].time
            guard row.kind != Deployment.Kind.configuration.rawValue, time < end else { continue }
            let new = names.versions(of: row.state).filter { positions[$0] == nil }
            guard !new.isEmpty else { continue }
            let isBefore = names.isBeforeHistory(number)
            for version in new { positions[version] = isBefore ? -1 : changes.count }
            guard !isBefore else { continue }
            for artifact in Set(new.map(\.artifact)) {
                byArtifact[artifact, default: []].append(changes.count)
            }
            changes.append(Change(number: number, time: time, versions: new))
        }
    }

    /// How far a state has come, by artifact: the newest change whose version it runs, -1 where it runs none of them.
    func reach(of versions: [Version]) -> [UInt32: Int] {
        var reach: [UInt32: Int] = [:]
        for version in versions {
            reach[version.artifact] = max(reach[version.artifact] ?? -1, positions[version] ?? -1)
        }
        return reach
    }

    /// Where changes are in an environment.
    struct Arrivals {
        /// By change, the number of the deployment that brought it.
        var numbers: [Int?]
        /// Changes that the environment had when it began, or does not want: it runs no artifact of theirs.
        var isOutside: [Bool]
    }

    /// Follows the deployments of an app in an environment, oldest first.
    ///
    /// - Parameter hasStayed: Whether a deployment brought something for good.
    func arrivals(
        in deployments: [Int], _ names: ArtifactNames, before end: Int64, hasStayed: (Int) -> Bool
    ) -> Arrivals {
        let tables = names.ledger.tables
        var arrivals = Arrivals(
            numbers: Array(repeating: nil, count: changes.count),
            isOutside: Array(repeating: true, count: changes.count))
        var missing = changes.map { Set($0.versions.map(\.artifact)) }
        // By artifact, how many of its changes have arrived.
        var counts: [UInt32: Int] = [:]
        for number in deployments {
            let row = tables.deployments[number]
            guard row.kind != Deployment.Kind.configuration.rawValue,
                tables.commits[Int(row.commit)].time < end, hasStayed(number)
            else { continue }
            let isBefore = names.isBeforeHistory(number)
            for (artifact, position) in reach(of: names.versions(of: row.state)) {
                let list = byArtifact[artifact] ?? []
                let isFirst = counts[artifact] == nil
                var count = counts[artifact] ?? 0
                while count < list.count, case let change = list[count], change <= position {
                    missing[change].remove(artifact)
                    // What came before the first version that the environment ever had, it never waited for.
                    if !isFirst || change == position && !isBefore {
                        (arrivals.numbers[change], arrivals.isOutside[change]) = (number, false)
                    }
                    count += 1
                }
                if isFirst { for change in list[count...] { arrivals.isOutside[change] = false } }
                counts[artifact] = count
            }
        }
        // Of several artifacts, the last one counts; those that never run here do not.
        for change in changes.indices where arrivals.numbers[change] != nil {
            if missing[change].contains(where: { counts[$0] != nil }) { arrivals.numbers[change] = nil }
        }
        return arrivals
    }
}

/// What states say, images by the last parts of their names, and which of them were there from the start.
final class ArtifactNames {
    let ledger: Ledger
    private var short: [UInt32: UInt32] = [:]
    private var byName: [Substring: UInt32] = [:]
    private var states: [UInt32: [VersionChanges.Version]] = [:]

    /// By place, the position of its first commit.
    private let firstCommits: Set<UInt32>

    init(_ ledger: Ledger) {
        self.ledger = ledger
        var firsts: [UInt16: UInt32] = [:]
        for index in 0..<ledger.tables.commits.count where firsts.count < ledger.tables.places.count {
            let place = ledger.tables.commits[index].place
            if firsts[place] == nil { firsts[place] = UInt32(index) }
        }
        firstCommits = Set(firsts.values)
    }

    /// Whether a deployment only says what was there when history begins, here or at all.
    func isBeforeHistory(_ number: Int) -> Bool {
        let row = ledger.tables.deployments[number]
        return row.basis == Deployment.Basis.horizon.rawValue || firstCommits.contains(row.commit)
    }

    func versions(of state: UInt32) -> [VersionChanges.Version] {
        if let known = states[state] { return known }
        let versions = ledger.tables.pins(of: state).map {
            VersionChanges.Version(artifact: short(of: $0.artifact), version: $0.version)
        }
        states[state] = versions
        return versions
    }

    private func short(of artifact: UInt32) -> UInt32 {
        if let known = short[artifact] { return known }
        let whole = ledger.tables.string(artifact)
        // Charts and Git refs come from one place for all: their names end alike where they are not the same.
        let isImage = !whole.hasPrefix("chart:") && !whole.hasPrefix("git:")
        let name = isImage ? whole.split(separator: "/").last ?? "" : whole[...]
        let number = byName[name] ?? artifact
        byName[name] = number
        short[artifact] = number
        return number
    }
}
