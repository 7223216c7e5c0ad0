internal import Glibc
internal import Synchronization

/// What the commits of a history changed, oldest first, read by a second thread ahead of whoever asks. Whoever asks
/// for what nobody has begun to read reads it.
///
/// Two threads that read one pack wait for each other, so that nothing is won by beginning while the history is still
/// being walked.
public final class ChangesAhead {
    /// What there is to tell of commits next to each other.
    private struct Stretch {
        var changes: [[Change]] = []
        var contents: [ObjectID: [UInt8]] = [:]
    }

    /// What both threads see.
    private struct Shared {
        /// The first stretch that nobody has begun to read.
        var next = 0
        /// Those that the thread has read, by their number.
        var read: [Int: Result<Stretch, GitError>] = [:]
        var isStopped = false
    }

    private final class Exchange: Sendable {
        let shared = Mutex(Shared())
    }

    private static let length = 256
    /// So many stretches may wait to be told.
    private static let most = 16
    /// Files of more bytes are not read ahead: few of them hold versions.
    private static let small = 16 << 10

    private let repository: Repository
    /// Oldest first, with the one before all others.
    private let trees: [ObjectID?]
    private let exchange = Exchange()
    private var thread: Thread?
    /// The stretch that is told next.
    private var number = 0
    /// What is told next, last first.
    private var upcoming: [[Change]] = []
    /// Of the files that were told last and of those around them, the new bytes of some that are small.
    public private(set) var contents: [ObjectID: [UInt8]] = [:]

    /// - Parameters:
    ///   - base: The tree before the first commit; nil where there is none.
    ///   - trees: Those of the commits, oldest first.
    public init(_ repository: Repository, from base: ObjectID?, through trees: [ObjectID]) throws(GitError) {
        self.repository = repository
        let all = [base] + trees.map(Optional.some)
        self.trees = all
        let (location, environment, exchange) = (repository.location, repository.environment, exchange)
        thread = try Thread {
            // Without a second repository nothing is read ahead, and everything by who asks.
            guard let repository = try? Repository(at: location, environment: environment) else { return }
            while let number = Self.take(exchange, of: all) {
                let stretch = Result { () throws(GitError) in try Self.read(number, of: all, in: repository) }
                exchange.shared.withLock { $0.read[number] = stretch }
            }
        }
    }

    deinit { exchange.shared.withLock { $0.isStopped = true } }

    /// What the oldest commit that has not been told changed; nil after the newest.
    public func next() throws(GitError) -> [Change]? {
        while upcoming.isEmpty, number * Self.length < trees.count - 1 {
            let stretch = try stretch(number)
            number += 1
            (upcoming, contents) = (stretch.changes.reversed(), stretch.contents)
        }
        return upcoming.popLast()
    }

    private func stretch(_ number: Int) throws(GitError) -> Stretch {
        while true {
            let (read, isMine) = exchange.shared.withLock { shared in
                if shared.next > number { return (shared.read.removeValue(forKey: number), false) }
                shared.next = number + 1
                return (nil, true)
            }
            if let read { return try read.get() }
            if isMine { return try Self.read(number, of: trees, in: repository) }
            // A stretch takes a few milliseconds.
            sched_yield()
        }
    }

    // MARK: The thread

    /// The next stretch for the thread; nil when there is nothing left for it.
    private static func take(_ exchange: Exchange, of trees: [ObjectID?]) -> Int? {
        while true {
            let (number, isOver): (Int?, Bool) = exchange.shared.withLock { shared in
                if shared.isStopped || shared.next * length >= trees.count - 1 { return (nil, true) }
                guard shared.read.count < most else { return (nil, false) }
                shared.next += 1
                return (shared.next - 1, false)
            }
            if number != nil || isOver { return number }
            usleep(100)
        }
    }

    private static func read(
        _ number: Int, of trees: [ObjectID?], in repository: Repository
    ) throws(GitError) -> Stretch {
        var stretch = Stretch()
        for index in number * length..<min((number + 1) * length, trees.count - 1) {
            guard let new = trees[index + 1] else { continue }
            let changes = try repository.changes(from: trees[index], to: new)
            stretch.changes.append(changes)
            for change in changes where change.old != nil {
                guard let new = change.new, new.mode != .submodule, stretch.contents[new.id] == nil else {
                    continue
                }
                stretch.contents[new.id] = try repository.blob(new.id, upTo: small)
            }
        }
        return stretch
    }
}
