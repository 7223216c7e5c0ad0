internal import Glibc
internal import Synchronization

/// What the commits of a history changed, read by a second thread ahead of whoever asks.
///
/// A history is walked from its newest commit, and told from its oldest. While it is still being walked, the thread
/// follows from the newest on; when all of it is known, from the oldest on. Whoever asks for what nobody has begun to
/// read reads it.
public final class ChangesAhead {
    /// The trees of commits next to each other and of the one before them, newest first.
    private struct Stretch {
        var trees: [ObjectID?]
        var state = State.open
    }

    private enum State {
        case open, taken
        case read(Result<Told, GitError>)
    }

    /// What there is to tell of a stretch.
    private struct Told {
        /// Oldest first.
        var changes: [[Change]] = []
        var contents: [ObjectID: [UInt8]] = [:]
    }

    /// What both threads see.
    private struct Shared {
        /// Newest first; those at the end are taken away as they are told.
        var stretches: [Stretch] = []
        /// All before it have been taken by the thread, or are about to be told.
        var newest = 0
        var isComplete = false
        var isStopped = false
    }

    private final class Exchange: Sendable {
        let shared = Mutex(Shared())
    }

    private static let stretch = 256
    /// Files of more bytes are not read ahead: few of them hold versions.
    private static let small = 16 << 10

    private let repository: Repository
    private let exchange = Exchange()
    private var thread: Thread?
    private var pending: [ObjectID?] = []
    /// What is told next, last first.
    private var upcoming: [[Change]] = []
    /// Of the files that were told last and of those around them, the new bytes of some that are small: two threads
    /// that read the same pack wait for each other, so one reads what both need.
    public private(set) var contents: [ObjectID: [UInt8]] = [:]

    /// - Parameter tip: The tree of the newest commit.
    public init(_ repository: Repository, tip: ObjectID) throws(GitError) {
        self.repository = repository
        pending = [tip]
        let (place, environment, exchange) = (repository.location, repository.environment, exchange)
        thread = try Thread {
            // Without a second repository nothing is read ahead, and everything by who asks.
            guard let repository = try? Repository(at: place, environment: environment) else { return }
            while let (index, trees, isNext) = Self.take(exchange) {
                let told = Self.read(trees, contents: isNext, in: repository)
                exchange.shared.withLock { shared in
                    if index < shared.stretches.count { shared.stretches[index].state = .read(told) }
                }
            }
        }
    }

    deinit { exchange.shared.withLock { $0.isStopped = true } }

    /// The tree of the commit before those that are known; nil where there is none, and then no more follow.
    public func add(_ tree: ObjectID?) {
        pending.append(tree)
        if pending.count > Self.stretch { hand(over: pending) }
    }

    /// No more commits follow. From now on, changes may be asked for.
    public func finish() {
        if pending.count > 1 { hand(over: pending) }
        exchange.shared.withLock { $0.isComplete = true }
    }

    private func hand(over trees: [ObjectID?]) {
        exchange.shared.withLock { $0.stretches.append(Stretch(trees: trees)) }
        pending = trees.suffix(1)
    }

    /// What the oldest commit that has not been told changed; nil after the newest.
    public func next() throws(GitError) -> [Change]? {
        while upcoming.isEmpty {
            guard let stretch = lastStretch() else { return nil }
            let told = try stretch.get()
            (upcoming, contents) = (told.changes.reversed(), told.contents)
        }
        return upcoming.popLast()
    }

    private func lastStretch() -> Result<Told, GitError>? {
        enum Answer {
            case none, wait
            case read(Result<Told, GitError>)
            case open([ObjectID?])
        }
        while true {
            let answer: Answer = exchange.shared.withLock { shared in
                guard let last = shared.stretches.last else { return .none }
                switch last.state {
                case .taken: return .wait
                case .open:
                    shared.stretches.removeLast()
                    return .open(last.trees)
                case .read(let told):
                    shared.stretches.removeLast()
                    return .read(told)
                }
            }
            switch answer {
            case .none: return nil
            case .read(let told): return told
            case .open(let trees): return Self.read(trees, contents: false, in: repository)
            // A stretch takes a few milliseconds.
            case .wait: sched_yield()
            }
        }
    }

    // MARK: The thread

    /// The next stretch for the thread, and whether it is told soon; nil when there is nothing left for it.
    private static func take(_ exchange: Exchange) -> (index: Int, trees: [ObjectID?], isNext: Bool)? {
        while true {
            let (found, isOver): ((Int, [ObjectID?], Bool)?, Bool) = exchange.shared.withLock { shared in
                if shared.isStopped { return (nil, true) }
                let index: Int?
                if shared.isComplete {
                    // The last one is for who asks.
                    index = shared.stretches.dropLast().lastIndex {
                        if case .open = $0.state { true } else { false }
                    }
                    if index == nil { return (nil, true) }
                } else {
                    index = shared.newest < shared.stretches.count ? shared.newest : nil
                    shared.newest += index == nil ? 0 : 1
                }
                guard let index else { return (nil, false) }
                shared.stretches[index].state = .taken
                return ((index, shared.stretches[index].trees, shared.isComplete), false)
            }
            if isOver { return nil }
            if let found { return found }
            usleep(100)
        }
    }

    private static func read(
        _ trees: [ObjectID?], contents: Bool, in repository: Repository
    ) -> Result<Told, GitError> {
        do {
            var told = Told()
            told.changes.reserveCapacity(trees.count)
            for (old, new) in zip(trees.dropFirst(), trees).reversed() {
                guard let new else { continue }
                let changes = try repository.changes(from: old, to: new)
                told.changes.append(changes)
                guard contents else { continue }
                for change in changes where change.old != nil {
                    guard let new = change.new, new.mode != .submodule, told.contents[new.id] == nil else {
                        continue
                    }
                    told.contents[new.id] = try repository.blob(new.id, upTo: small)
                }
            }
            return .success(told)
        } catch {
            return .failure(error)
        }
    }
}
