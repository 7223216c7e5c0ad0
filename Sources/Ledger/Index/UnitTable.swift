internal import Manifests

/// What units are made of, so that those that do not change need not be read to go on.
extension Tables {
    /// The units of a place, as it was read last.
    func units(of place: Int) -> [Replay.Use] {
        var found: [Replay.Use] = []
        var position = 0
        for index in 0..<units.count {
            let row = units[index]
            func next(_ count: UInt32) -> [String] {
                defer { position += Int(count) }
                return (0..<Int(count)).map { string(uses[position + $0]) }
            }
            guard row.place == place else {
                position += Int(row.apps + row.files + row.misses)
                continue
            }
            found.append(
                Replay.Use(
                    environment: string(row.environment), app: row.app == 0 ? nil : string(row.app - 1),
                    namespace: row.namespace == 0 ? nil : string(row.namespace - 1), apps: next(row.apps),
                    files: next(row.files), misses: next(row.misses)))
        }
        return found
    }

    /// Takes down the units of all places.
    mutating func setUnits(_ all: [(place: Int, units: [Replay.Use])]) {
        units.truncate(to: 0)
        uses.truncate(to: 0)
        for (place, found) in all {
            for unit in found {
                let row = UnitRow(
                    place: UInt32(place), environment: intern(unit.environment),
                    app: unit.app.map { intern($0) + 1 } ?? 0,
                    namespace: unit.namespace.map { intern($0) + 1 } ?? 0, apps: UInt32(unit.apps.count),
                    files: UInt32(unit.files.count), misses: UInt32(unit.misses.count))
                units.append(row)
                for text in unit.apps + unit.files + unit.misses { uses.append(intern(text)) }
            }
        }
    }
}
