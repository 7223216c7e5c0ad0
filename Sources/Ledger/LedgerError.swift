internal import Git
public import System

/// A question that the ledger cannot answer as it was asked.
public enum LedgerError: Error, Hashable, Sendable {
    /// Nothing in history is called so.
    case unknownSubject(String)
    /// What a record or a source would have to say: what can't be told, and why.
    case unknown(String, Gap)
    /// Several things are called so: each as it would be asked for without doubt.
    case ambiguousSubject(String, candidates: [String])
    /// No environment is called so now, or ever was.
    case unknownEnvironment(String, nearest: String?, known: [String])
    /// `prod~x`, `prod@{}`.
    case badRevision(String)
    /// No deployment is called so.
    case unknownDeployment(String)
    /// History does not go back so far in this clone.
    case tooShallow(toKnow: String)
    /// An environment did not exist at the moment that is asked about.
    case nothingThen(String)
}

extension LedgerError: Explained {
    public var description: String { words.message }
    public var hint: String? { words.hint }

    private var words: (message: String, hint: String?) {
        switch self {
        case .unknownSubject(let text):
            // That is no answer: whoever asks by a misspelt key must not take it for a no.
            ("nothing that was ever deployed is called '\(text)'", nil)
        case .unknown(let what, let gap):
            ("cannot tell \(what): \(gap)", gap.hint)
        case .ambiguousSubject(let text, let candidates):
            ("'\(text)' may be several things", "say \(candidates.listed("or"))")
        case .unknownEnvironment(let name, let nearest, let known):
            (
                "there is no environment '\(name)', and never was one",
                known.suggestion(nearest, of: "environments")
            )
        case .nothingThen(let name):
            ("\(name) has no history that goes back so far", nil)
        case .badRevision(let text):
            ("'\(text)' names no moment", "write ENV, ENV~3 or ENV@{last friday}")
        case .unknownDeployment(let text):
            (
                "no deployment is called '\(text)'",
                "write ENV/APP, ENV/APP~2, a commit, or COMMIT:ENV/APP; 'gx trace log' shows them"
            )
        case .tooShallow(let what):
            (
                "cannot tell \(what): this clone does not have all of history",
                GitError.unshallow
            )
        }
    }
}
