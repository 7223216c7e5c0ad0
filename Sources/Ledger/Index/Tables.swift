internal import Git
internal import Manifests
internal import System

/// All tables of a ledger.
struct Tables {
    var places = Column<PlaceRow>()
    var commits = Column<CommitRow>()
    var deployments = Column<DeploymentRow>()
    var changes = Column<ChangeRow>()
    var series = Column<SeriesRow>()
    var mentions = Column<MentionRow>()
    /// The commits that say something of holds, themselves or by what they merge.
    var holding = Column<UInt32>()
    var standIns = Column<StandInRow>()
    /// Where each state ends in `pinned`.
    var states = Column<UInt32>()
    var pinned = Column<PinnedRow>()
    /// Where each string ends in `text`.
    var strings = Column<UInt32>()
    var text = Column<UInt8>()
    var units = Column<UnitRow>()
    var uses = Column<UInt32>()
    /// Strings and states by their content.
    var stringPlaces = Lookup()
    var statePlaces = Lookup()

    func string(_ index: UInt32) -> String {
        text.withRun(Self.range(of: Int(index), strings)) { bytes in
            unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        }
    }

    /// Where a row is in the table that it leads into.
    ///
    /// - Parameter ends: Where each row ends in there.
    private static func range(of row: Int, _ ends: Column<UInt32>) -> Range<Int> {
        (row == 0 ? 0 : Int(ends[row - 1]))..<Int(ends[row])
    }

    /// The position of a string; nil where no row uses it.
    func position(of string: String) -> UInt32? { position(of: string.utf8.span) }

    private func position(of bytes: Span<UInt8>) -> UInt32? {
        stringPlaces.find(Lookup.hash(bytes), among: strings.count) { row in
            text.has(bytes, in: Self.range(of: row, strings))
        }.map(UInt32.init)
    }

    /// What a state says, in order; nothing for 0.
    func pins(of state: UInt32) -> Slice<Column<PinnedRow>> {
        pinned[state == 0 ? 0..<0 : Self.range(of: Int(state) - 1, states)]
    }

    /// What a deployment changed.
    func changes(of number: Int) -> Slice<Column<ChangeRow>> {
        let start = number == 0 ? 0 : Int(deployments[number - 1].changesEnd)
        return changes[start..<Int(deployments[number].changesEnd)]
    }

    /// What people mean by the version of what a deployment leaves running.
    func main(of row: DeploymentRow) -> PinnedRow? {
        let pins = pins(of: row.state)
        return row.main.map { pins[pins.startIndex + $0] }
    }

    /// The number of a place; nil where it has not been read.
    func number(of place: Place) -> Int? {
        places.indices.first { index in
            string(places[index].branch) == place.branch ?? ""
                && string(places[index].repository) == place.repository ?? ""
        }
    }

    /// What stands in for the files of a place, as it was read last.
    func standIns(of place: Int) -> [String: ObjectID] {
        var found: [String: ObjectID] = [:]
        for row in standIns where commits[Int(row.commit)].place == place {
            found[string(row.path)] = row.isOver == 1 ? nil : row.blob
        }
        return found
    }

    func time(of commit: UInt32) -> Timestamp {
        let row = commits[Int(commit)]
        return Timestamp(seconds: row.time, offset: Int(row.zone))
    }
}

extension Tables {
    /// Where the commits of a place stand.
    func positions(ofCommitsIn place: Int) -> [ObjectID: Int] {
        var found: [ObjectID: Int] = [:]
        for index in 0..<commits.count where commits[index].place == place {
            found[commits[index].id] = index
        }
        return found
    }

    /// Forgets what followed a commit, where there is one place.
    mutating func cut(after commit: Int) {
        let last = deployments
        commits.truncate(to: commit + 1)
        var count = deployments.count
        while count > 0, deployments[count - 1].commit > commit { count -= 1 }
        deployments.truncate(to: count)
        changes.truncate(to: count == 0 ? 0 : Int(deployments[count - 1].changesEnd))
        mentions.truncate(to: mentions.count { $0.commit <= commit })
        holding.truncate(to: holding.count { $0 <= commit })
        standIns.truncate(to: standIns.count { $0.commit <= commit })
        for index in 0..<series.count {
            while series[index].last > count {
                series[index].last = last[Int(series[index].last) - 1].previous
            }
        }
    }

