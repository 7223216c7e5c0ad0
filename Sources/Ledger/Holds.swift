public import Git
public import Manifests
public import System

/// A version that is kept out of an environment, and the commit that says so.
public struct Hold: Hashable, Sendable {
    public var trailer: HoldTrailer
    public var commit: ObjectID
    /// The committer's clock.
    public var time: Timestamp
    /// Who wrote the commit, without the address.
    public var author: String
    /// Environments in which a hold for all of them has been lifted.
    public var exceptions: Set<String> = []
    /// The environments that the commit's branch describes; nil where it describes all that are asked about. Of others
    /// it has nothing to say.
    public var scope: Set<String>?

    /// Whether it is in force in an environment.
    public func isFor(_ environment: String) -> Bool {
        (trailer.environment ?? environment) == environment && !exceptions.contains(environment)
            && scope?.contains(environment) ?? true
    }
}

extension Ledger {
    /// The holds in force, oldest first. The index knows whether any commit or record speaks of one: mostly there is
    /// nothing to read.
    public func openHolds() throws -> [Hold] {
        let tips = try tips.map { (tip: $0, records: try RecordStore($0.repository).holds()) }
        let isSaid = tables.holding.count > 0 || isTold || tips.contains { !$0.records.isEmpty }
        guard isSaid else { return [] }
        let signatures = try signatures()
        let holds = try tips.map { tip, records in
            (tip: tip, holds: try Holds(at: tip, records, signedBy: signatures, in: { self }).all)
        }
        guard tables.places.count > 1 else { return unique(holds.flatMap(\.holds)) }
        var found: [Hold] = []
        for (tip, holds) in holds {
            let scope = environments(at: tip.commit)
            for var hold in holds
            where hold.trailer.environment.map(scope.contains) ?? true {
                hold.scope = scope
                found.append(hold)
            }
        }
        return unique(found)
    }

    /// The environments that the branches at a commit describe.
    private func environments(at tip: ObjectID) -> Set<String> {
        let numbers = Set(tables.places.indices.filter { tables.places[$0].tip == tip })
        return Set(
            series.filter { series in
                let commit = tables.deployments[series.last].commit
                return numbers.contains(Int(tables.commits[Int(commit)].place))
            }.map(\.environment))
    }
}

/// The versions that a branch holds: for each, its newest `Gx-Hold` or `Gx-Unhold` line decides. They stand in the
/// commits, so they are as durable as these, and need no note. A line that a squash left out is known from its record.
public struct Holds: Sendable {
    /// Those in force, oldest first.
    public private(set) var all: [Hold] = []
    /// Whether the clone has all of history: else there may be more.
    public let isComplete: Bool
    /// What people have said of promotions to come, by the same commits.
    public private(set) var words = GateWords()
    /// What was lifted last, for what a clone that is not complete can still tell.
    private var lifted: [HoldTrailer] = []

    /// Starts looking for what says something of holds, locks and approvals.
    public static func search(at tip: Tip) throws(GitError) -> MessageSearch {
        let keys = HoldTrailer.Act.allCases.map(\.rawValue) + GateTrailer.Act.allCases.map(\.rawValue)
        return try MessageSearch(in: tip.commit, of: tip.repository, for: keys.map { "\($0): " })
    }

    /// - Parameters:
    ///   - signatures: By whose keys lines have to be signed that let something in; nil where anybody's count. What a
    ///     remote tells is signed by nobody, and counts only then.
    ///   - ledger: That of the tip. It is only asked for where a record speaks of a commit that the branch lacks.
    public init(at tip: Tip, signedBy signatures: Signatures? = nil, in ledger: () throws -> Ledger) throws {
        try self.init(at: tip, RecordStore(tip.repository).holds(), signedBy: signatures, in: ledger)
    }

    fileprivate init(
        at tip: Tip, _ records: [HoldRecord], signedBy signatures: Signatures?, in ledger: () throws -> Ledger
    ) throws {
        let told = try tip.repository.isShallow && signatures == nil ? SharedLedger(at: tip) : nil
        try self.init(
            [(tip, Holds.search(at: tip))], records, after: told, signedBy: signatures, in: ledger)
    }

    /// - Parameters:
    ///   - searches: Those that were started, at the tips where they were: of a shallow clone behind that of all its
    ///     history, since it may have commits that nobody else has.
    ///   - told: What a remote tells of history up to a commit: only what came since counts.
    ///   - signatures: By whose keys lines have to be signed that let something in; nil where anybody's count.
    public init(
        _ searches: [(tip: Tip, search: MessageSearch)], after told: SharedLedger? = nil,
        signedBy signatures: Signatures? = nil, in ledger: () throws -> Ledger
    ) throws {
        let records = try searches.last.map { try RecordStore($0.tip.repository).holds() } ?? []
        try self.init(searches, records, after: told, signedBy: signatures, in: ledger)
    }

