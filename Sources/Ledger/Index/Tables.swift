internal import Git
internal import Manifests
internal import System

/// A first-parent commit of a place.
struct CommitRow: BitwiseCopyable {
    var high: UInt64
    var middle: UInt64
    /// The committer's clock, in seconds since 1970.
    var time: Int64
    var low: UInt32
    /// Who: positions in the table of strings.
    var author: UInt32
    var committer: UInt32
    /// Minutes east of Greenwich.
    var zone: Int16
    var place: UInt16

    var id: ObjectID { ObjectID(words: (high, middle, low)) }
}

/// A deployment.
struct DeploymentRow: BitwiseCopyable {
    var commit: UInt32
    var series: UInt32
    /// The deployment before it in its series, counted from 1; 0 for none.
    var previous: UInt32
    /// What runs after it: a position in the table of states, counted from 1; 0 for nothing at all.
    var state: UInt32
    /// Of a rollback, the deployment that it undoes, counted from 1; of a promotion, the source's name.
    var related: UInt32
    /// Where its changes end in the table of changes: they begin where those of the deployment before end.
    var changesEnd: UInt32 = 0
    var kind: UInt8
    var basis: UInt8
    /// Where in the state the version stands that people mean by the app's, counted from 1; 0 for none. Behind it, in
    /// the lowest bit, whether the environment inherits it.
    private var mainAndOrigin: UInt16

    init(
        commit: UInt32, series: UInt32, previous: UInt32, state: UInt32, kind: Deployment.Kind,
        basis: Deployment.Basis, main: Int?, isInherited: Bool
    ) {
        (self.commit, self.series, self.previous, self.state) = (commit, series, previous, state)
        (related, self.kind, self.basis) = (0, kind.rawValue, basis.rawValue)
        mainAndOrigin = Self.number(of: main) << 1 | (isInherited ? 1 : 0)
    }

    /// Nobody means the version behind the first 32,766.
    private static func number(of main: Int?) -> UInt16 {
        UInt16(main.map { $0 < 0x7fff ? $0 + 1 : 0 } ?? 0)
    }

    var main: Int? {
        get { mainAndOrigin < 2 ? nil : Int(mainAndOrigin >> 1) - 1 }
        set { mainAndOrigin = Self.number(of: newValue) << 1 | mainAndOrigin & 1 }
    }
    var isInherited: Bool { mainAndOrigin & 1 == 1 }
}

/// What a deployment does to one artifact.
struct ChangeRow: BitwiseCopyable {
    static let down: UInt8 = 1
    static let up: UInt8 = 2

    /// As it is called afterwards.
    var artifact: UInt32
    /// The versions, counted from 1; 0 for none.
    var before: UInt32
    var after: UInt32
    /// As of a deployment.
    var related: UInt32 = 0
    var kind: UInt8 = Deployment.Kind.forward.rawValue
    var basis: UInt8 = Deployment.Basis.inferred.rawValue
    /// Whether it goes to an older or a newer version; 0 where nothing tells.
    var direction: UInt8 = 0
    private var whole: UInt8 = 0

    init(artifact: UInt32, before: UInt32?, after: UInt32?) {
        self.artifact = artifact
        self.before = before.map { $0 + 1 } ?? 0
        self.after = after.map { $0 + 1 } ?? 0
    }

    var isDown: Bool { direction == Self.down }
    var isUp: Bool { direction == Self.up }
    /// Whether another artifact of the app is called alike, so that only whole names tell.
    var isNamedWhole: Bool {
        get { whole == 1 }
        set { whole = newValue ? 1 : 0 }
    }
}

/// An app in an environment.
struct SeriesRow: BitwiseCopyable {
    var environment: UInt32
    var app: UInt32
    /// Its newest deployment, counted from 1; 0 for none.
    var last: UInt32 = 0
}

/// A commit's message, or that of one that it merges, names an issue or a pull request.
struct MentionRow: BitwiseCopyable {
    var commit: UInt32
    var name: Name