    /// The position of somebody's name. Few people make many commits: mostly it is there as it stands in the commit.
    mutating func person(
        _ bytes: ArraySlice<UInt8>, _ signature: @autoclosure () -> Signature
    ) -> UInt32 {
        if let known = find(bytes.span) { return known }
        let signature = signature()
        return intern("\(signature.name) <\(signature.email)>")
    }

    /// What runs after a step, and where in it the app's main version stands.
    mutating func state(_ shift: Replay.Shift) -> (state: UInt32, main: Int?) {
        guard let slots = shift.slots else { return (0, nil) }
        var pins: [PinnedRow] = []
        var main: PinnedRow?
        for place in slots.indices where !slots[place].pins.isEmpty {
            let pin = PinnedRow(
                artifact: intern(Pinned.name(of: slots[place].artifact)),
                version: intern(slots[place].version.description))
            if !pins.contains(pin) { pins.append(pin) }
            if place == shift.main { main = pin }
        }
        pins.sort()
        return (intern(pins), main.flatMap(pins.firstIndex(of:)))
    }

    /// The position of a string, which is added where it is new.
    mutating func intern(_ string: String) -> UInt32 {
        if let known = find(string.utf8.span) { return known }
        text.append(contentsOf: string.utf8)
        return UInt32(strings.append(UInt32(text.count)))
    }

    /// The position of a string that is there; nil where it would be new.
    mutating func find(_ bytes: Span<UInt8>) -> UInt32? {
        coverStrings()
        return position(of: bytes)
    }

    /// The number of a state, counted from 1.
    mutating func intern(_ pins: [PinnedRow]) -> UInt32 {
        coverStates()
        let known = statePlaces.find(Lookup.hash(pins), among: states.count) { row in
            pinned.has(pins.span, in: Self.range(of: row, states))
        }
        if let known { return UInt32(known) + 1 }
        for pin in pins { pinned.append(pin) }
        return UInt32(states.append(UInt32(pinned.count))) + 1
    }

    /// Gives what was added the last time its place among what can be looked up.
    private mutating func coverStrings() {
        guard stringPlaces.covered < strings.count else { return }
        stringPlaces.cover(strings.count) { [strings, text] row in
            text.withRun(Self.range(of: row, strings)) { Lookup.hash($0) }
        }
    }

    private mutating func coverStates() {
        guard statePlaces.covered < states.count else { return }
        statePlaces.cover(states.count) { [states, pinned] row in
            Lookup.hash(pinned[Self.range(of: row, states)])
        }
    }

    /// Gives all their places.
    mutating func cover() {
        coverStrings()
        coverStates()
    }
}

/// Does the same with each column of the tables.
protocol ColumnVisitor {
    mutating func visit<Row>(_ column: inout Column<Row>)
}

extension Tables: IndexContent {
    mutating func settle() {
        settleUnits()
        cover()
    }

    var isSound: Bool { TablesCheck(self).isSound }

    /// Visits the columns in the order in which files have them.
    mutating func visit(_ visitor: inout some ColumnVisitor) {
        visitor.visit(&places)
        visitor.visit(&commits)
        visitor.visit(&deployments)
        visitor.visit(&changes)
        visitor.visit(&series)
        visitor.visit(&mentions)
        visitor.visit(&holding)
        visitor.visit(&standIns)
        visitor.visit(&states)
        visitor.visit(&pinned)
        visitor.visit(&strings)
        visitor.visit(&text)
        visitor.visit(&units)
        visitor.visit(&uses)
    }

    mutating func visitPlaces(_ visitor: inout some ColumnVisitor) {
        visitor.visit(&stringPlaces.slots)
        visitor.visit(&statePlaces.slots)
        (stringPlaces.covered, statePlaces.covered) = (strings.count, states.count)
    }
}
