internal import Glibc
internal import System

/// How many notes came, and how many went.
public struct NotesTraffic: Hashable, Sendable {
    public var received = 0
    public var sent = 0

    public init(received: Int = 0, sent: Int = 0) { (self.received, self.sent) = (received, sent) }

    public static func += (left: inout NotesTraffic, right: NotesTraffic) {
        left.received += right.received
        left.sent += right.sent
    }
}

extension Repository {
    /// Fetches the remote's notes below a prefix, unites them with one's own, and pushes the result. Where others do so
    /// at the same time it is done again, until all of it is there: nobody's notes are lost.
    ///
    /// - Throws: `GitError.remoteFailed`, also where others were faster for as long as `patience`.
    public func exchangeNotes(
        under prefix: String, with remote: String, patience: Duration = .seconds(120)
    ) throws(GitError) -> NotesTraffic {
        let deadline = Clock.milliseconds + patience.components.seconds * 1000
        var received: [String: Set<ObjectID>] = [:]
        var sent: [String: Set<ObjectID>] = [:]
        var wait: UInt32 = 20_000
        while true {
            try receive(prefix, remote: remote, received: &received)
            var updates: [PushUpdate] = []
            for reference in try references(under: prefix) {
                let theirs = try fetchedNotes(String(reference.name.dropFirst(prefix.count)), from: remote)
                guard theirs.commit != reference.target else { continue }
                updates.append(
                    PushUpdate(reference.name, to: reference.target, expecting: .exactly(theirs.commit)))
                let new = try Notes(self, at: reference.target).written(since: theirs)
                sent[reference.name, default: []].formUnion(new.map(\.object))
            }
            let traffic = NotesTraffic(
                received: received.values.map(\.count).reduce(0, +),
                sent: sent.values.map(\.count).reduce(0, +))
            guard !updates.isEmpty else { return traffic }
            let result = try push(updates, to: remote, isAtomic: false)
            if updates.allSatisfy({ result.landed($0.name) }) { return traffic }
            let isContended = result.outcome == .moved || result.outcome == .locked || result.areNotesLocked
            guard isContended, Clock.milliseconds < deadline else {
                throw GitError.remoteFailed(remote: remote, message: result.whyNotesStayed)
            }
            usleep(.random(in: wait / 2...wait))
            wait = min(wait * 2, 250_000)
        }
    }

    /// Fetches notes, and counts those that are new here.
    private func receive(
        _ prefix: String, remote: String, received: inout [String: Set<ObjectID>]
    ) throws(GitError) {
        var before: [String: ObjectID] = [:]
        for reference in try references(under: prefix) { before[reference.name] = reference.target }
        try fetchNotes(under: prefix, from: remote)
        for reference in try references(under: prefix) where before[reference.name] != reference.target {
            let new = try Notes(self, at: reference.target).written(
                since: Notes(self, at: before[reference.name]))
            received[reference.name, default: []].formUnion(new.map(\.object))
        }
    }

    /// Fetches notes that other programs write, below prefixes such as `refs/notes/promoter.`, and takes them over.
    ///
    /// - Returns: How many are new here.
    public func fetchForeignNotes(
        under prefixes: [String], from remote: String, timeout: Duration = Repository.networkTimeout
    ) throws(GitError) -> Int {
        let tracking = "refs/gx/remotes/\(remote)/others/"
        let refspecs = prefixes.map { "+\($0)*:\(tracking)\($0.dropFirst("refs/notes/".count))*" }
        let filter = isPartial ? ["--no-filter"] : []
        try fetchRetrying(filter + ["--no-tags", "--", remote] + refspecs, from: remote, timeout)
        var count = 0
        for reference in try references(under: tracking) {
            let name = "refs/notes/" + reference.name.dropFirst(tracking.count)
            let before = try notes(name)
            try mergeNotes(name, with: reference.target)
            count += try notes(name).written(since: before).count
        }
        return count
    }
}

extension PushResult {
    /// Whether a ref stayed because somebody else was writing it: of pushes with branches nothing needs to be done then.
    fileprivate var areNotesLocked: Bool {
        lines.contains { line in !line.landed && PushResult.lockWords.contains { line.summary.contains($0) } }
    }

    fileprivate var whyNotesStayed: String {
        if !message.isEmpty { return message }
        let words = remoteMessages + lines.filter { !$0.landed }.map { "\($0.name): \($0.summary)" }
        return words.joined(separator: "\n")
    }
}
