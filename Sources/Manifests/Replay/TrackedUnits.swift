/// The units that a replay knows, with what they are made of.
struct TrackedUnits {
    private var units: [Unit.Key: TrackedUnit] = [:]
    /// Which units are made of a file.
    private var users: [String: Set<Unit.Key>] = [:]
    /// Which units have to be read again: a chart's templates are part of it, but nobody reads them.
    private(set) var readers = Dependents<Unit.Key>()
    /// Which units make up an app.
    private var parts: [Replay.Name: [Unit.Key]] = [:]

    subscript(key: Unit.Key) -> TrackedUnit? { units[key] }

    var keys: Dictionary<Unit.Key, TrackedUnit>.Keys { units.keys }

    var apps: Set<Replay.Name> { Set(parts.keys) }

    func users(of path: String) -> Set<Unit.Key> { users[path] ?? [] }

    func isUsed(_ path: String) -> Bool { users[path]?.isEmpty == false }

    /// The units that make up an app, in the order of their names.
    func parts(of app: Replay.Name) -> [Unit.Key] {
        let keys = parts[app] ?? []
        guard keys.count > 1 else { return keys }
        return keys.sorted { ($0.app ?? "", $0.namespace ?? "") < ($1.app ?? "", $1.namespace ?? "") }
    }

    /// Forgets a unit. Gives the files that it followed.
    mutating func drop(_ key: Unit.Key) -> Set<String> {
        defer { units[key] = nil }
        return replace(key, by: [], names: [], files: [], lookups: Lookups())
    }

    /// Says of a unit what it is made of now. Gives the files in which other places may be pins for it.
    mutating func replace(
        _ key: Unit.Key, by apps: [AppSnapshot]?, names: Set<String>, files: Set<String>, lookups: Lookups
    ) -> Set<String> {
        let unit = units[key] ?? TrackedUnit()
        units[key] = unit
        let unsure = unit.followed.union(files.subtracting(unit.files))
        unit.followed = []
        users.move(key, from: unit.files, to: files)
        readers[key] = lookups
        unit.files = files
        unit.set(apps)
        rename(key, from: unit.names, to: names)
        unit.names = names
        return unsure
    }

    private mutating func rename(_ key: Unit.Key, from before: Set<String>, to after: Set<String>) {
        guard before != after else { return }
        for app in before {
            let name = Replay.Name(environment: key.environment, app: app)
            parts[name]?.removeAll { $0 == key }
            if parts[name]?.isEmpty == true { parts[name] = nil }
        }
        for app in after {
            parts[Replay.Name(environment: key.environment, app: app), default: []].append(key)
        }
    }
}
