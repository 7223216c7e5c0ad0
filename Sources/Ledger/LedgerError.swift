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

extension LedgerError {
    /// What to do about history that a shallow clone lacks.
    public static let unshallow = "'gx trace sync --unshallow' gets the rest of history"
}
