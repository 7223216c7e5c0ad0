/// How a pull request is to be made.
public struct PullRequestOptions: Sendable {
    /// Where the remote's address does not tell.
    public var host: HostKind?
    /// Whether the host merges by itself once it may.
    public var autoMerge: Bool
    /// Whether an open promotion of the same app to the same environment, to another version, is replaced.
    public var supersede: Bool
    /// Whether what others committed on a promotion's branch stays in any case.
    public var keepsOthers: Bool

    public init(
        host: HostKind? = nil, autoMerge: Bool = false, supersede: Bool = false, keepsOthers: Bool = false
    ) {
        (self.host, self.autoMerge, self.supersede) = (host, autoMerge, supersede)
        self.keepsOthers = keepsOthers
    }
}

/// A request to merge a promotion.
public struct PullRequest: Hashable, Sendable {
    public var host: HostKind
    /// The branch that it is to be merged into.
    public var target: String
    /// Where to look at it, or to open it where that was not possible.
    public var url: String?
    /// False where the host knows of the branch only: somebody has to open the request.
    public var isOpen: Bool
    /// What the host does of itself, where it was asked to.
    public var merges: Merging?

    public enum Merging: Hashable, Sendable {
        /// It merges once it may.
        case byItself
        /// It has merged: there was nothing left to wait for.
        case merged
    }
}
