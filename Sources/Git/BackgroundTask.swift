internal import Synchronization
internal import System

/// Something that another thread finds out in a repository, from now until it is asked for.
public final class BackgroundTask<Value: Sendable> {
    private final class Answer: Sendable {
        let value = Mutex<Result<Value, any Error>?>(nil)
    }

    private let answer = Answer()
    private var thread: Thread?

    /// - Parameter body: Gets the same repository, opened for the other thread.
    public init(
        _ repository: Repository, _ body: @escaping @Sendable (Repository) throws -> Value
    ) throws(GitError) {
        let (reopened, answer) = (repository.reopening, answer)
        thread = try system(
            try Thread {
                let result = Result { try body(try reopened()) }
                answer.value.withLock { $0 = result }
            })
    }

    /// Waits for the answer.
    public func value() throws -> Value {
        thread = nil
        guard let result = answer.value.withLock({ $0 }) else { throw GitError.failedCall("start a thread") }
        return try result.get()
    }
}
