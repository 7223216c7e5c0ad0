internal import Manifests

/// The versions that came to the first stage of a route: changes of which nothing else is known.
///
/// An environment has a change when it runs, of each artifact that the change brought a version of, that version or
/// a later one by the order of versions that came later, as 1.1 has in it what 1.0 had. Of versions without an order, as of the builds
/// of branches, nothing follows from when they came. Images are compared by the last part of their names, since
/// environments often pull from registries of their own.
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
    /// The deployment that brought a version first, in any environment.
    private let firsts: [Version: Int]

    /// - Parameters:
    ///   - deployments: Those of the first stage, oldest first.
    ///   - firsts: By version, the first deployment of the app in any environment that had it in force.
    init(_ deployments: [Int], firsts: [Version: Int], names: ArtifactNames, before end: Int64) {
        self.firsts = firsts
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

    /// Whether one of some versions is one that came to the first stage after history begins.
    func isKnown(_ versions: [Version]) -> Bool { versions.contains { (positions[$0] ?? -1) >= 0 } }

    /// Whether what runs has a change in it.
    func isIn(_ versions: [Version], change: Int, _ names: ArtifactNames) -> Bool {
        changes[change].versions.contains { wanted in
            versions.contains { one in
                one == wanted
                    || firsts[one] ?? .min > firsts[wanted] ?? .max && names.isLater(one, than: wanted)
            }
        }
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
        // By artifact, the changes that have not arrived.
        var waiting: [UInt32: [Int]] = [:]
        for number in deployments {
            let row = tables.deployments[number]
            guard row.kind != Deployment.Kind.configuration.rawValue,
                tables.commits[Int(row.commit)].time < end
            else { continue }
            let running = names.versions(of: row.state)
            guard hasStayed(number) else {
                // It brought nothing for good, but shows what the environment runs, and so waits for.
                for change in running.flatMap({ byArtifact[$0.artifact] ?? [] }) {
                    arrivals.isOutside[change] = false
                }
                continue
            }
            let isBefore = names.isBeforeHistory(number)
            for artifact in Set(running.map(\.artifact)) {
                let isFirst = waiting[artifact] == nil
                let own = running.filter { $0.artifact == artifact }
                let newest = own.compactMap { positions[$0] }.max() ?? -1
                waiting[artifact] = (waiting[artifact] ?? byArtifact[artifact] ?? []).filter { change in
                    let isExact = own.contains { changes[change].versions.contains($0) }
                    guard isExact || isIn(own, change: change, names) || isFirst && change < newest
                    else {
                        arrivals.isOutside[change] = false
                        return true
                    }
                    missing[change].remove(artifact)
                    // What came before the first version that the environment ever had, it never waited for.
                    if !isFirst || isExact && !isBefore {
                        (arrivals.numbers[change], arrivals.isOutside[change]) = (number, false)
                    }
                    return false
                }
            }
        }
        // Of several artifacts, the last one counts; those that never run here do not.
        for change in changes.indices where arrivals.numbers[change] != nil {
            if missing[change].contains(where: { waiting[$0] != nil }) { arrivals.numbers[change] = nil }
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
    private var orders: [UInt32: Manifests.Version?] = [:]
    private var histories: [UInt32: AppHistory] = [:]
    /// What stands for versions that are written in several ways, with their digest and without.
    private var spellings: [VersionChanges.Version: UInt32] = [:]

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
        readSpellings()
    }

    /// A tag stands for the digest that it was seen with, if that is one; so does the digest alone. A tag that was seen
    /// with several stands for none of them.
    private func readSpellings() {
        let tables = ledger.tables
        var digests: [[String]: Set<String>] = [:]
        var tags: [[String]: String] = [:]
        var all: [(version: VersionChanges.Version, parsed: Manifests.Version)] = []
        for index in 0..<tables.pinned.count {
            let row = tables.pinned[index]
            let parsed = Manifests.Version(tables.string(row.version))
            let name = tables.string(short(of: row.artifact))
            all.append(
                (VersionChanges.Version(artifact: short(of: row.artifact), version: row.version), parsed))
            guard let digest = parsed.digest, let tag = parsed.tag else { continue }
            digests[[name, tag], default: []].insert(digest)
            tags[[name, digest]] = tag
        }
        guard !digests.isEmpty else { return }
        var first: [[String]: UInt32] = [:]
        for (version, parsed) in all {
            let name = tables.string(version.artifact)
            let tag = parsed.tag ?? parsed.digest.flatMap { tags[[name, $0]] }
            guard let tag, let known = digests[[name, tag]] else { continue }
            let key = known.count == 1 ? [name, tag] : [name, tag, parsed.digest ?? ""]
            spellings[version] = first[key] ?? version.version
            first[key] = first[key] ?? version.version
        }
    }

    /// The first deployment of each version, of some that go together by environment, oldest first.
    func firstDeployments(in chains: [[Int]]) -> [VersionChanges.Version: Int] {
        var firsts: [VersionChanges.Version: Int] = [:]
        for number in chains.joined() {
            let row = ledger.tables.deployments[number]
            guard row.kind != Deployment.Kind.configuration.rawValue else { continue }
            for version in versions(of: row.state) {
                firsts[version] = min(firsts[version] ?? .max, number)
            }
        }
        return firsts
    }

    /// What an app has run in all its environments.
    func history(of app: UInt32) -> AppHistory {
        if let known = histories[app] { return known }
        let history = AppHistory(of: app, ledger)
        histories[app] = history
        return history
    }

    /// Whether a deployment only says what was there when history begins, here or at all.
    func isBeforeHistory(_ number: Int) -> Bool {
        let row = ledger.tables.deployments[number]
        return row.basis == Deployment.Basis.horizon.rawValue || firstCommits.contains(row.commit)
    }

    func versions(of state: UInt32) -> [VersionChanges.Version] {
        if let known = states[state] { return known }
        let versions = ledger.tables.pins(of: state).map { pin in
            var version = VersionChanges.Version(artifact: short(of: pin.artifact), version: pin.version)
            version.version = spellings[version] ?? version.version
            return version
        }
        states[state] = versions
        return versions
    }

    /// Whether a version has in it what another one of the same artifact had, by the order of versions.
    func isLater(_ one: VersionChanges.Version, than other: VersionChanges.Version) -> Bool {
        guard one.artifact == other.artifact, let own = ordered(one.version),
            let theirs = ordered(other.version)
        else { return false }
        return own.order(to: theirs) == .later
    }

    /// A version that has a place in an order; nil for others.
    private func ordered(_ version: UInt32) -> Manifests.Version? {
        if let known = orders[version] { return known }
        let parsed = Manifests.Version(ledger.tables.string(version))
        let order = parsed.isOrdered ? parsed : nil
        orders[version] = .some(order)
        return order
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
