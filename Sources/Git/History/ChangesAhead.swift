internal import Glibc
internal import Synchronization
internal import System

/// What the commits of a history changed, told from the oldest on. A second thread reads it ahead: the newest commits
/// while the history is still being walked, and then the oldest ones. Whoever waits for it helps.
public final class ChangesAhead {
    /// What there is to tell of commits next to each other, newest first.
    private struct Stretch {
        /// Nil where objects are missing or damaged.
        var changes: [[Change]?] = []
        var contents: [ObjectID: [UInt8]] = [:]
    }

    /// What both threads see. Stretches are numbered from the newest on.
    private struct Shared {
        /// Newest first; when all are known, ending with the one before the oldest commit.
        var trees: [ObjectID?] = []
        var areAllKnown = false
        /// The stretches that nobody has begun to read.
        var free = 0..<0
        /// Those that wait to be told.
        var read: [Int: Result<Stretch, GitError>] = [:]
        /// The one that is told now.
        var number = 0
        /// What has been told: the thread lets go of it, since memory is given back fastest where it was taken.
        var told: [Stretch] = []
        var isStopped = false

        var isOver: Bool { isStopped || areAllKnown && free.isEmpty }

        mutating func takeTold() -> [Stretch] {
            defer { told = [] }
            return told
        }

        /// The stretch to be read next, with the tree before it; nil where there is none for now.
        mutating func take() -> (number: Int, trees: ArraySlice<ObjectID?>)? {
            let number: Int
            if let oldest = free.last, areAllKnown {
                guard self.number - oldest < most else { return nil }
                number = oldest
                free = free.lowerBound..<oldest
            } else if let newest = free.first {
                number = newest
                free = newest + 1..<free.upperBound
            } else {
                return nil
            }
            return (number, trees[number * length..<min((number + 1) * length + 1, trees.count)])
        }
    }

    private final class Exchange: Sendable {
        let shared = Mutex(Shared())
    }

    private static let length = 256
    /// So many stretches may wait to be told, besides those that were read while history was walked.
    private static let most = 16
    /// Files of more bytes are not read ahead, since few of them hold versions; nor more bytes of one stretch.
    private static let (small, full) = (16 << 10, 512 << 10)

    private let repository: Repository
    private let exchange = Exchange()
    private var thread: Thread?
    /// Trees that the thread does not know of yet.
    private var added: [ObjectID?] = []
    /// How many commits have not been told.
    private var left = 0
    private var stretch: Stretch?
    /// Of the files that were told last and of those around them, the new bytes of some that are small.
    public var contents: [ObjectID: [UInt8]] { stretch?.contents ?? [:] }

    public init(_ repository: Repository) throws(GitError) {
        self.repository = repository
        let (reopened, exchange) = (repository.reopening, exchange)
        thread = try system(
            try Thread {
                // Without a second repository nothing is read ahead, and everything by who asks.
                guard let repository = try? reopened() else { return }
                while !exchange.shared.withLock({ $0.isOver }) {
                    _ = exchange.shared.withLock { $0.takeTold() }
                    if !Self.readNext(exchange, in: repository) { usleep(100) }
                }
            })
    }

    deinit { exchange.shared.withLock { $0.isStopped = true } }

    /// Goes on to the commit before the last one.
    public func add(_ tree: ObjectID) {
        added.append(tree)
        if added.count == Self.length { share() }
    }

    private func share() {
        exchange.shared.withLock { shared in
            shared.trees += added
            // A stretch can be read when the tree before it is known.
            let count = (shared.trees.count - 1) / Self.length
            if count > shared.free.upperBound { shared.free = shared.free.lowerBound..<count }
        }
        added = []
    }

    /// Says that only so many of the newest commits are to be told, and the tree before them: nil where there is none.
    public func end(after count: Int, from base: ObjectID?) {
        left = count
        share()
        exchange.shared.withLock { shared in
            shared.trees = shared.trees.prefix(count) + [base]
            shared.number = (count + Self.length - 1) / Self.length
            shared.free = min(shared.free.lowerBound, shared.number)..<shared.number
            shared.areAllKnown = true
        }
    }

    /// Whether there is nothing left to read.
    public var isAllRead: Bool { exchange.shared.withLock { $0.isOver } }

    /// What the oldest commit that has not been told changed; nil after the newest, and where that can't be read.
    public func next() throws(GitError) -> [Change]? {
        guard left > 0 else { return nil }
        left -= 1
        if stretch == nil || left % Self.length == Self.length - 1 { try go(on: left / Self.length) }
        return stretch?.changes[left % Self.length] ?? nil
    }

    private func go(on number: Int) throws(GitError) {
        exchange.shared.withLock { shared in
            shared.number = number
            if let stretch { shared.told.append(stretch) }
        }
        stretch = nil
        while true {
            if let read = exchange.shared.withLock({ $0.read.removeValue(forKey: number) }) {
                stretch = try read.get()
                return
            }
            // The thread is at it, which takes a few milliseconds.
            if !Self.readNext(exchange, in: repository) { sched_yield() }
        }
    }

    /// Reads a stretch; false where there is none to be read.
    private static func readNext(_ exchange: Exchange, in repository: Repository) -> Bool {
        guard let (number, trees) = exchange.shared.withLock({ $0.take() }) else { return false }
        let stretch = Result { () throws(GitError) in try read(trees, in: repository) }
        exchange.shared.withLock { $0.read[number] = stretch }
        return true
    }

    private static func read(
        _ trees: ArraySlice<ObjectID?>, in repository: Repository
    ) throws(GitError) -> Stretch {
        var stretch = Stretch()
        var size = 0
        // From the oldest on: the pack has newer trees as the bases of older ones.
        for index in trees.indices.dropLast().reversed() {
            let changes: [Change]?
            do { changes = try repository.changes(from: trees[index + 1], to: trees[index]) } catch
                where error.isDamage
            { changes = nil }
            stretch.changes.append(changes)
            for change in changes ?? [] where change.old != nil && size < full {
                guard let new = change.new, new.mode != .submodule, stretch.contents[new.id] == nil,
                    // What is damaged is told of by whoever needs it.
                    let bytes = try? repository.blob(new.id, upTo: small)
                else { continue }
                stretch.contents[new.id] = bytes
                size += bytes.count
            }
        }
        stretch.changes.reverse()
        return stretch
    }
}
