public import Git
internal import System
internal import YAML

/// What the apps of a place are made of, kept while the place goes from commit to commit.
///
/// Reading every app at every commit would take minutes where history takes seconds. An app is read again only
/// when something that it is made of changes, or something that was looked for appears; and a change of nothing
/// but versions is not even parsed.
public final class Replay {
    /// An app that a step concerned.
    public struct Shift: Sendable {
        public var environment: String
        public var app: String
        /// What it runs now; nil where it is gone.
        public var slots: [Slot]?
        /// Where in that stands what people mean by the app's version.
        public var main: Int?
        /// Whether the environment has that from elsewhere.
        public var isInherited = false
    }

    struct Name: Hashable {
        var environment: String
        var app: String
    }

    private let configuration: Configuration
    private let place: ReplayPlace
    private let checkout: Checkout
    /// Where the replay started: what has not been read since, has not changed since.
    private var start: Checkout
    /// Of all units, or, while what is remembered is enough to go on, of those that got or lost files.
    private var roster: UnitRoster
    private var hasAllUnits = false
    /// Those that the roster knows better than they are remembered.
    private var rostered: Set<UnitRoster.Key> = []
    /// The roster of `start`; nil where that is remembered.
    private var startRoster: UnitRoster?
    /// What another replay left behind; nil where this one began with nothing.
    private var recollection: Recollection?
    private var tracked = TrackedUnits()
    private var followed: [String: FollowedFile] = [:]
    private var standIns: StandIns
    /// The units that may be others than they are remembered.
    private var changed: Set<UnitRoster.Key> = []

    /// Starts with a tree; nil is before the first commit.
    ///
    /// - Parameters:
    ///   - place: One that `ReplayPlace.all` gave.
    ///   - memory: What another replay left behind at the same tree. As long as commits only change what stands in
    ///     files, little more than these files is looked at.
    ///   - standIns: What stands in the place of files of this tree that can't be read.
    public init(
        _ configuration: Configuration, _ place: ReplayPlace, in repository: Repository,
        tree: ObjectID?, memory: (any ReplayMemory)? = nil, standIns: [String: ObjectID] = [:],
        cache: FileCache = FileCache()
    ) throws {
        self.configuration = configuration
        self.place = place
        recollection = memory.map { Recollection($0, of: place) }
        roster = UnitRoster(configuration, place: place.found, layouts: place.layouts)
        let files = TreeFiles(repository, tree: tree, standIns: standIns)
        checkout = Checkout(files, in: repository, cache: cache)
        self.standIns = StandIns(in: checkout)
        start = Checkout(files, in: repository, cache: FileCache())
        (checkout.isPast, start.isPast) = (true, true)
        // What deployers deploy is in none of the units that are remembered.
        if memory == nil || place.layouts.contains(where: { $0.deployer != nil }) { try wake() }
    }

    /// Finds all units that there are, and takes over what is remembered of them.
    private func wake() throws {
        guard !hasAllUnits else { return }
        let found = try UnitRoster(of: checkout, configuration, place: place.found, layouts: place.layouts)
        (roster, startRoster, hasAllUnits) = (found, found, true)
        try checkout.check()
        if start.tree != checkout.tree {
            start = Checkout(checkout.files, in: checkout.repository, cache: FileCache())
            start.isPast = true
        }
        if let memory { recall(memory.units) }
        for key in found.keys where tracked[key] == nil { try read(key) }
    }

    private var memory: (any ReplayMemory)? { recollection?.memory }

    /// Takes over what is remembered of units.
    private func recall(_ uses: [Use]) {
        for (key, use) in recollection?.take(uses) ?? [] {
            replace(key, by: nil, names: Set(use.apps), files: Set(use.files), lookups: use.lookups)
            changed.remove(key)
        }
    }

    /// Before a step: what is remembered of the units that it concerns is taken over, or all that there is looked at.
    private func prepare(for changes: [Change]) throws {
        guard !hasAllUnits, let recollection else { return }
        // What somebody looked for may have come, or a folder with it.
        let comings = changes.filter { !$0.isOfContent }
        let looked = Set(changes.map(\.path) + comings.flatMap { FilePath.folders(of: $0.path) })
        guard recollection.rosterFiles.isDisjoint(with: looked) else { return try wake() }
        for change in comings {
            guard try takeOwner(of: change, recollection.memory) else { return try wake() }
        }
        recall(recollection.memory.units(using: looked))
    }

