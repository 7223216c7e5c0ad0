public import Git

/// What keeps a plan from being carried out.
public enum PublishingError: Error, Hashable, Sendable {
    /// Which branch is the default one can't be told.
    case noDefaultBranch(repository: String?, isDetached: Bool)
    /// The host refused the branch for good: it is protected, a hook declined, nobody may push. Its own words.
    case rejected(branch: String, remote: String, message: String)
    /// The connection broke while pushing, and the host can't be asked whether the commit got there.
    case unknownOutcome(branch: String, remote: String, commit: ObjectID, message: String)
    /// Others were faster every time.
    case contended(branch: String, attempts: Int, seconds: Int)
    /// git would not move the work tree of the branch. Its own words.
    case workTree(branch: String, message: String)

    /// The process was told to end, by a signal's name; and whether what it pushed last had landed.
    case toldToEnd(String, landed: Bool)
    /// A request needs a remote.
    case noRemote
    /// The setting `gx.host` names no kind of host.
    case unknownHost(String)
    /// Merging by itself, once it may, is not to be had by a push.
    case noAutoMerge(HostKind)
    /// A host's API needs a token.
    case noToken(HostKind)
    /// A token would go where nobody should send it, or is none.
    case badToken(String)
    /// The branch is pushed, but the host's API did not open the request. Its own words.
    case api(HostKind, branch: String, message: String)
    /// A hook of this clone does not let the commit be made or pushed. Its own words.
    case hook(String, words: String)
    /// A lock of git stays.
    case locked(branch: String, lock: String)
    /// The setting `gx.timeout` is no length of time.
    case badTimeLimit(String)
}
