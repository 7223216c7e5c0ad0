internal import Manifests
internal import System

/// What units are made of, so that those that do not change need not be read to go on.
extension Tables {
    /// Takes down what became of a place's units.
    ///
    /// - Parameter rosterFiles: Those that say which units there are; nil for no change.
    mutating func note(_ news: Replay.News, rosterFiles: Set<String>?, of place: Int) {
        for unit in news.added { append(unit, .unit, of: place) }
        for unit in news.changed { append(unit, .again, of: place) }
        for unit in news.gone { append(unit, .gone, of: place) }
        guard let files = rosterFiles, files != UnitMemory(self, of: place).rosterFiles else { return }
        var row = UnitRow(place: UInt32(place), environment: intern(""), app: 0, namespace: 0)
        (row.folder, row.kind, row.files) = (row.environment, .roster, UInt32(files.count))
        units.append(row)
        for file in files.sorted() { uses.append(intern(file)) }
    }

    private mutating func append(_ use: Replay.Use, _ kind: UnitRow.Kind, of place: Int) {
        var row = UnitRow(
            place: UInt32(place), environment: intern(use.environment),
            app: use.app.map { intern($0) + 1 } ?? 0, namespace: use.namespace.map { intern($0) + 1 } ?? 0)
        (row.kind, row.folder) = (kind, intern(use.folder))
        if kind != .gone {
            row.name = use.name.map { intern($0) + 1 } ?? 0
            row.layout = use.layout.map { UInt32($0) + 1 } ?? 0
            let captures = use.captures.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
            (row.apps, row.files) = (UInt32(use.apps.count), UInt32(use.files.count))
            (row.misses, row.own) = (UInt32(use.misses.count), UInt32(use.own.count))
            (row.layers, row.captures) = (UInt32(use.layers.count), UInt32(captures.count))
            for list in [use.apps, use.files, use.misses, use.own, use.layers, captures] {
                for text in list { uses.append(intern(text)) }
            }
        }
        units.append(row)
    }

    /// Forgets the units of a place, which is read anew.
    mutating func forgetUnits(of place: Int) { keepUnits { $0.place != place } }

    /// Forgets rows that do not count any more.
    mutating func settleUnits() {
        if units.contains(where: { $0.kind == .again || $0.kind == .gone }) { keepUnits { _ in true } }
    }

    private mutating func keepUnits(where isWanted: (UnitRow) -> Bool) {
        let kept = UnitMemory.rows(in: self) { row, _ in isWanted(row) }
        let strings = kept.map { row, start in (start..<start + row.uses).map { uses[$0] } }
        units.truncate(to: 0)
        uses.truncate(to: 0)
        for (number, var row) in kept.map(\.row).enumerated() {
            if row.kind == .again { row.kind = .unit }
            units.append(row)
            uses.append(contentsOf: strings[number])
        }
    }
}

/// The units of a place, as it was read last.
struct UnitMemory: ReplayMemory {
    private let tables: Tables
    private let place: UInt32

    init(_ tables: Tables, of place: Int) { (self.tables, self.place) = (tables, UInt32(place)) }

    var units: [Replay.Use] { units { _, _ in true } }

    func units(using paths: Set<String>) -> [Replay.Use] {
        let found = places(of: paths)
        return units { row, start in
            let files = start + Int(row.apps)
            return found.hasElement(in: files..<files + Int(row.files) + Int(row.misses))
        }
    }

    func units(of app: String, in environment: String) -> [Replay.Use] {
        guard let environment = tables.position(of: environment) else { return [] }
        let found = places(of: [app])
        return units { row, start in
            row.environment == environment && found.hasElement(in: start..<start + Int(row.apps))
        }
    }

    func units(named app: String) -> [Replay.Use] {
        guard let app = tables.position(of: app) else { return [] }
        return units { row, _ in row.app == app + 1 }
    }

    func units(of environment: String) -> [Replay.Use] {
        guard let environment = tables.position(of: environment) else { return [] }
        return units { row, _ in row.environment == environment }
    }

    var rosterFiles: Set<String> {
        let rows = Self.rows(in: tables) { row, _ in row.place == place && row.kind == .roster }
        return rows.last.map { Set(strings($0.row.files, from: $0.start)) } ?? []
    }

    private func units(where isMeant: (UnitRow, Int) -> Bool) -> [Replay.Use] {
        Self.rows(in: tables) { row, start in
            row.place == place && row.kind != .roster && isMeant(row, start)
        }.map(use)
    }

    /// Where some strings stand in `uses`, in order.
    private func places(of texts: Set<String>) -> [Int] {
        let wanted = Set(texts.compactMap(tables.position))
        guard let low = wanted.min(), let high = wanted.max() else { return [] }
        var found: [Int] = []
        var position = 0
        tables.uses.withRows(in: 0..<tables.uses.count) { rows in
            for index in rows.indices {
                let string = rows[index]
                if string >= low, string <= high, wanted.contains(string) { found.append(position + index) }
            }
            position += rows.count
        }
        return found
    }

    /// Rows that count, with where their strings begin. What took the place of others is little.
    fileprivate static func rows(
        in tables: Tables, where isMeant: (UnitRow, Int) -> Bool
    ) -> [(row: UnitRow, start: Int)] {
        var found: [(row: UnitRow, start: Int)] = []
        var (later, rosters): ([UnitRow.Key: Int], [UInt32: Int]) = ([:], [:])
        var start = 0
        tables.units.withRows(in: 0..<tables.units.count) { rows in
            for index in rows.indices {
                let row = rows[index]
                switch row.kind {
                case .again, .gone: later[row.key] = start
                case .roster: rosters[row.place] = start
                case .unit: break
                }
                if row.kind != .gone, isMeant(row, start) { found.append((row, start)) }
                start += row.uses
            }
        }
        return found.filter { one in
            one.row.kind == .roster
                ? rosters[one.row.place] == one.start
                : later.isEmpty || later[one.row.key, default: 0] <= one.start
        }
    }

    private func strings(_ count: UInt32, from start: Int) -> [String] {
        (start..<start + Int(count)).map { tables.string(tables.uses[$0]) }
    }

    private func use(_ row: UnitRow, _ start: Int) -> Replay.Use {
        var next = start
        func take(_ count: UInt32) -> [String] {
            defer { next += Int(count) }
            return strings(count, from: next)
        }
        func optional(_ position: UInt32) -> String? { position == 0 ? nil : tables.string(position - 1) }
        let (apps, files, misses) = (take(row.apps), take(row.files), take(row.misses))
        let (own, layers, pairs) = (take(row.own), take(row.layers), take(row.captures))
        var captures: Captures = [:]
        for index in stride(from: 0, to: pairs.count - 1, by: 2) { captures[pairs[index]] = pairs[index + 1] }
        return Replay.Use(
            environment: tables.string(row.environment), app: optional(row.app),
            namespace: optional(row.namespace), name: optional(row.name),
            layout: row.layout == 0 ? nil : Int(row.layout) - 1, captures: captures,
            folder: tables.string(row.folder), own: own, layers: layers, apps: apps, files: files,
            misses: misses)
    }
}

extension [Int] {
    /// Whether one of them, which are sorted, is in a range.
    fileprivate func hasElement(in range: Range<Int>) -> Bool {
        let index = partitioningIndex { $0 >= range.lowerBound }
        return index < count && self[index] < range.upperBound
    }
}