    /// Has the roster know the unit that gets or loses a file; false where that matters to others too.
    private func takeOwner(of change: Change, _ memory: any ReplayMemory) throws -> Bool {
        let path = change.path
        guard change.isOfFile, (change.old == nil) != (change.new == nil), !isShared(path),
            !Kustomization.isKustomization(path)
        else { return false }
        switch roster.owner(of: path) {
        case .several: return false
        case .nobody: return true
        case .unit(let key, let folder):
            // Apps of one name in several namespaces are called by both.
            let named = key.app.map { memory.units(named: $0) } ?? memory.units(of: key.environment)
            recall(named)
            for use in named where rostered.insert(use.key(at: place.place)).inserted {
                guard let unit = use.unit(in: place), unit.layers.isEmpty else { return false }
                roster.take(unit)
            }
            guard rostered.insert(key).inserted else { return true }
            // A new one may be what environments below leave over.
            return !folder.isEmpty
                && !checkout.paths(under: folder).contains(where: Kustomization.isKustomization)
        }
    }

    /// What is others now than what is remembered.
    public var news: News {
        var news = News()
        for key in changed {
            switch (use(of: key), recollection?.uses[key]) {
            case (let use?, nil): news.added.append(use)
            case (let use?, let old?) where use != old: news.changed.append(use)
            case (nil, let old?): news.gone.append(old)
            default: break
            }
        }
        // The same however it was come by.
        news.added.sort {
            ($0.environment, $0.app ?? "", $0.namespace ?? "")
                < ($1.environment, $1.app ?? "", $1.namespace ?? "")
        }
        return news
    }

    private func use(of key: UnitRoster.Key) -> Use? {
        guard let tracked = tracked[key], let unit = unit(key) else { return nil }
        let lookups = checkout.builds.all(self.tracked.readers[key])
        return Use(
            unit, layout: place.layouts.firstIndex(of: unit.layout), apps: tracked.names.sorted(),
            files: tracked.files.union(lookups.files).sorted(), misses: lookups.places.sorted())
    }

    /// The files that say which units there are, and the folders that symbolic links lead to; nil where that has not
    /// changed, as far as is known.
    public var rosterFiles: Set<String>? {
        get throws { hasAllUnits ? try roster.files.union(checkout.linkTargets()) : nil }
    }

    private func unit(_ key: UnitRoster.Key) -> Unit? {
        hasAllUnits || rostered.contains(key) ? roster[key] : recollection?.unit(key)
    }

    /// All units, for what one of them leads to and another has.
    private func units() -> [Unit] {
        hasAllUnits ? roster.units : (recollection?.units(besides: rostered) ?? []) + roster.units
    }

    /// The groups that layouts give to environments.
    public var groups: [String: String] { hasAllUnits ? roster.groups : recollection?.groups ?? [:] }

    /// Everything that is there.
    public var apps: [Shift] {
        get throws {
            if let memory { recall(memory.units) }
            return try shifts(tracked.apps)
        }
    }

    /// Goes on to the next tree, and says which apps that concerns, sorted.
    ///
    /// - Parameter contents: The bytes of some of the new files, where they have been read already.
    public func move(
        to tree: ObjectID, _ changes: [Change], contents: [ObjectID: [UInt8]] = [:]
    ) throws -> [Shift] {
        try prepare(for: changes)
        let shifts = try moveVersions(to: tree, changes, contents) ?? moveAll(to: tree, changes)
        try checkout.check()
        try start.check()
        return shifts
    }

    /// Reads what the changes concern.
    private func moveAll(to tree: ObjectID, _ all: [Change]) throws -> [Shift] {
        let changes = try standIns.readable(all, isUsed: tracked.isUsed)
        let behindLinks = hasAllUnits ? try checkout.pathsBehindLinks() : []
        var concerned: Set<UnitRoster.Key> = []
        var dirty: Set<UnitRoster.Key> = []
        for key in try checkout.move(to: tree, changes) {
            dirty.formUnion(tracked.readers.affected(byBuild: key))
        }
        var isFarReaching = false
        for change in changes {
            followed[change.path] = nil
            roster.noteChange(of: change.path)
            let own = tracked.users(of: change.path)
            concerned.formUnion(own)
            dirty.formUnion(tracked.readers.affected(by: change))
            isFarReaching = isFarReaching || change.isOfLink
            guard (change.old == nil) != (change.new == nil) else { continue }
            dirty.formUnion(own)
            let owner = change.new == nil ? roster.remove(change.path) : roster.add(change.path)
            if let owner { dirty.insert(owner) }
            isFarReaching = isFarReaching || isShared(change.path)
        }
        dirty.formUnion(try relink(from: behindLinks))
        dirty.formUnion(try roster.settle(in: checkout))
        if isFarReaching { dirty.formUnion(tracked.keys) }

        let paths = Set(changes.map(\.path))
        var touched = TouchedApps()
        for key in concerned.union(dirty) {
            let before = try apps(of: key)
            touched.note(before, madeOf: paths)
            guard dirty.contains(key) else { continue }
            try read(key)
            let after = try apps(of: key)
            touched.note(after, madeOf: paths)
            touched.note(after, insteadOf: before)
        }
        try standIns.noteStored(changes, isUsed: tracked.isUsed)
        return try shifts(touched.names)
    }

