public import Git
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
    }

    /// What a unit is made of: while none of it changes, it need not be read.
    public struct Use: Sendable {
        public var environment: String
        public var app: String?
        public var namespace: String?
        /// The names of its apps.
        public var apps: [String]
        public var files: [String]
        /// Files and folders that were looked for in vain.
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

    private struct Name: Hashable {
        var environment: String
        var app: String
    }

    /// A unit as it was read last.
    private final class Tracked {
        /// Nil where it has not been read since the tree that the replay started with.
        var apps: [AppSnapshot]? = []
        var names: Set<String> = []
        var files: Set<String> = []
        var misses: Set<String> = []

        /// Takes other versions in a file over, and says which apps that concerns.
        func take(_ differences: [PinTemplate.Difference], in path: String) -> [Name] {
            var touched: [Name] = []
            for index in (apps ?? []).indices where apps?[index].take(differences, in: path) == true {
                guard let app = apps?[index] else { continue }
                touched.append(Name(environment: app.environment, app: app.app))
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
    /// Who reads a file.
    private var readers: [String: Set<UnitRoster.Key>] = [:]
    /// Who reads anew when something appears at a path or below it.
    private var watchers: [String: Set<UnitRoster.Key>] = [:]
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
    /// - Parameter place: One that `ReplayPlace.all` gave.
    public init(
        _ configuration: Configuration, _ place: ReplayPlace, in repository: Repository,
        tree: ObjectID?, units: [Use] = [], cache: FileCache = FileCache()
    ) throws {
        self.configuration = configuration
        let files = try tree.map { try repository.files(inTree: $0) } ?? []
        checkout = Checkout(repository, tree: tree, files, cache: cache)
        roster = try UnitRoster(of: checkout, configuration, place.found, place.layouts)
        start = (Checkout(repository, tree: tree, files, cache: FileCache()), roster)
        for unit in units {
            let key = UnitRoster.Key(
                environment: unit.environment, app: unit.app, namespace: unit.namespace, place: place.place)
            replace(key, by: nil, Set(unit.apps), Set(unit.files), Set(unit.misses))
        }
        for key in roster.keys where tracked[key] == nil { try read(key) }
    }

    /// What all units are made of, to go on from here another time.
    public var units: [Use] {
        tracked.map { key, unit in
            Use(
                environment: key.environment, app: key.app, namespace: key.namespace,
                apps: unit.names.sorted(), files: unit.files.sorted(), misses: unit.misses.sorted())
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
    public func move(to tree: ObjectID, _ changes: [Change]) throws -> [Shift] {
        if let shifts = try moveVersions(to: tree, changes) { return shifts }
        checkout.move(to: tree, changes)
        var dirty: Set<UnitRoster.Key> = []
        var paths: Set<String> = []
        var isFarReaching = false
        for change in changes {
            paths.insert(change.path)
            followed[change.path] = nil
            if let keys = readers[change.path] { dirty.formUnion(keys) }
            _ = roster.noteChange(of: change.path)
            isFarReaching =
                isFarReaching || change.old?.mode == .symbolicLink || change.new?.mode == .symbolicLink
            guard (change.old == nil) != (change.new == nil) else { continue }
            let owner = change.new == nil ? roster.remove(change.path) : roster.add(change.path)
            if let owner { dirty.insert(owner) }
            isFarReaching = isFarReaching || isShared(change.path)
            wakeWatchers(of: change.path, &dirty)
        }
        dirty.formUnion(try roster.settle(in: checkout))
        if isFarReaching { dirty.formUnion(tracked.keys) }

        var touched: Set<Name> = []
        for key in dirty {
            let before = try apps(of: key)
            try read(key)
            note(before, try apps(of: key), paths, &touched)
        }
        return try shifts(touched)
    }

    /// The quick way: nothing but versions in files that are known.
    private func moveVersions(to tree: ObjectID, _ changes: [Change]) throws -> [Shift]? {
        var all: [(path: String, file: Followed, differences: [PinTemplate.Difference])] = []
        for change in changes {
            guard let old = change.old, let new = change.new, old.mode == new.mode, old.mode != .symbolicLink,
                !roster.noteChange(of: change.path)
            else { return nil }
            if followed[change.path] == nil {
                guard readers[change.path]?.isEmpty == false else { continue }
                followed[change.path] = try follow(change.path)
            }
            // A template that has taken one file's change is dropped where another file's can't be taken.
            guard let file = followed[change.path],
                let differences = file.template.match(try checkout.repository.blob(new.id))
            else {
                for change in changes { followed[change.path] = nil }
                return nil
            }
            all.append((change.path, file, differences))
        }
        checkout.move(to: tree, changes)
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
        let keys = readers[path] ?? []
        var pins: [Pin] = []
        for app in try keys.flatMap({ try apps(of: $0) }) {
            // A Git ref may be an app's because an image beside it has the same version.
            if app.unit.app == nil, app.slots.contains(where: { $0.artifact.kind == .git }) { return nil }
            pins += app.slots.flatMap { $0.pins + $0.hidden }.filter { $0.file == path }
        }
        return Followed(PinTemplate(yaml, pins), keys.compactMap { tracked[$0] })
    }

    private func read(_ key: UnitRoster.Key) throws {
        guard let unit = roster[key] else {
            replace(key, by: [], [], [], [])
            tracked[key] = nil
            return
        }
        checkout.misses = []
        // Another unit's reading would not say what it looked for.
        checkout.builds = [:]
        let builder = SnapshotBuilder(checkout, configuration, units: self.roster.units)
        let apps = try builder.apps(of: unit)
        var misses = checkout.misses
        if !unit.layers.isEmpty { misses.insert(unit.folder) }
        replace(key, by: apps, Set(apps.map(\.app)), Set(apps.flatMap(\.files)), misses)
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
        tracked.apps = apps
        return apps
    }

    private func replace(
        _ key: UnitRoster.Key, by apps: [AppSnapshot]?, _ names: Set<String>, _ files: Set<String>,
        _ misses: Set<String>
    ) {
        let unit = tracked[key] ?? Tracked()
        tracked[key] = unit
        // Other places may be pins now.
        for file in unit.files.union(files) { followed[file] = nil }
        if unit.files != files {
            for file in unit.files.subtracting(files) { readers[file]?.remove(key) }
            for file in files.subtracting(unit.files) { readers[file, default: []].insert(key) }
            unit.files = files
        }
        if unit.misses != misses {
            for path in unit.misses.subtracting(misses) { watchers[path]?.remove(key) }
            for path in misses.subtracting(unit.misses) { watchers[path, default: []].insert(key) }
            unit.misses = misses
        }
        unit.apps = apps
        guard unit.names != names else { return }
        for app in unit.names {
            let name = Name(environment: key.environment, app: app)
            parts[name]?.removeAll { $0 == key }
            if parts[name]?.isEmpty == true { parts[name] = nil }
        }
        for app in names { parts[Name(environment: key.environment, app: app), default: []].append(key) }
        unit.names = names
    }

    private func wakeWatchers(of path: String, _ dirty: inout Set<UnitRoster.Key>) {
        guard !watchers.isEmpty else { return }
        var folder = path
        while true {
            if let keys = watchers[folder] { dirty.formUnion(keys) }
            guard !folder.isEmpty else { return }
            folder = FilePath.folder(of: folder)
        }
    }

    private func isShared(_ path: String) -> Bool {
        configuration.shared.contains { $0.match(path) != nil }
    }

    /// The apps that differ, or that are made of a file that does.
    private func note(
        _ before: [AppSnapshot], _ after: [AppSnapshot], _ paths: Set<String>, _ touched: inout Set<Name>
    ) {
        for app in before + after where app.files.contains(where: paths.contains) {
            touched.insert(Name(environment: app.environment, app: app.app))
        }
        for app in before {
            let same = after.first { $0.app == app.app && $0.environment == app.environment }
            if same?.slots.map(\.version) != app.slots.map(\.version)
                || same?.slots.map(\.artifact) != app.slots.map(\.artifact)
            {
                touched.insert(Name(environment: app.environment, app: app.app))
            }
        }
        for app in after where !before.contains(where: { $0.app == app.app }) {
            touched.insert(Name(environment: app.environment, app: app.app))
        }
    }

    private func shifts(_ names: Set<Name>) throws -> [Shift] {
        let sorted =
            names.count < 2
            ? Array(names) : names.sorted { ($0.environment, $0.app) < ($1.environment, $1.app) }
        return try sorted.map(shift)
    }

    private func shift(_ name: Name) throws -> Shift {
        var slots: [Slot]?
        for key in parts[name] ?? [] {
            for app in try apps(of: key) where app.app == name.app && app.environment == name.environment {
                slots = slots.map { $0 + app.slots } ?? app.slots
            }
        }
        return Shift(environment: name.environment, app: name.app, slots: slots)
    }
}

extension AppSnapshot {
    /// Takes other versions over; false where the file is none of its own.
    fileprivate mutating func take(_ differences: [PinTemplate.Difference], in path: String) -> Bool {
        let index = files.partitioningIndex { !$0.utf8.lexicographicallyPrecedes(path.utf8) }
        guard index < files.count, files[index] == path else { return false }
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
