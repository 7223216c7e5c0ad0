internal import Manifests
internal import System

/// Which versions of which artifacts ran where, and since when.
///
/// An image from another registry, or a source in another folder, is the same artifact, as long as an app does not run
/// two that are called alike: then their whole names tell them apart.
struct VersionPast {
    /// A version in a series: of an artifact by its family or, where that is not enough, by its whole name.
    private struct Stay: Hashable {
        var series: UInt32
        /// A family's number, or, below zero, an artifact's.
        var artifact: Int
        var version: UInt32
    }

    private struct Place: Hashable {
        var series: UInt32
        var artifact: Int
    }

    /// The first deployment of each, counted from 1.
    private var firsts: [Stay: UInt32] = [:]
    /// The newest deployment that changed an artifact in a series.
    private var newest: [Place: UInt32] = [:]
    private var families: [UInt32: Int] = [:]
    private var familyNumbers: [String: Int] = [:]
    private var versions: [UInt32: Parsed] = [:]
    /// By what is equal in them, versions that are written in several ways: the numbers of all.
    private var alike: [String: [UInt32]] = [:]

    /// A version, and whether its text comes to mean something else.
    private struct Parsed {
        var version: Version
        var isFloating: Bool
    }

    // MARK: What ran

    /// Takes down what is known of a deployment: newer ones were before, older ones follow.
    mutating func recall(
        _ number: UInt32, series: UInt32, changes: Slice<Column<ChangeRow>>, tables: Tables
    ) {
        for change in changes {
            let artifact = name(of: change, tables)
            if change.after != 0 {
                know(change.after - 1, of: change.artifact, tables)
                firsts[Stay(series: series, artifact: artifact, version: change.after - 1)] = number
            }
            let place = Place(series: series, artifact: artifact)
            if newest[place] == nil { newest[place] = number }
        }
    }

    mutating func add(_ number: UInt32, series: UInt32, change: ChangeRow, tables: Tables) {
        let artifact = name(of: change, tables)
        if change.after != 0 {
            know(change.after - 1, of: change.artifact, tables)
            let stay = Stay(series: series, artifact: artifact, version: change.after - 1)
            if firsts[stay] == nil { firsts[stay] = number }
        }
        newest[Place(series: series, artifact: artifact)] = number
    }

    /// The deployment that brought the new version of a change to a series first; nil where it never ran there.
    mutating func first(of change: ChangeRow, in series: UInt32, _ tables: Tables) -> UInt32? {
        first(change.after - 1, of: change, in: series, tables)
    }

    private mutating func first(
        _ version: UInt32, of change: ChangeRow, in series: UInt32, _ tables: Tables
    ) -> UInt32? {
        let artifact = name(of: change, tables)
        let all = spellings(of: version, change.artifact, tables)
        func first(_ artifact: Int) -> UInt32? {
            all.compactMap { firsts[Stay(series: series, artifact: artifact, version: $0)] }.min()
        }
        // It may have stood beside one that is called alike.
        return first(artifact) ?? first(-1 - Int(change.artifact))
    }

    /// The newest deployment that changed the artifact of a change.
    func newest(of change: ChangeRow, in series: UInt32) -> UInt32? {
        let whole = newest[Place(series: series, artifact: -1 - Int(change.artifact))]
        guard !change.isNamedWhole, let family = families[change.artifact] else { return whole }
        return newest[Place(series: series, artifact: family)] ?? whole
    }

    mutating func isFloating(_ change: ChangeRow, _ tables: Tables) -> Bool {
        know(change.after - 1, of: change.artifact, tables).isFloating
    }

    /// Whether the new version is older or newer than the one before: by the order of versions, else by which came
    /// first anywhere, else by which came first here. Nothing follows from versions that float.
    mutating func direction(
        of change: ChangeRow, _ series: UInt32, all: [UInt32], tables: Tables
    ) -> UInt8 {
        let old = know(change.before - 1, of: change.artifact, tables)
        let new = know(change.after - 1, of: change.artifact, tables)
        switch new.version.order(to: old.version) {
        case .earlier: return ChangeRow.down
        case .later: return ChangeRow.up
        case .same, nil: break
        }
        guard !old.isFloating, !new.isFloating, !old.version.isSame(as: new.version) else { return 0 }
        func firstCommit(_ version: UInt32) -> UInt32? {
            all.compactMap { first(version, of: change, in: $0, tables) }
                .map { tables.deployments[Int($0) - 1].commit }.min()
        }
        // What was never seen is the newer one.
        guard let then = firstCommit(change.after - 1) else { return ChangeRow.up }
        let since = firstCommit(change.before - 1) ?? then
        if then != since { return then < since ? ChangeRow.down : ChangeRow.up }
        guard let here = first(change.after - 1, of: change, in: series, tables),
            let before = first(change.before - 1, of: change, in: series, tables), here != before
        else { return 0 }
        return here < before ? ChangeRow.down : ChangeRow.up
    }