    /// - Parameter records: Those of the repository.
    private init(
        _ searches: [(tip: Tip, search: MessageSearch)], _ records: [HoldRecord],
        after told: SharedLedger?, signedBy signatures: Signatures?, in ledger: () throws -> Ledger
    ) throws {
        isComplete = told != nil || searches.first.map { !$0.tip.repository.isShallow } ?? false
        for word in told?.words ?? [] { take(word) }
        var seen: Set<ObjectID> = []
        var said: [Hold] = []
        for (tip, search) in searches {
            let commits = try search.commits().filter { seen.insert($0).inserted }
            try signatures?.verify(commits, in: tip.repository)
            for id in commits {
                if let told, try tip.repository.sees(id, behind: told.tip) { continue }
                let commit = try tip.repository.commit(id)
                let signer = try signatures?.signer(of: id)
                let isTrusted = signatures == nil || signer != nil
                for trailer in HoldTrailer.all(in: commit) where isTrusted || trailer.act == .hold {
                    said.append(
                        Hold(
                            trailer: trailer, commit: id, time: commit.committer.time,
                            author: commit.author.name))
                }
                for trailer in GateTrailer.all(in: commit) where isTrusted {
                    words.add(
                        GateWord(
                            trailer: trailer, commit: id, time: commit.committer.time,
                            author: commit.author.name, address: signer ?? commit.author.email))
                }
            }
        }
        let tips = searches.map(\.tip)
        let toldUntil = try told.flatMap { told in
            try tips.last.map { try $0.repository.commit(told.tip).committer.time }
        }
        for record in records where !seen.contains(record.commit) {
            // Whoever tells has read the records from before.
            if let toldUntil, record.time <= toldUntil { continue }
            guard try record.isTrusted(by: signatures) else { continue }
            if try record.isInForce(at: tips, in: ledger) { try record.insert(into: &said, at: tips) }
        }
        for hold in said { add(hold) }
    }

    /// Takes a line that a remote tells of.
    private mutating func take(_ word: SharedLedger.Word) {
        if let trailer = HoldTrailer(line: word.line) {
            add(Hold(trailer: trailer, commit: word.commit, time: word.time, author: word.author))
        } else if let trailer = GateTrailer(line: word.line) {
            words.add(
                GateWord(
                    trailer: trailer, commit: word.commit, time: word.time, author: word.author,
                    address: word.address))
        }
    }

    /// The lines that lead to the same, for those who can't read the messages.
    var lines: [SharedLedger.Word] {
        let holds = all.flatMap { hold in
            let exceptions = hold.exceptions.sorted().map { environment in
                var trailer = hold.trailer
                (trailer.act, trailer.environment, trailer.reason) = (.unhold, environment, nil)
                return trailer
            }
            return ([hold.trailer] + exceptions).map { trailer in
                SharedLedger.Word(
                    line: trailer.line, commit: hold.commit, time: hold.time, author: hold.author, address: ""
                )
            }
        }
        return holds
            + (words.locks + words.approvals).map { word in
                SharedLedger.Word(
                    line: word.trailer.line, commit: word.commit, time: word.time, author: word.author,
                    address: word.address)
            }
    }

    private mutating func add(_ hold: Hold) {
        let trailer = hold.trailer
        let isSame = { (other: HoldTrailer) in
            other.concerns(trailer.version, of: trailer.artifact, trailer.app)
        }
        switch trailer.act {
        case .hold:
            var hold = hold
            let before = all.last { isSame($0.trailer) && $0.trailer.environment == trailer.environment }
            // Who holds it again without a word has nothing against the one that was given.
            hold.trailer.reason = trailer.reason ?? before?.trailer.reason
            all.removeAll { isSame($0.trailer) && $0.trailer.environment == trailer.environment }
            lifted.removeAll { isSame($0) && $0.environment == trailer.environment }
            all.append(hold)
        case .unhold:
            lifted.append(trailer)
            guard let environment = trailer.environment else {
                return all.removeAll { isSame($0.trailer) }
            }
            all.removeAll { isSame($0.trailer) && $0.trailer.environment == environment }
            for index in all.indices where isSame(all[index].trailer) && all[index].isFor(environment) {
                all[index].exceptions.insert(environment)
            }
        }
    }

    /// The newest hold that keeps a version of an app out of an environment.
    ///
    /// - Parameter isApp: Whether there is an app of a name: a hold on what is called otherwise now goes with the
    ///   artifact.
    /// - Throws: `LedgerError.tooShallow` where the clone ends before anything is said about it.
    public func hold(
        on version: Version, of artifact: String?, _ app: String, in environment: String,
        isApp: (String) -> Bool = { _ in true }
    ) throws(LedgerError) -> Hold? {
        let found = all.last {
            $0.isFor(environment) && $0.trailer.concerns(version, of: artifact, app)
        }
        if let found { return found }
        if let artifact {
            let renamed = all.last {
                $0.isFor(environment) && $0.trailer.app != app
                    && $0.trailer.concerns(version, ofArtifact: artifact) && !isApp($0.trailer.app)
            }
            if let renamed { return renamed }
        }
        let isLifted = lifted.contains {
            ($0.environment ?? environment) == environment && $0.concerns(version, of: artifact, app)
        }
        guard isComplete || isLifted else {
            throw .tooShallow(toKnow: "whether \(app) \(version.short) is held in \(environment)")
        }
        return nil
    }
}
