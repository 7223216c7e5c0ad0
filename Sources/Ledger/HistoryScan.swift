internal import Git
internal import Manifests
internal import System

/// Reads first-parent history into the tables of a ledger.
struct HistoryScan {
    /// History is not what the tables were made from, and they can't be cut back: begin anew.
    struct Rewritten: Error {}

    private let configuration: Configuration
    private let isTipAlone: Bool
    private(set) var tables: Tables
    private var series: [Name: UInt32] = [:]
    private var classification: Classification
    private var events: [Event] = []
    /// So many commits are worth a second thread.
    private static let many = 2000
    /// Told how many commits are done, and of how many.
    private let progress: (Int, Int) -> Void

    /// A change that has not been classified yet.
    private struct Event {
        var commit: UInt32
        var series: UInt32
        var state: UInt32
        var main: Int?
        var isInherited: Bool
        var message: Int?
        var isHorizon: Bool
    }

    private struct Name: Hashable {
        var environment: UInt32
        var app: UInt32
    }

    /// A commit on the way from the tip to what is known.
    private struct Pending {
        var row: CommitRow
        var tree: ObjectID
        var sides: [ObjectID]
        var mentions: Mentions
        var message: String?
    }

    /// - Parameter isTipAlone: reads no commit before the tip, as if this were a clone of one commit.
    init(
        _ configuration: Configuration, _ tables: Tables, isTipAlone: Bool = false,
        progress: @escaping (Int, Int) -> Void
    ) {
        self.isTipAlone = isTipAlone
        self.configuration = configuration
        self.tables = tables
        self.progress = progress
        classification = Classification(configuration)
        for index in 0..<tables.series.count {
            let row = tables.series[index]
            series[Name(environment: row.environment, app: row.app)] = UInt32(index)
        }
    }

    /// Brings the tables up to the tips of all places. Each is read along itself; what happened in several is
    /// told apart by time.
    mutating func extend(_ places: [(place: ReplayPlace, tip: Tip)]) throws {
        var messages: [String] = []
        let known = tables.deployments.count
        for (place, tip) in places { try read(place, to: tip, &messages) }
        if places.count > 1 { try interweave(after: known) }
        for event in events {
            let row = DeploymentRow(
                commit: event.commit, series: event.series, previous: tables.series[Int(event.series)].last,
                state: event.state, kind: .forward, basis: event.isHorizon ? .horizon : .inferred,
                main: event.main, isInherited: event.isInherited)
            classification.add(row, message: event.message.map { messages[$0] }, &tables)
        }
        events = []
    }

    /// Puts what happened in several places in the order of time. A clock that went wrong does not change the order
    /// within a place. What would have to stand before what is known makes all be read anew.
    private mutating func interweave(after known: Int) throws {
        var newest: [UInt16: Int64] = [:]
        func moment(_ commit: UInt32) -> Int64 {
            let row = tables.commits[Int(commit)]
            let moment = max(row.time, newest[row.place] ?? .min)
            newest[row.place] = moment
            return moment
        }
        var last: (moment: Int64, place: UInt16)?
        for number in 0..<known {
            let commit = tables.deployments[number].commit
            last = (moment(commit), tables.commits[Int(commit)].place)
        }
        let moments = events.map { moment($0.commit) }
        let places = events.map { tables.commits[Int($0.commit)].place }
        let order = events.indices.sorted {
            (moments[$0], places[$0], $0) < (moments[$1], places[$1], $1)
        }
        if let last, let first = order.first, (moments[first], places[first]) < last { throw Rewritten() }
        events = order.map { events[$0] }
    }

