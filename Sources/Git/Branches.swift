/// Where a branch stands: here, and on the remote when it was last fetched.
public struct BranchTips: Hashable, Sendable {
    public let name: String
    public let local: ObjectID?
    public let tracking: Reference?
}

extension Repository {
    public var defaultBranch: String? {
        get throws(GitError) { try head.branch }
    }

    public func branchTips(_ name: String) throws(GitError) -> BranchTips? {
        let local = try reference("refs/heads/" + name)
        var tracking: Reference?
        if let target = try reference("refs/remotes/origin/" + name) {
            tracking = Reference(name: "refs/remotes/origin/" + name, target: target)
        }
        return local == nil && tracking == nil ? nil : BranchTips(name: name, local: local, tracking: tracking)
    }

    public func tip(of branch: String) throws(GitError) -> ObjectID? {
        try branchTips(branch).flatMap { $0.tracking?.target ?? $0.local }
    }
}
