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
struct SeriesRow: BitwiseCopyable {
    var environment: UInt32
    var app: UInt32
    /// Its newest deployment, counted from 1; 0 for none.
    var last: UInt32 = 0
    var reserved: UInt32 = 0
}

/// A commit's message, or that of one that it merges, names an issue or a pull request.
struct MentionRow: BitwiseCopyable {
    var commit: UInt32
    /// The position of the key (of a pull request: the number with `#` in front) times two, plus 1 for a pull request.
    private var keyAndKind: UInt32

    init(key: UInt32, commit: UInt32, isPullRequest: Bool) {
        self.commit = commit
        keyAndKind = key << 1 | (isPullRequest ? 1 : 0)
    }

    var key: UInt32 { keyAndKind >> 1 }
    var isPullRequest: Bool { keyAndKind & 1 == 1 }
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

/// A unit of a place at the commit up to which the place has been read: what has to change for it to be read again.
struct UnitRow: BitwiseCopyable {
    var place: UInt32
    var environment: UInt32
    /// The position of the app's name, counted from 1; 0 for none. The namespace likewise.
    var app: UInt32
    var namespace: UInt32
    /// Its strings are the next in `uses`: first the names of its apps, then its files, then what it looked for in vain.
    var apps: UInt32
    var files: UInt32
    var misses: UInt32
    var reserved: UInt32 = 0
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
    var units = Column<UnitRow>()
    var uses = Column<UInt32>()
    /// Strings and states by their content.
    var stringPlaces = Lookup()
    var statePlaces = Lookup()

    func string(_ index: UInt32) -> String {
        String(decoding: bytes(of: Int(index)), as: UTF8.self)
    }

    private func range(of string: Int) -> Range<Int> {
        (string == 0 ? 0 : Int(strings[string - 1]))..<Int(strings[string])
    }

    private func bytes(of string: Int) -> [UInt8] { range(of: string).map { text[$0] } }

    /// The position of a string; nil where no row uses it.
    func position(of string: String) -> UInt32? {
        let hash = Lookup.hash(string.utf8)
        return stringPlaces.find(hash) { equals(Int($0), string) }
    }

    private func equals(_ index: Int, _ string: String) -> Bool {
        let range = range(of: index)
        guard range.count == string.utf8.count else { return false }
        var position = range.lowerBound
        for byte in string.utf8 {
            if text[position] != byte { return false }
            position += 1
        }
        return true
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

extension Tables {
    /// The position of a string, which is added where it is new.
    mutating func intern(_ string: String) -> UInt32 {
        let hash = Lookup.hash(string.utf8)
        if let known = stringPlaces.find(hash, where: { equals(Int($0), string) }) { return known }
        for byte in string.utf8 { text.append(byte) }
        let index = UInt32(strings.append(UInt32(text.count)))
        if stringPlaces.isFull(index) {
            stringPlaces.grow()
            for earlier in 0..<index {
                stringPlaces.insert(
                    earlier, Lookup.hash(range(of: Int(earlier)).lazy.map { [text] in text[$0] }))
            }
        }
        stringPlaces.insert(index, hash)
        return index
    }

    /// The number of a state, counted from 1.
    mutating func intern(_ pins: [PinnedRow]) -> UInt32 {
        let hash = Lookup.hash(pins)
        if let known = statePlaces.find(hash, where: { self.pins(of: $0 + 1) == pins }) { return known + 1 }
        for pin in pins { pinned.append(pin) }
        let index = UInt32(states.append(UInt32(pinned.count)))
        if statePlaces.isFull(index) {
            statePlaces.grow()
            for earlier in 0..<index { statePlaces.insert(earlier, Lookup.hash(self.pins(of: earlier + 1))) }
        }
        statePlaces.insert(index, hash)
        return index + 1
    }
}
