internal import Manifests
internal import System

/// Whether tables that a file holds lead nowhere but into each other. A checksum finds damage; whoever writes a file on
/// purpose gets that right too, and no number of theirs is to be trusted as a size or a place.
struct TablesCheck {
    private let tables: Tables

    init(_ tables: Tables) { self.tables = tables }

    var isSound: Bool {
        guard tables.places.count <= Int(UInt16.max) + 1, ends(tables.strings, in: tables.text.count),
            ends(tables.states, in: tables.pinned.count), isSound(tables.stringPlaces, tables.strings.count),
            isSound(tables.statePlaces, tables.states.count)
        else { return false }
        return placesAreSound && commitsAreSound && deploymentsAreSound && changesAreSound && seriesAreSound
            && namesAreSound && unitsAreSound
    }

    /// The longest text, and the most versions of a state, that a history brings forth.
    private static let longest = 1 << 20

    /// Where rows end in another table: never before they begin.
    private func ends(_ ends: Column<UInt32>, in count: Int) -> Bool {
        var last = 0
        let isSorted = all(ends) { end in
            defer { last = Int(end) }
            return Int(end) >= last && Int(end) - last <= Self.longest
        }
        return isSorted && last <= count
    }

    private func isSound(_ lookup: Lookup, _ count: Int) -> Bool {
        let slots = lookup.slots.count
        guard slots & (slots - 1) == 0 || slots == 0 else { return false }
        var taken = 0
        let isSound = all(lookup.slots) { slot in
            taken += slot == 0 ? 0 : 1
            return Int(slot) <= count
        }
        // A search ends at a place that is free, also when rows are added: each has one place.
        return isSound && taken <= count && (slots == 0 || taken < slots)
    }

    private func isString(_ position: UInt32) -> Bool { Int(position) < tables.strings.count }

    private var placesAreSound: Bool {
        all(tables.places) { isString($0.repository) && isString($0.branch) && $0.isComplete <= 1 }
    }

    private var commitsAreSound: Bool {
        let (places, strings) = (tables.places.count, tables.strings.count)
        return all(tables.commits) {
            Int($0.author) < strings && Int($0.committer) < strings && Int($0.place) < places
                && Timestamp.possible.contains($0.time) && abs(Int($0.zone)) <= 24 * 60 + 99
        }
    }

    private var deploymentsAreSound: Bool {
        let (commits, series, states) = (tables.commits.count, tables.series.count, tables.states.count)
        var number = 0
        return all(tables.deployments) { row in
            defer { number += 1 }
            // Those before come before: a chain of them ends.
            guard Int(row.commit) < commits, Int(row.series) < series, Int(row.previous) <= number,
                Int(row.state) <= states, let kind = Deployment.Kind(rawValue: row.kind),
                Deployment.Basis(rawValue: row.basis) != nil
            else { return false }
            let isRelated =
                switch kind {
                case .promotion: isString(row.related)
                default: Int(row.related) <= number
                }
            return isRelated && (row.main.map { $0 < tables.pins(of: row.state).count } ?? true)
        }
    }

    private var changesAreSound: Bool {
        let (strings, deployments) = (tables.strings.count, tables.deployments.count)
        var last = 0
        let areEndsSound = all(tables.deployments) { row in
            defer { last = Int(row.changesEnd) }
            return Int(row.changesEnd) >= last && Int(row.changesEnd) - last <= Self.longest
        }
        return areEndsSound && last <= tables.changes.count
            && all(tables.changes) { row in
                guard let kind = Deployment.Kind(rawValue: row.kind),
                    Deployment.Basis(rawValue: row.basis) != nil, isString(row.artifact),
                    Int(row.before) <= strings, Int(row.after) <= strings
                else { return false }
                return kind == .promotion ? isString(row.related) : Int(row.related) <= deployments
            }
    }

    private var seriesAreSound: Bool {
        let deployments = tables.deployments.count
        return all(tables.series) {
            isString($0.environment) && isString($0.app) && Int($0.last) <= deployments
        }
    }

    private var namesAreSound: Bool {
        let commits = tables.commits.count
        return all(tables.pinned) { isString($0.artifact) && isString($0.version) }
            && all(tables.holding) { Int($0) < commits }
            && all(tables.standIns) { Int($0.commit) < commits && isString($0.path) && $0.isOver <= 1 }
            && all(tables.mentions) {
                Int($0.commit) < commits && ($0.name.issue.map(isString) ?? true)
            }
    }

    private var unitsAreSound: Bool {
        var left = tables.uses.count
        let strings = tables.strings.count
        let isSound = all(tables.units) { row in
            guard row.uses <= left, Int(row.place) < tables.places.count, isString(row.environment),
                isString(row.folder), Int(row.app) <= strings, Int(row.namespace) <= strings,
                Int(row.name) <= strings
            else { return false }
            left -= row.uses
            return true
        }
        return isSound && all(tables.uses, isString)
    }

    private func all<Row>(_ column: Column<Row>, _ isSound: (Row) -> Bool) -> Bool {
        var result = true
        column.withRows(in: 0..<column.count) { rows in
            for index in rows.indices where result { result = isSound(rows[index]) }
        }
        return result
    }
}
