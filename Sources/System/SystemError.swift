internal import Glibc

/// What the operating system refused, or a program that could not be run.
public enum SystemError: Error, Equatable, Sendable {
    /// A program that is not installed, and what it was needed for.
    case missingProgram(String, neededFor: String)
    /// A program that could not be started.
    case notStarted(program: String, reason: String)
    /// The system refused what was being done.
    case refused(doing: String, reason: String)
    /// A program that took longer than it was given, in seconds, and what it was wanted for.
    case timedOut(program: String, neededFor: String, seconds: Int)
    /// A program that failed, with what it wrote to stderr.
    case failed(command: String, status: Int32, message: String)
    /// A program whose answer was not understood.
    case notUnderstood(command: String, answer: String)
    /// A lock that another process kept for longer than anybody waits; the file that it is.
    case locked(String)
    /// Why a regular expression does not compile.
    case regularExpression(String)
}

extension SystemError {
    /// What `errno` says about the system call before.
    public static func system(_ doing: String) -> SystemError {
        .refused(doing: doing, reason: systemMessage(errno))
    }
}

extension SystemError: Explained {
    /// What went wrong and where, in lower case, without a full stop.
    public var description: String {
        switch self {
        case .missingProgram(let program, let purpose):
            "\(program) is needed to \(purpose), and was not found"
        case .notStarted(let program, let reason): "\(program) could not be run: \(reason)"
        case .refused(let doing, let reason): "\(doing): \(reason)"
        case .timedOut(let program, let purpose, let seconds):
            "\(program) took longer than \(seconds) s to \(purpose), and was stopped"
        case .failed(let command, let status, let message):
            message.isEmpty ? "\(command) failed with status \(status)" : "\(command): \(message)"
        case .notUnderstood(let command, let answer):
            "\(command) answered what gx does not understand: \(answer)"
        case .locked(let path): "\(path) is locked by another process"
        case .regularExpression(let reason): "the regular expression does not compile: \(reason)"
        }
    }

    /// What to do next, where gx knows.
    public var hint: String? {
        switch self {
        case .missingProgram(let program, _): "install \(program), or put it on the PATH"
        case .locked: "wait until that one has ended"
        case .regularExpression: "expressions follow Go's syntax (RE2)"
        default: nil
        }
    }
}
