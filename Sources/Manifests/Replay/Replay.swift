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
    private let memory: (any ReplayMemory)?
    private lazy var rememberedRosterFiles = memory?.rosterFiles ?? []
    /// Units as they are remembered, those that were asked for.
    private var remembered: [UnitRoster.Key: Use] = [:]
    private var tracked: [UnitRoster.Key: TrackedUnit] = [:]
    /// Which units are made of a file.
    private var users: [String: Set<UnitRoster.Key>] = [:]
    /// Which units have to be read again: a chart's templates are part of it, but nobody reads them.
    private var readers = Dependents<UnitRoster.Key>()
    /// Which units make up an app.
    private var parts: [Name: [UnitRoster.Key]] = [:]
    private var followed: [String: Followed] = [:]

    /// A file in which nothing but versions has changed of late, with those who read it.
    private final class Followed {
        var template: PinTemplate
        let readers: [TrackedUnit]

        init(_ template: PinTemplate, _ readers: [TrackedUnit]) {
            self.template = template
            self.readers = readers
        }
    }

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
        (self.place, self.memory) = (place, memory)
        roster = UnitRoster(configuration, place: place.found, layouts: place.layouts)
        let files = TreeFiles(repository, tree: tree, standIns: standIns)
        checkout = Checkout(files, in: repository, cache: cache)
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
        if let memory { load(memory.units) }
        for key in found.keys where tracked[key] == nil { try read(key) }
    }

    /// Takes over what is remembered of units.
    private func load(_ uses: [Use]) {
        for use in uses {
            let key = use.key(at: place.place)
            guard remembered[key] == nil else { continue }
            remembered[key] = use
            replace(key, by: nil, names: Set(use.apps), files: Set(use.files), lookups: use.lookups)
            changed.remove(key)
        }
    }

    /// Before a step: what is remembered of the units that it concerns is taken over, or all that there is looked at.
    private func prepare(for changes: [Change]) throws {
        guard !hasAllUnits, let memory else { return }
        let paths = Set(changes.map(\.path))
        guard rememberedRosterFiles.isDisjoint(with: paths) else { return try wake() }
        var looked = paths
        for change in changes where !change.isOfContent {
            guard try takeOwner(of: change, memory) else { return try wake() }
            // What somebody looked for may have come, or a folder with it.
            looked.formUnion(FilePath.folders(of: change.path))
        }
        load(memory.units(using: looked))
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
            load(named)
            for use in named where rostered.insert(use.key(at: place.place)).inserted {
                guard let unit = use.unit(in: place) else { return false }
                roster.take(unit)
            }
            guard rostered.insert(key).inserted else { return true }
            // A new one may be what environments below leave over.
            return !folder.isEmpty
                && !checkout.paths(under: folder).contains(where: Kustomization.isKustomization)
        }
    }

    private var changed: Set<UnitRoster.Key> = []

    /// What is others now than what is remembered.
    public var news: News {
        var news = News()
        for key in changed {
            let use: Use? = if let unit = tracked[key] { use(of: key, unit) } else { nil }
            switch (use, remembered[key]) {
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

    private func use(of key: UnitRoster.Key, _ tracked: TrackedUnit) -> Use? {
        guard let unit = unit(key) else { return nil }
        let lookups = checkout.builds.all(readers[key])
        return Use(
            unit, layout: place.layouts.firstIndex(of: unit.layout), apps: tracked.names.sorted(),
            files: tracked.files.union(lookups.files).sorted(), misses: lookups.places.sorted())
    }

    /// The files that say which units there are; nil where that has not changed, as far as is known.
    public var rosterFiles: Set<String>? { hasAllUnits ? roster.files : nil }

    private func unit(_ key: UnitRoster.Key) -> Unit? {
        hasAllUnits || rostered.contains(key) ? roster[key] : rememberedUnit(key)
    }

    private func rememberedUnit(_ key: UnitRoster.Key) -> Unit? {
        remembered[key].flatMap { $0.unit(in: place) }
    }

    /// All units, for what one of them leads to and another has.
    private func units() -> [Unit] {
        if hasAllUnits { return roster.units }
        let others = (memory?.units ?? []).filter { !rostered.contains($0.key(at: place.place)) }
        return others.compactMap { $0.unit(in: place) } + roster.units
    }

    private var rememberedUnits: [Unit] { (memory?.units ?? []).compactMap { $0.unit(in: place) } }

    /// The groups that layouts give to environments.
    public var groups: [String: String] {
        if hasAllUnits { return roster.groups }
        guard place.layouts.contains(where: { $0.group != nil }), let memory else { return [:] }
        return memory.units.reduce(into: [:]) { groups, use in
            let unit = use.unit(in: place)
            if let unit, let group = unit.layout.group?.filled({ unit.captures[$0] }) {
                groups[unit.environment] = group
            }
        }
    }

    /// Everything that is there.
    public var apps: [Shift] {
        get throws {
            if let memory { load(memory.units) }
            return try shifts(Set(parts.keys))
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
        let changes = try readable(all)
        var concerned: Set<UnitRoster.Key> = []
        var dirty: Set<UnitRoster.Key> = []
        for path in try checkout.move(to: tree, changes) {
            dirty.formUnion(readers.affected(byBuildOf: path))
        }
        var isFarReaching = false
        for change in changes {
            followed[change.path] = nil
            roster.noteChange(of: change.path)
            let own = users[change.path] ?? []
            concerned.formUnion(own)
            dirty.formUnion(readers.affected(by: change))
            isFarReaching = isFarReaching || change.isOfLink
            guard (change.old == nil) != (change.new == nil) else { continue }
            dirty.formUnion(own)
            let owner = change.new == nil ? roster.remove(change.path) : roster.add(change.path)
            if let owner { dirty.insert(owner) }
            isFarReaching = isFarReaching || isShared(change.path)
        }
        dirty.formUnion(try roster.settle(in: checkout))
        if isFarReaching { dirty.formUnion(tracked.keys) }

        let paths = Set(changes.map(\.path))
        var touched: Set<Name> = []
        for key in concerned.union(dirty) {
            let before = try apps(of: key)
            note(before, madeOf: paths, &touched)
            guard dirty.contains(key) else { continue }
            try read(key)
            let after = try apps(of: key)
            note(after, madeOf: paths, &touched)
            noteDifferences(before, after: after, touched: &touched)
        }
        try noteStored(changes)
        return try shifts(touched)
    }

    /// A manifest with the marks of a merge conflict, or one that became a pointer of Git LFS, deploys nothing and removes
    /// nothing: what it was before stands in its place.
    private var standIns: [String: ObjectID] {
        get { checkout.files.standIns }
        set { checkout.files.standIns = newValue }
    }
    private var newStandIns: [(path: String, blob: ObjectID?)] = []

    /// What stands in for files since it was asked the last time; nil where a file speaks for itself again, or is gone.
    public func takeNewStandIns() -> [(path: String, blob: ObjectID?)] {
        defer { newStandIns = [] }
        return newStandIns
    }

    /// Files that came in such a form have nothing before: they stand for themselves, so that they are told of.
    private func noteStored(_ changes: [Change]) throws {
        for change in changes where standIns[change.path] == nil && users[change.path]?.isEmpty == false {
            guard let new = change.new, FilePath.isYAML(change.path) || change.path.hasSuffix(".json"),
                try checkout.file(new.id, at: change.path).isStored
            else { continue }
            standIns[change.path] = new.id
            newStandIns.append((change.path, new.id))
        }
    }

    /// Without those by which a manifest that is in use can't be read any more.
    private func readable(_ changes: [Change]) throws -> [Change] {
        try changes.filter { change in
            let path = change.path
            if let new = change.new, change.old != nil, new.mode == .file || new.mode == .executable,
                FilePath.isYAML(path) || path.hasSuffix(".json"), users[path]?.isEmpty == false,
                try checkout.file(new.id, at: path).isLost, let before = checkout.id(of: path),
                try !checkout.file(before, at: path).isLost
            {
                if standIns.updateValue(before, forKey: path) == nil { newStandIns.append((path, before)) }
                return false
            }
            if standIns.removeValue(forKey: path) != nil { newStandIns.append((path, nil)) }
            return true
        }
    }

    /// The quick way: nothing but versions in files that are known.
    private func moveVersions(
        to tree: ObjectID, _ changes: [Change], _ contents: [ObjectID: [UInt8]]
    ) throws -> [Shift]? {
        var all: [(path: String, file: Followed, differences: [PinTemplate.Difference])] = []
        for change in changes {
            guard let old = change.old, let new = change.new, old.mode == new.mode, old.mode != .symbolicLink,
                !roster.isSwitch(change.path), standIns[change.path] == nil
            else { return nil }
            if followed[change.path] == nil {
                guard users[change.path]?.isEmpty == false else { continue }
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
        var touched: Set<Name> = []
        for (path, file, differences) in all {
            for unit in file.readers {
                for name in unit.take(differences, in: path) { touched.insert(name) }
            }
        }
        return try shifts(touched)
    }

    private func follow(_ path: String) throws -> Followed? {
        guard let yaml = try checkout.file(at: path)?.yaml else { return nil }
        let keys = users[path] ?? []
        var pins: [Pin] = []
        for app in try keys.flatMap({ try apps(of: $0) }) {
            // A Git ref may be an app's because an image beside it has the same version.
            if app.unit.app == nil, app.slots.contains(where: { $0.artifact.kind == .git }) { return nil }
            pins += app.slots.flatMap { $0.pins + $0.hidden }.filter { $0.file == path }
        }
        let units = keys.compactMap { tracked[$0] }
        for unit in units { unit.followed.insert(path) }
        return Followed(PinTemplate(yaml, pins), units)
    }

    private func read(_ key: UnitRoster.Key) throws {
        guard let unit = unit(key) else {
            replace(key, by: [], names: [], files: [], lookups: Lookups())
            tracked[key] = nil
            return
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
        let unit = if let startRoster { startRoster[key] } else { rememberedUnit(key) }
        let apps =
            try unit.map {
                try SnapshotBuilder(
                    start, configuration, units: self.startRoster?.units ?? self.rememberedUnits
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
        let unit = tracked[key] ?? TrackedUnit()
        tracked[key] = unit
        // Other places may be pins now.
        for file in unit.followed.union(files.subtracting(unit.files)) { followed[file] = nil }
        unit.followed = []
        users.move(key, from: unit.files, to: files)
        readers[key] = lookups
        unit.files = files
        unit.set(apps)
        guard unit.names != names else { return }
        for app in unit.names {
            let name = Name(environment: key.environment, app: app)
            parts[name]?.removeAll { $0 == key }
            if parts[name]?.isEmpty == true { parts[name] = nil }
        }
        for app in names { parts[Name(environment: key.environment, app: app), default: []].append(key) }
        unit.names = names
    }

    private func isShared(_ path: String) -> Bool {
        configuration.shared.contains { $0.match(path) != nil }
    }

    /// Looks at the fewer of what an app is made of and what has changed: both can be many.
    private func note(_ apps: [AppSnapshot], madeOf paths: Set<String>, _ touched: inout Set<Name>) {
        for app in apps where !touched.contains(app.name) {
            let isMade =
                app.files.count < paths.count
                ? app.files.contains(where: paths.contains) : paths.contains(where: app.isMadeOf)
            if isMade { touched.insert(app.name) }
        }
    }

    private func noteDifferences(
        _ before: [AppSnapshot], after: [AppSnapshot], touched: inout Set<Name>
    ) {
        for app in before where !touched.contains(app.name) {
            let same = after.first { $0.name == app.name }
            if same?.slots.map(\.version) != app.slots.map(\.version)
                || same?.slots.map(\.artifact) != app.slots.map(\.artifact)
            {
                touched.insert(app.name)
            }
        }
        for app in after where !before.contains(where: { $0.name == app.name }) { touched.insert(app.name) }
    }

    private func shifts(_ names: Set<Name>) throws -> [Shift] {
        let sorted =
            names.count < 2
            ? Array(names) : names.sorted { ($0.environment, $0.app) < ($1.environment, $1.app) }
        return try sorted.map(shift)
    }

    private func shift(_ name: Name) throws -> Shift {
        var shift = Shift(environment: name.environment, app: name.app)
        if !hasAllUnits, let memory { load(memory.units(of: name.app, in: name.environment)) }
        var keys = parts[name] ?? []
        if keys.count > 1 {
            keys.sort { ($0.app ?? "", $0.namespace ?? "") < ($1.app ?? "", $1.namespace ?? "") }
        }
        for key in keys {
            _ = try apps(of: key)
            tracked[key]?.add(name, to: &shift)
        }
        return shift
    }
}