    private mutating func read(_ place: ReplayPlace, to tip: Tip, _ messages: inout [String]) throws {
        let repository = tip.repository
        let (number, known) = row(of: place.place)
        guard known != tip.commit else { return }
        let (pending, base, ahead, isBroken) = try walk(repository, to: tip.commit, from: known, number)
        let isComplete =
            base != nil
            ? tables.places[number].isComplete
            : pending.last.map {
                isTipAlone || isBroken || repository.shallowBoundary.contains($0.row.id) ? 0 : 1
            } ?? 1
        var tree = try base.map { try repository.commit($0).tree }
        let isKnown = base != nil && base == known
        let replay = try Replay(
            configuration, place, in: repository, tree: tree,
            memory: isKnown ? UnitMemory(tables, of: number) : nil, standIns: tables.standIns(of: number))
        if repository.isPartial {
            try MissingFiles.fetch(
                along: pending.reversed().map { ($0.row.id, $0.tree) }, since: tree, repository)
        }
        ahead?.end(after: pending.count, from: tree)
        let merges = MergedMessages(
            pending.map { ($0.row.id, $0.sides) }, on: base, configuration.issues)
        var reading: BackgroundTask<[Int: Mentions]>?
        let first = UInt32(tables.commits.count)
        var before = tree
        for (index, commit) in pending.reversed().enumerated() {
            if index % 256 == 0 {
                progress(index, pending.count)
                // Not before: a third thread would only keep this one waiting.
                if ahead?.isAllRead == true, reading == nil {
                    reading = try BackgroundTask(repository) { try merges.mentions(in: $0) }
                }
            }
            let position = UInt32(tables.commits.append(commit.row))
            let isHorizon = tree == nil && isComplete == 0
            // What was read ahead starts at the commit before, of which nothing may have been read.
            let told = try ahead?.next()
            let known = before == tree ? told : nil
            before = commit.tree
            let changes =
                try known
                ?? repository.ifSound(
                    commit.tree, what: "the files of the commit \(commit.row.id.short)", isPast: true
                ) { () throws(GitError) in
                    try repository.changes(from: tree, to: commit.tree)
                }
            guard let changes, commit.tree != tree else { continue }
            tree = commit.tree
            let shifts = try replay.move(to: commit.tree, changes, contents: ahead?.contents ?? [:])
            note(shifts, of: commit, at: position, isHorizon: isHorizon, &messages)
            note(replay.takeNewStandIns(), at: position)
        }
        mention(pending, try reading?.value() ?? merges.mentions(in: repository), from: first)
        classification.groups.merge(replay.groups) { $1 }
        tables.places[number].move(to: tip.commit, isComplete: isComplete)
        if !isKnown { tables.forgetUnits(of: number) }
        tables.note(replay.news, rosterFiles: try replay.rosterFiles, of: number)
    }

    /// What a commit did to apps, to be classified when all is known.
    private mutating func note(
        _ shifts: [Replay.Shift], of commit: Pending, at position: UInt32, isHorizon: Bool,
        _ messages: inout [String]
    ) {
        guard !shifts.isEmpty else { return }
        var message: Int?
        if let text = commit.message {
            message = messages.count
            messages.append(text)
        }
        for shift in shifts {
            let (state, main) = tables.state(shift)
            events.append(
                Event(
                    commit: position, series: series(shift.environment, shift.app), state: state,
                    main: main, isInherited: shift.isInherited, message: message, isHorizon: isHorizon))
        }
    }

    private mutating func note(_ standIns: [(path: String, blob: ObjectID?)], at position: UInt32) {
        for (path, blob) in standIns {
            let (high, middle, low) = blob?.words ?? (0, 0, 0)
            tables.standIns.append(
                StandInRow(
                    high: high, middle: middle, low: low, commit: position, path: tables.intern(path),
                    isOver: blob == nil ? 1 : 0))
        }
    }

    /// The number of a place, and the commit that it was read to.
    private mutating func row(of place: Place) -> (Int, ObjectID?) {
        if let number = tables.number(of: place) { return (number, tables.places[number].tip) }
        let row = PlaceRow(
            high: 0, middle: 0, low: 0, repository: tables.intern(place.repository ?? ""),
            branch: tables.intern(place.branch ?? ""), isComplete: 1)
        return (tables.places.append(row), nil)
    }