    /// What is named, in 32 bits.
    struct Name: BitwiseCopyable, Hashable {
        /// Of an issue the position of its key, of a pull request its number: times two, plus 1 for a pull request.
        private var bits: UInt32

        init(issue key: UInt32) { bits = key << 1 }

        /// Nil for what can't be the number of one.
        init?(pullRequest number: some StringProtocol) {
            guard let number = UInt32(number), number < 1 << 31 else { return nil }
            bits = number << 1 | 1
        }

        /// The position of an issue's key.
        var issue: UInt32? { bits & 1 == 0 ? bits >> 1 : nil }
        /// The number of a pull request.
        var pullRequest: UInt32? { bits & 1 == 1 ? bits >> 1 : nil }
    }
}

/// From a commit on, a file can't be read, and what it was before stands in its place; or that is over.
struct StandInRow: BitwiseCopyable {
    var high: UInt64
    var middle: UInt64
    var low: UInt32
    var commit: UInt32
    var path: UInt32
    var isOver: UInt32

    var blob: ObjectID { ObjectID(words: (high, middle, low)) }
}

/// An artifact at a version.
struct PinnedRow: BitwiseCopyable, Hashable, Comparable {
    var artifact: UInt32
    var version: UInt32

    /// At once, which takes half the time.
    func hash(into hasher: inout Hasher) { hasher.combine(UInt64(artifact) << 32 | UInt64(version)) }

    static func < (a: PinnedRow, b: PinnedRow) -> Bool { (a.artifact, a.version) < (b.artifact, b.version) }
}

/// A place, and the commit up to which it has been read.
struct PlaceRow: BitwiseCopyable {
    var high: UInt64
    var middle: UInt64
    var low: UInt32
    var repository: UInt32
    var branch: UInt32
    /// 1 where history goes back to its beginning, 0 where a shallow clone ends before.
    var isComplete: UInt32

    var tip: ObjectID { ObjectID(words: (high, middle, low)) }
}

/// A unit of a place at the commit up to which the place has been read: what has to change for it to be read again. Of
/// several rows of one unit the last one counts.
struct UnitRow: BitwiseCopyable {
    var place: UInt32
    var environment: UInt32
    /// Positions of strings, counted from 1; 0 for none.
    var app: UInt32
    var namespace: UInt32
    var name: UInt32 = 0
    /// Counted from 1; 0 for none.
    var layout: UInt32 = 0
    /// Of a string.
    var folder: UInt32 = 0
    /// What kind of row it is.
    private(set) var sort: UInt32 = 0
    /// Its strings are the next in `uses`: the names of its apps, its files, what it looked for in vain, its own files,
    /// its layers, and in pairs what its layout captured.
    var apps: UInt32 = 0
    var files: UInt32 = 0
    var misses: UInt32 = 0
    var own: UInt32 = 0
    var layers: UInt32 = 0
    var captures: UInt32 = 0

    enum Kind: UInt32 {
        /// One that there was no row of before,
        case unit
        /// or another one, which does not count any more.
        case again
        /// It is not there any more.
        case gone
        /// No unit, but the place's files that say which units there are.
        case roster
    }

    init(place: UInt32, environment: UInt32, app: UInt32, namespace: UInt32) {
        (self.place, self.environment, self.app, self.namespace) = (place, environment, app, namespace)
    }

    var kind: Kind {
        get { Kind(rawValue: sort) ?? .unit }
        set { sort = newValue.rawValue }
    }

    /// How many strings in `uses` are its own.
    var uses: Int {
        Int(apps) + Int(files) + Int(misses) + Int(own) + Int(layers) + Int(captures)
    }

    /// What rows of the same unit share.
    struct Key: Hashable {
        var place: UInt32
        var environment: UInt32
        var app: UInt32
        var namespace: UInt32
    }

    var key: Key { Key(place: place, environment: environment, app: app, namespace: namespace) }
}

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
