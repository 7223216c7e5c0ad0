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

    /// An app that is there.
    public struct App: Sendable {
        public var environment: String
        public var app: String
        public var files: [String]
    }

    private struct Name: Hashable {
        var environment: String
        var app: String
    }

    /// A unit as it was read last.
    private final class Tracked {
        var apps: [AppSnapshot] = []
        var files: Set<String> = []
        var misses: Set<String> = []
    }

    private let configuration: Configuration
    private let checkout: Checkout
    private var roster: UnitRoster
    private var tracked: [UnitRoster.Key: Tracked] = [:]
    /// Who reads a file.
    private var readers: [String: Set<UnitRoster.Key>] = [:]
    /// Who reads anew when something appears at a path or below it.
    private var watchers: [String: Set<UnitRoster.Key>] = [:]
    /// Which units make up an app.
    private var parts: [Name: [Tracked]] = [:]
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
        tree: ObjectID?, cache: FileCache = FileCache()
    ) throws {
        self.configuration = configuration
        let files = try tree.map { try repository.files(inTree: $0) } ?? []
        checkout = Checkout(repository, tree: tree, files, cache: cache)
        roster = try UnitRoster(of: checkout, configuration, place.found, place.layouts)
        for key in roster.keys { try read(key) }
    }

    /// The groups that layouts give to environments.
    public var groups: [String: String] { roster.groups }

    /// Everything that is there.
    public var apps: [Shift] {
        shifts(Set(parts.keys))
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
            let before = tracked[key]?.apps ?? []
            try read(key)
            note(before, tracked[key]?.apps ?? [], paths, &touched)
        }
        return shifts(touched)
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
                for index in unit.apps.indices where unit.apps[index].take(differences, in: path) {
                    touched.insert(Name(environment: unit.apps[index].environment, app: unit.apps[index].app))
                }
            }
        }
        return shifts(touched)
    }

    private func follow(_ path: String) throws -> Followed? {
        guard let yaml = try checkout.file(at: path)?.yaml else { return nil }
        let units = (readers[path] ?? []).compactMap { tracked[$0] }
        var pins: [Pin] = []
        for app in units.flatMap(\.apps) {
            // A Git ref may be an app's because an image beside it has the same version.
            if app.unit.app == nil, app.slots.contains(where: { $0.artifact.kind == .git }) { return nil }
            pins += app.slots.flatMap { $0.pins + $0.hidden }.filter { $0.file == path }
        }
        return Followed(PinTemplate(yaml, pins), units)
    }

    private func read(_ key: UnitRoster.Key) throws {
        guard let unit = roster[key] else {
            replace(key, by: [], misses: [])
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
        replace(key, by: apps, misses: misses)
    }

    private func replace(_ key: UnitRoster.Key, by apps: [AppSnapshot], misses: Set<String>) {
        let unit = tracked[key] ?? Tracked()
        tracked[key] = unit
        let files = Set(apps.flatMap(\.files))
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
        let before = names(unit)
        unit.apps = apps
        let after = names(unit)
        if before != after {
            for name in before { parts[name]?.removeAll { $0 === unit } }
            for name in before where parts[name]?.isEmpty == true { parts[name] = nil }
            for name in after { parts[name, default: []].append(unit) }
        }
    }

    private func names(_ tracked: Tracked) -> Set<Name> {
        Set(tracked.apps.map { Name(environment: $0.environment, app: $0.app) })
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

    private func shifts(_ names: Set<Name>) -> [Shift] {
        let sorted =
            names.count < 2
            ? Array(names) : names.sorted { ($0.environment, $0.app) < ($1.environment, $1.app) }
        return sorted.map(shift)
    }

    private func shift(_ name: Name) -> Shift {
        var slots: [Slot]?
        for unit in parts[name] ?? [] {
            for app in unit.apps where app.app == name.app && app.environment == name.environment {
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
