public import System

/// What went wrong with a repository, a remote or a program that was started.
public enum GitError: Error, Equatable, Sendable {
    /// git's own message where there is no repository.
    case notARepository(message: String)
    /// The repository belongs to somebody else; git's own message and advice.
    case notTrusted(message: String)
    /// A kind of repository that gx cannot work with.
    case unsupported(String)
    /// An object that this clone does not have.
    case missingObject(String, isShallow: Bool)
    /// A question that the history of a shallow clone is too short for.
    case tooShallow(toKnow: String)
    /// An object that is not what it should be, or is damaged.
    case badObject(String, reason: String)
    /// A revision that fits several objects.
    case ambiguous(revision: String)
    /// A date that git does not understand.
    case badDate(String)
    /// A path that no tree may hold.
    case invalidPath(String, reason: String)
    /// A ref's name that git would not accept.
    case invalidReference(String)
    /// A ref is no longer where it was when the change was planned.
    case referenceMoved(String)
    /// A ref is locked by another process.
    case referenceLocked(String)
    /// git does not know in whose name to commit.
    case noIdentity(message: String)
    /// A git that is too old for what it is wanted for.
    case gitTooOld(version: String, needed: String, neededFor: String)
    /// The remote could not be reached, or let nobody in; git's own words.
    case remoteFailed(remote: String, message: String)
    /// A branch that a remote does not have.
    case noRemoteBranch(String, remote: String)
    /// What the operating system refused, or git could not be run.
    case system(SystemError)
    /// libgit2 failed.
    case libgit2(message: String, doing: String)
}

extension GitError: Explained {
    /// What went wrong and where, in lower case, without a full stop.
    public var description: String {
        switch self {
        case .notARepository(let message), .notTrusted(let message), .noIdentity(let message):
            Self.plain(message)
        case .unsupported(let what): "gx does not support \(what)"
        case .missingObject(let name, let isShallow):
            isShallow ? "\(name) is not in this shallow clone" : "\(name) is not in this repository"
        case .tooShallow(let question): "this clone is too shallow to know \(question)"
        case .badDate(let text): "git does not understand the date \(text)"
        case .badObject(let name, let reason): "\(name): \(reason)"
        case .ambiguous(let revision): "\(revision) fits several objects"
        case .invalidPath(let path, let reason): "\(path): \(reason)"
        case .invalidReference(let name): "\(name) is not a valid name for a ref"
        case .referenceMoved(let name): "\(name) moved meanwhile"
        case .referenceLocked(let name): "\(name) is locked by another process"
        case .gitTooOld(let version, let needed, let purpose):
            "git \(version) is too old to \(purpose): that takes \(needed) or later"
        case .remoteFailed(let remote, let message): "\(remote): \(Self.plain(message))"
        case .noRemoteBranch(let name, let remote): "\(remote) has no branch \(name)"
        case .system(let error): error.description
        case .libgit2(let message, let doing): "could not \(doing): \(message)"
        }
    }

    /// git's words without its `fatal: `, which says nothing beside gx's own.
    private static func plain(_ message: String) -> String {
        message.lines.map { $0.hasPrefix("fatal: ") ? $0.dropFirst(7) : $0[...] }.joined(separator: "\n")
    }

    /// What to do next, where gx knows.
    public var hint: String? {
        switch self {
        case .noIdentity:
            """
            tell git who you are:
              git config --global user.name "Your Name"
              git config --global user.email you@example.com
            """
        case .notARepository(let message) where message.contains("not a git repository"):
            "run gx in a clone of the manifest repository, or name one with -C"
        case .ambiguous: "give more digits, or the ref's full name"
        case .system(let error): error.hint
        case .missingObject(_, isShallow: true), .tooShallow: Self.unshallow
        case .missingObject, .badObject:
            "'git fsck' tells what is damaged; a fetch from a whole clone brings it back"
        case .referenceMoved: "run the command again"
        case .referenceLocked(let name):
            "try again; if no git process is running, remove the file \(name).lock in the git directory"
        default: nil
        }
    }
}

/// What the operating system refuses is an error of this module.
func system<Result: ~Copyable>(
    _ work: @autoclosure () throws(SystemError) -> Result
) throws(GitError) -> Result {
    do { return try work() } catch { throw .system(error) }
}

extension GitError {
    /// What `errno` says about the system call before.
    static func failedCall(_ doing: String) -> GitError { .system(SystemError.system(doing)) }

    static func refused(doing: String, reason: String) -> GitError {
        .system(.refused(doing: doing, reason: reason))
    }

    static func failed(command: String, status: Int32, message: String) -> GitError {
        .system(.failed(command: command, status: status, message: message))
    }

    static func failed(command: String, _ output: Subprocess.Output) -> GitError {
        .failed(command: command, status: output.status, message: output.message)
    }

    static func notUnderstood(command: String, answer: String) -> GitError {
        .system(.notUnderstood(command: command, answer: answer))
    }
}

extension GitError {
    /// What to do about history that a shallow clone lacks.
    public static let unshallow = "'gx trace sync --unshallow' gets the rest of history"
}
