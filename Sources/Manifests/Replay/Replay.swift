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

    /// What a unit is made of: while none of it changes, it need not be read.
    public struct Use: Sendable {
        public var environment: String
        public var app: String?
        public var namespace: String?
        /// The names of its apps.
        public var apps: [String]
        public var files: [String]
        /// Files and folders that were looked for in vain, or only named.
        public var misses: [String]

        public init(
            environment: String, app: String?, namespace: String?, apps: [String], files: [String],
            misses: [String]
        ) {
            self.environment = environment
            self.app = app
            self.namespace = namespace
            self.apps = apps
            self.files = files
            self.misses = misses
        }
    }

    fileprivate struct Name: Hashable {
        var environment: String
        var app: String
    }

    /// A unit as it was read last.
    private final class Tracked {
        /// Nil where it has not been read since the tree that the replay started with.
        private(set) var apps: [AppSnapshot]? = []
        /// Of each app where its main slot is, and whether that is inherited: no other version changes it.
        private var mains: [(place: Int, isInherited: Bool)?] = []
        var names: Set<String> = []
        /// What it is made of, and whatever else has been read for it.
        var files: Set<String> = []
        var followed: Set<String> = []

        func set(_ apps: [AppSnapshot]?) {
            self.apps = apps
            mains = (apps ?? []).map { app in
                app.mainPlace.map { (place: $0, isInherited: app.inherits(app.slots[$0])) }
            }
        }

        /// Adds what it has of an app.
        func add(_ name: Name, to shift: inout Shift) {
            // Looked at in place: a snapshot is large.
            for index in mains.indices where apps?[index].app == name.app {
                let before = shift.slots ?? []
                let slots = apps?[index].slots ?? []
                shift.slots = before.isEmpty ? slots : before + slots
                guard shift.main == nil, let main = mains[index] else { continue }
                shift.main = before.count + main.place
                shift.isInherited = main.isInherited
            }
        }

        /// Takes other versions in a file over, and says which apps that concerns.
        func take(_ differences: [PinTemplate.Difference], in path: String) -> [Name] {
            var touched: [Name] = []
            for index in (apps ?? []).indices where apps?[index].take(differences, in: path) == true {
                if let name = apps?[index].name { touched.append(name) }
            }
            return touched
        }
    }

    private let configuration: Configuration
    private let checkout: Checkout
    private var roster: UnitRoster
    /// Where the replay started: what has not been read since, has not changed since.
    private let start: (checkout: Checkout, roster: UnitRoster)
    private var tracked: [UnitRoster.Key: Tracked] = [:]
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
        let readers: [Tracked]

        init(_ template: PinTemplate, _ readers: [Tracked]) {
            self.template = template
            self.readers = readers
        }
    }

    /// Starts with a tree; nil is before the first commit.
    ///
    /// - Parameters:
    ///   - place: One that `ReplayPlace.all` gave.
    ///   - standIns: What stands in the place of files of this tree that can't be read.
    public init(
        _ configuration: Configuration, _ place: ReplayPlace, in repository: Repository,
        tree: ObjectID?, units: [Use] = [], standIns: [String: ObjectID] = [:],
        cache: FileCache = FileCache()
    ) throws {
        self.configuration = configuration
        self.standIns = standIns
        var files = try tree.map { try repository.files(inTree: $0) } ?? []
        if !standIns.isEmpty {
            for index in files.indices { files[index].id = standIns[files[index].path] ?? files[index].id }
        }
        checkout = Checkout(repository, tree: tree, files, cache: cache)
        checkout.isPast = true
        roster = try UnitRoster(of: checkout, configuration, place.found, place.layouts)
        start = (Checkout(repository, tree: tree, files, cache: FileCache()), roster)
        start.checkout.isPast = true
        for unit in units {
            let key = UnitRoster.Key(
                environment: unit.environment, app: unit.app, namespace: unit.namespace, place: place.place)
            let lookups = Lookups(files: Set(unit.files), places: Set(unit.misses))
            replace(key, by: nil, Set(unit.apps), lookups.files, lookups)
        }
        areUnitsOthers = false
        for key in roster.keys where tracked[key] == nil { try read(key) }
    }

    /// Whether there are other units now than it was given, or units that are made of anything else.
    public private(set) var areUnitsOthers = false

    /// What all units are made of, to go on from here another time.
    public var units: [Use] {
        tracked.map { key, unit in
            let lookups = checkout.builds.all(readers[key])
            return Use(
                environment: key.environment, app: key.app, namespace: key.namespace,
                apps: unit.names.sorted(), files: unit.files.union(lookups.files).sorted(),
                misses: lookups.places.sorted())
        }.sorted {
            ($0.environment, $0.app ?? "", $0.namespace ?? "") < (
                $1.environment, $1.app ?? "", $1.namespace ?? ""
            )
        }
    }

    /// The groups that layouts give to environments.
    public var groups: [String: String] { roster.groups }

    /// Everything that is there.
    public var apps: [Shift] {
        get throws { try shifts(Set(parts.keys)) }
    }

    /// Goes on to the next tree, and says which apps that concerns, sorted.
    ///
    /// - Parameter contents: The bytes of some of the new files, where they have been read already.
    public func move(
        to tree: ObjectID, _ changes: [Change], contents: [ObjectID: [UInt8]] = [:]
    ) throws -> [Shift] {
        if let shifts = try moveVersions(to: tree, changes, contents) { return shifts }
        let changes = try readable(changes)
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
            noteDifferences(before, after, &touched)
        }
        try noteStored(changes)
        return try shifts(touched)
    }

    /// What stands in the place of files that can't be read, by path: the blob that they were before. A manifest with
    /// the marks of a merge conflict, or one that became a pointer of Git LFS, deploys nothing and removes nothing.
    private var standIns: [String: ObjectID]
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
        guard let unit = roster[key] else {
            replace(key, by: [], [], [], Lookups())
            tracked[key] = nil
            return
        }
        let builder = SnapshotBuilder(checkout, configuration, units: self.roster.units)
        var (apps, lookups) = try checkout.noting { try builder.apps(of: unit) }
        if !unit.layers.isEmpty { lookups.places.insert(unit.folder) }
        let files = apps.reduce(into: lookups.files) { $0.formUnion($1.files) }
        replace(key, by: apps, Set(apps.map(\.app)), files, lookups)
    }

    /// The apps of a unit, which is read now where it has not been.
    private func apps(of key: UnitRoster.Key) throws -> [AppSnapshot] {
        guard let tracked = tracked[key] else { return [] }
        if let apps = tracked.apps { return apps }
        let (checkout, roster) = start
        let apps =
            try roster[key].map {
                try SnapshotBuilder(checkout, configuration, units: roster.units).apps(of: $0)
            } ?? []
        tracked.set(apps)
        return apps
    }

    private func replace(
        _ key: UnitRoster.Key, by apps: [AppSnapshot]?, _ names: Set<String>, _ files: Set<String>,
        _ lookups: Lookups
    ) {
        areUnitsOthers =
            areUnitsOthers || tracked[key]?.names != names || tracked[key]?.files != files
            || readers[key] != lookups
        let unit = tracked[key] ?? Tracked()
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
        _ before: [AppSnapshot], _ after: [AppSnapshot], _ touched: inout Set<Name>
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

extension AppSnapshot {
    fileprivate var name: Replay.Name { Replay.Name(environment: environment, app: app) }

    fileprivate func isMadeOf(_ path: String) -> Bool {
        let index = files.partitioningIndex { !FilePath.precedes($0, path) }
        return index < files.count && files[index] == path
    }

    /// Takes other versions over; false where the file is none of its own.
    fileprivate mutating func take(_ differences: [PinTemplate.Difference], in path: String) -> Bool {
        guard isMadeOf(path) else { return false }
        for slot in slots.indices {
            for pin in slots[slot].pins.indices where slots[slot].pins[pin].file == path {
                slots[slot].pins[pin].take(differences)
            }
            for pin in slots[slot].hidden.indices where slots[slot].hidden[pin].file == path {
                slots[slot].hidden[pin].take(differences)
            }
        }
        return true
    }
}

extension Pin {
    fileprivate mutating func take(_ differences: [PinTemplate.Difference]) {
        for difference in differences
        where difference.pin.document == document && difference.pin.path == path && inner == nil {
            text = difference.text
        }
    }
}