    // MARK: Pairs

    /// What changed from one state to another, artifact by artifact: those of one name first, then those of one family.
    mutating func pair(_ old: [PinnedRow], new: [PinnedRow], tables: Tables) -> [ChangeRow] {
        let kept = Set(old).intersection(new)
        var (left, right) = (old.filter { !kept.contains($0) }, new.filter { !kept.contains($0) })
        let whole = ambiguous(in: old).union(ambiguous(in: new))
        var changes: [ChangeRow] = []
        func add(_ artifact: UInt32, before: UInt32?, after: UInt32?) {
            var change = ChangeRow(artifact: artifact, before: before, after: after)
            change.isNamedWhole = self.families[artifact].map(whole.contains) ?? false
            changes.append(change)
        }
        func take(_ isPair: (PinnedRow, PinnedRow) -> Bool) {
            for pin in right {
                guard let place = left.firstIndex(where: { isPair($0, pin) }) else { continue }
                let before = left.remove(at: place)
                right.removeAll { $0 == pin }
                let isOther =
                    before.version != pin.version
                    && versions[before.version]?.version != versions[pin.version]?.version
                if isOther { add(pin.artifact, before: before.version, after: pin.version) }
            }
        }
        for pin in left + right { know(pin.version, of: pin.artifact, tables) }
        take { $0.artifact == $1.artifact }
        let known = families
        take { known[$0.artifact] == known[$1.artifact] && !whole.contains(known[$0.artifact] ?? -1) }
        for pin in right {
            let beside = old.filter { kept.contains($0) && $0.artifact == pin.artifact }
            add(pin.artifact, before: newest(of: beside, tables), after: pin.version)
        }
        for pin in left { add(pin.artifact, before: pin.version, after: nil) }
        return changes

        func ambiguous(in pins: [PinnedRow]) -> Set<Int> {
            var names: [Int: UInt32] = [:]
            var found: Set<Int> = []
            for pin in pins {
                let family = family(of: pin.artifact, tables)
                if names.updateValue(pin.artifact, forKey: family).map({ $0 != pin.artifact }) == true {
                    found.insert(family)
                }
            }
            return found
        }
    }

    /// The newest of several versions that run at once, as far as their order says; else the first by name.
    private func newest(of pins: [PinnedRow], _ tables: Tables) -> UInt32? {
        let sorted = pins.map(\.version).sorted { tables.string($0) < tables.string($1) }
        return sorted.dropFirst().reduce(sorted.first) { best, next in
            guard let best, let old = versions[best]?.version else { return next }
            return versions[next]?.version.order(to: old) == .later ? next : best
        }
    }

    // MARK: Names

    private mutating func name(of change: ChangeRow, _ tables: Tables) -> Int {
        let family = family(of: change.artifact, tables)
        return change.isNamedWhole ? -1 - Int(change.artifact) : family
    }

    private mutating func family(of artifact: UInt32, _ tables: Tables) -> Int {
        if let known = families[artifact] { return known }
        let name = Pinned(artifact: tables.string(artifact), version: "").named.family
        let number = familyNumbers[name] ?? familyNumbers.count
        familyNumbers[name] = number
        families[artifact] = number
        return number
    }

    @discardableResult
    private mutating func know(_ version: UInt32, of artifact: UInt32, _ tables: Tables) -> Parsed {
        if let known = versions[version] { return known }
        let parsed = Version(tables.string(version))
        let name = tables.string(artifact)
        let one = Parsed(
            version: parsed, isFloating: parsed.isFloating(Pinned(artifact: name, version: "").named.kind))
        versions[version] = one
        for text in [parsed.tag, parsed.digest].compactMap(\.self) {
            alike[text, default: []].append(version)
        }
        return one
    }

    /// All ways in which a version has been written: with its digest and without.
    private mutating func spellings(of version: UInt32, _ artifact: UInt32, _ tables: Tables) -> Set<UInt32> {
        let own = know(version, of: artifact, tables)
        let keys = [own.version.tag, own.version.digest].compactMap(\.self)
        guard keys.contains(where: { (alike[$0]?.count ?? 0) > 1 }) else { return [version] }
        let all = Set(keys.flatMap { alike[$0] ?? [] })
        // What a floating tag meant when it stood alone nobody knows.
        return all.filter { other in
            guard other != version, let theirs = versions[other] else { return true }
            return theirs.version.isSame(as: own.version) && !theirs.isFloating && !own.isFloating
        }
    }
}
