internal import Git

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
    var kind: UInt8
    var basis: UInt8
    var reserved: UInt16 = 0
}

/// An app in an environment.
struct SeriesRow: BitwiseCopyable, Hashable {
    var environment: UInt32
    var app: UInt32
}

/// A commit's message, or that of one that it merges, names an issue or a pull request.
struct MentionRow: BitwiseCopyable {
    /// The key; for a pull request the number with `#` in front.
    var key: UInt32
    var commit: UInt32
    /// 0 for an issue, 1 for a pull request.
    var kind: UInt32 = 0
    var reserved: UInt32 = 0
}

/// An artifact at a version.
struct PinnedRow: BitwiseCopyable, Hashable, Comparable {
    var artifact: UInt32
    var version: UInt32

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

/// All tables of a ledger.
struct Tables {
    var places = Column<PlaceRow>()
    var commits = Column<CommitRow>()
    var deployments = Column<DeploymentRow>()
    var series = Column<SeriesRow>()
    var mentions = Column<MentionRow>()
    /// Where each state ends in `pinned`.
    var states = Column<UInt32>()
    var pinned = Column<PinnedRow>()
    /// Where each string ends in `text`.
    var strings = Column<UInt32>()
    var text = Column<UInt8>()

    func string(_ index: UInt32) -> String {
        String(decoding: bytes(of: Int(index)), as: UTF8.self)
    }

    private func range(of string: Int) -> Range<Int> {
        (string == 0 ? 0 : Int(strings[string - 1]))..<Int(strings[string])
    }

    private func bytes(of string: Int) -> [UInt8] { range(of: string).map { text[$0] } }

    /// The position of a string; nil where no row uses it.
    func position(of string: String) -> UInt32? {
        let wanted = Array(string.utf8)
        var start = 0
        for index in 0..<strings.count {
            let end = Int(strings[index])
            if end - start == wanted.count, (0..<wanted.count).allSatisfy({ text[start + $0] == wanted[$0] })
            {
                return UInt32(index)
            }
            start = end
        }
        return nil
    }

    /// What a state says, in order; nothing for 0.
    func pins(of state: UInt32) -> [PinnedRow] {
        range(ofState: state).map { pinned[$0] }
    }

    /// Whether all versions of a list run in a state.
    func state(_ state: UInt32, has versions: [UInt32]) -> Bool {
        let range = range(ofState: state)
        return versions.allSatisfy { version in range.contains { pinned[$0].version == version } }
    }

    private func range(ofState state: UInt32) -> Range<Int> {
        switch state {
        case 0: 0..<0
        case 1: 0..<Int(states[0])
        default: Int(states[Int(state) - 2])..<Int(states[Int(state) - 1])
        }
    }

    func time(of commit: UInt32) -> Timestamp {
        let row = commits[Int(commit)]
        return Timestamp(seconds: row.time, offset: Int(row.zone))
    }
}

/// Strings and states by their content, for whoever adds rows: each stands in its table once.
struct Interning {
    private var strings: [String: UInt32] = [:]
    private var states: [[PinnedRow]: UInt32] = [:]
    private var series: [SeriesRow: UInt32] = [:]

    init(_ tables: Tables) {
        strings.reserveCapacity(tables.strings.count)
        for index in 0..<tables.strings.count { strings[tables.string(UInt32(index))] = UInt32(index) }
        for state in 0..<tables.states.count {
            states[tables.pins(of: UInt32(state) + 1)] = UInt32(state) + 1
        }
        for index in 0..<tables.series.count { series[tables.series[index]] = UInt32(index) }
    }

    mutating func string(_ string: String, _ tables: inout Tables) -> UInt32 {
        if let known = strings[string] { return known }
        for byte in string.utf8 { tables.text.append(byte) }
        let index = UInt32(tables.strings.append(UInt32(tables.text.count)))
        strings[string] = index
        return index
    }

    mutating func state(_ pins: [PinnedRow], _ tables: inout Tables) -> UInt32 {
        if let known = states[pins] { return known }
        for pin in pins { tables.pinned.append(pin) }
        let index = UInt32(tables.states.append(UInt32(tables.pinned.count))) + 1
        states[pins] = index
        return index
    }

    mutating func series(_ environment: String, _ app: String, _ tables: inout Tables) -> UInt32 {
        let row = SeriesRow(environment: string(environment, &tables), app: string(app, &tables))
        if let known = series[row] { return known }
        let index = UInt32(tables.series.append(row))
        series[row] = index
        return index
    }
}