    /// Has the roster know what came and went behind symbolic links to folders, and says whose own it is.
    private func relink(from before: [String]) throws -> Set<UnitRoster.Key> {
        let after = hasAllUnits ? try checkout.pathsBehindLinks() : []
        guard before != after else { return [] }
        let (old, new) = (Set(before), Set(after))
        return Set(
            before.filter { !new.contains($0) }.compactMap { roster.remove($0) }
                + after.filter { !old.contains($0) }.compactMap { roster.add($0) })
    }

    /// What stands in for files since it was asked the last time; nil where a file speaks for itself again, or is gone.
    public func takeNewStandIns() -> [(path: String, blob: ObjectID?)] { standIns.takeNews() }

    /// The quick way: nothing but versions in files that are known.
    private func moveVersions(
        to tree: ObjectID, _ changes: [Change], _ contents: [ObjectID: [UInt8]]
    ) throws -> [Shift]? {
        var all: [(path: String, file: FollowedFile, differences: [PinTemplate.Difference])] = []
        for change in changes {
            guard let old = change.old, let new = change.new, old.mode == new.mode, old.mode != .symbolicLink,
                !roster.isSwitch(change.path), !standIns.contains(change.path)
            else { return nil }
            if followed[change.path] == nil {
                guard tracked.isUsed(change.path) else {
                    // What deploys may be in any file.
                    if try roster.mayFind(change.path, new.id, in: checkout) { return nil }
                    continue
                }
                followed[change.path] = try follow(change.path)
            }
            // A template that has taken one file's change is dropped where another file's can't be taken.
            guard let file = followed[change.path],
                let bytes = try contents[new.id]
                    ?? checkout.repository.soundBlob(new.id, change.path, isPast: true),
                let differences = file.template.match(bytes)
            else {
                for change in changes { followed[change.path] = nil }
                return nil
            }
            all.append((change.path, file, differences))
        }
        try checkout.move(to: tree, changes)
        // Objects that deploy are kept as they were found: whoever reads a unit next has to find them anew.
        for change in changes { roster.noteChange(of: change.path) }
        var touched = TouchedApps()
        for (path, file, differences) in all {
            for unit in file.readers { touched.insert(unit.take(differences, in: path)) }
        }
        return try shifts(touched.names)
    }

    private func follow(_ path: String) throws -> FollowedFile? {
        guard let yaml = try checkout.file(at: path)?.yaml else { return nil }
        let readers = try tracked.users(of: path).compactMap { key in
            try tracked[key].map { (unit: $0, apps: try apps(of: key)) }
        }
        return FollowedFile(path, yaml, readers: readers)
    }

    private func read(_ key: UnitRoster.Key) throws {
        guard let unit = unit(key) else {
            changed.insert(key)
            return unfollow(tracked.drop(key))
        }
        let builder = SnapshotBuilder(checkout, configuration, units: self.units())
        var (apps, lookups) = try checkout.noting { try builder.apps(of: unit) }
        if !unit.layers.isEmpty { lookups.places.insert(unit.folder) }
        let files = apps.reduce(into: lookups.files) { $0.formUnion($1.files) }
        replace(key, by: apps, names: Set(apps.map(\.app)), files: files, lookups: lookups)
    }

    /// The apps of a unit, which is read now where it has not been.
    private func apps(of key: UnitRoster.Key) throws -> [AppSnapshot] {
        guard let tracked = tracked[key] else { return [] }
        if let apps = tracked.apps { return apps }
        // What is remembered tells of the start as well.
        let unit = if let startRoster { startRoster[key] } else { recollection?.unit(key) }
        let apps =
            try unit.map {
                try SnapshotBuilder(
                    start, configuration, units: self.startRoster?.units ?? self.recollection?.units() ?? []
                )
                .apps(of: $0)
            } ?? []
        tracked.set(apps)
        return apps
    }

    private func replace(
        _ key: UnitRoster.Key, by apps: [AppSnapshot]?, names: Set<String>, files: Set<String>,
        lookups: Lookups
    ) {
        changed.insert(key)
        // Other places may be pins now.
        unfollow(tracked.replace(key, by: apps, names: names, files: files, lookups: lookups))
    }

    private func unfollow(_ files: Set<String>) {
        for file in files { followed[file] = nil }
    }

    private func isShared(_ path: String) -> Bool {
        configuration.shared.contains { $0.match(path) != nil }
    }

    private func shifts(_ names: Set<Name>) throws -> [Shift] {
        let sorted =
            names.count < 2
            ? Array(names) : names.sorted { ($0.environment, $0.app) < ($1.environment, $1.app) }
        return try sorted.map(shift)
    }

    private func shift(_ name: Name) throws -> Shift {
        var shift = Shift(environment: name.environment, app: name.app)
        if !hasAllUnits, let memory { recall(memory.units(of: name.app, in: name.environment)) }
        for key in tracked.parts(of: name) {
            _ = try apps(of: key)
            tracked[key]?.add(name, to: &shift)
        }
        return shift
    }
}