    /// The commits from the tip back to what is known, newest first, and the commit that they stand on. Where they are
    /// many, what they changed is read meanwhile.
    private mutating func walk(
        _ repository: Repository, to tip: ObjectID, from known: ObjectID?, _ place: Int
    ) throws -> (pending: [Pending], base: ObjectID?, ahead: ChangesAhead?, isBroken: Bool) {
        var pending: [Pending] = []
        var ahead: ChangesAhead?
        var indexed: [ObjectID: Int] = [:]
        var next: ObjectID? = tip
        var isBroken = false
        while let id = next {
            if id == known { return (pending, id, ahead, false) }
            // A long way without meeting the known tip: history may have been rewritten.
            if pending.count == 256, known != nil { indexed = tables.positions(ofCommitsIn: place) }
            if let position = indexed[id] {
                try cut(after: position)
                return (pending, id, ahead, false)
            }
            guard
                let commit = try repository.ifSound(
                    id, what: "the commit \(id.short)", isPast: !pending.isEmpty,
                    read: { () throws(GitError) in try repository.commit(id) })
            else {
                if pending.isEmpty { throw GitError.missingObject(id.description, isShallow: false) }
                // As with a shallow clone: what came before is not known.
                isBroken = true
                break
            }
            pending.append(read(commit, place))
            ahead?.add(commit.tree)
            // Where files are missing, they are fetched all at once, and not by two threads.
            if pending.count == Self.many, !repository.isPartial {
                ahead = try ChangesAhead(repository)
                for commit in pending { ahead?.add(commit.tree) }
            }
            next = isTipAlone ? nil : commit.parents.first
        }
        guard known != nil, !pending.isEmpty else { return (pending, nil, ahead, isBroken) }
        // The known tip is not in this history. Where does it leave the one that was read?
        indexed = tables.positions(ofCommitsIn: place)
        if let index = pending.firstIndex(where: { indexed[$0.row.id] != nil }),
            let position = indexed[pending[index].row.id]
        {
            try cut(after: position)
            return (Array(pending[..<index]), pending[index].row.id, ahead, false)
        }
        throw Rewritten()
    }

    /// Forgets what followed a commit. With several places their rows are interwoven: then all is read anew.
    private mutating func cut(after commit: Int) throws {
        guard tables.places.count == 1 else { throw Rewritten() }
        tables.cut(after: commit)
        classification = Classification(configuration)
    }

    private mutating func read(_ commit: Commit, _ place: Int) -> Pending {
        let (high, middle, low) = commit.id.words
        let author = tables.person(commit.authorBytes, commit.author)
        let committer = tables.person(commit.committerBytes, commit.committer)
        let time = commit.time
        let row = CommitRow(
            high: high, middle: middle, time: time.seconds, low: low, author: author,
            committer: committer, zone: Int16(truncatingIfNeeded: time.offset),
            place: UInt16(truncatingIfNeeded: place))
        return Pending(
            row: row, tree: commit.tree, sides: Array(commit.parents.dropFirst()),
            mentions: Mentions(in: commit, configuration.issues),
            message: Classification.isTelling(commit) ? commit.message : nil)
    }

    /// Notes what commits name, and what the commits name that they merge.
    ///
    /// - Parameter first: The position of the oldest, which is the last of `pending`.
    private mutating func mention(_ pending: [Pending], _ merged: [Int: Mentions], from first: UInt32) {
        var position = first
        for index in pending.indices.reversed() {
            var mentions = pending[index].mentions
            if let merged = merged[index] { mentions.add([merged]) }
            if mentions.saysHolds { tables.holding.append(position) }
            for key in mentions.issues {
                let name = MentionRow.Name(issue: tables.intern(key))
                tables.mentions.append(MentionRow(commit: position, name: name))
            }
            for name in mentions.pullRequests.compactMap(MentionRow.Name.init(pullRequest:)) {
                tables.mentions.append(MentionRow(commit: position, name: name))
            }
            position += 1
        }
    }

    private mutating func series(_ environment: String, _ app: String) -> UInt32 {
        let name = Name(environment: tables.intern(environment), app: tables.intern(app))
        if let known = series[name] { return known }
        let index = UInt32(
            tables.series.append(SeriesRow(environment: name.environment, app: name.app)))
        series[name] = index
        return index
    }
}
