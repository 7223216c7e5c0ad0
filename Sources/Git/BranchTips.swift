internal import CLibGit2

/// Where a branch stands: here, and on the remote when it was last fetched.
public struct BranchTips: Hashable, Sendable {
    /// The short name: `main`.
    public let name: String
    public let local: ObjectID?
    /// The remote-tracking ref, `refs/remotes/origin/main`, if there is one.
    public let tracking: Reference?
}

extension Repository {
    /// The branch that others build on: what the remote's `HEAD` named when it was last looked at, else the current
    /// branch, else `main` or `master`. Nil in an empty repository that is detached.
    public var defaultBranch: String? {
        get throws(GitError) {
            if let remote = try remotes.preferred {
                let prefix = "refs/remotes/\(remote)/"
                if let target = try symbolicTarget(of: prefix + "HEAD"), target.hasPrefix(prefix) {
                    return String(target.dropFirst(prefix.count))
                }
            }
            if let branch = try head.branch { return branch }
            for name in ["main", "master"] where try branchTips(name) != nil { return name }
            return nil
        }
    }

    /// The short names of all branches, here and as last fetched, in order.
    public var branchNames: [String] {
        get throws(GitError) {
            var names = try Set(
                references(under: "refs/heads/").map { String($0.name.dropFirst("refs/heads/".count)) })
            for reference in try references(under: "refs/remotes/") {
                let name = reference.name.dropFirst("refs/remotes/".count)
                guard let slash = name.firstIndex(of: "/") else { continue }
                let branch = name[name.index(after: slash)...]
                if branch != "HEAD" { names.insert(String(branch)) }
            }
            return names.sorted()
        }
    }

    /// A branch here and on its remote; nil where there is neither.
    public func branchTips(_ name: String) throws(GitError) -> BranchTips? {
        let local = try reference("refs/heads/" + name)
        var tracking: Reference?
        if let name = try trackingReference(of: name), let target = try reference(name) {
            tracking = Reference(name: name, target: target)
        }
        return local == nil && tracking == nil
            ? nil : BranchTips(name: name, local: local, tracking: tracking)
    }

    /// The newest commit of a branch, here or as last fetched; nil where there is no such branch. Where both have
    /// commits of their own it is the remote's, since that is what is deployed.
    public func tip(of branch: String) throws(GitError) -> ObjectID? {
        guard let tips = try branchTips(branch) else { return nil }
        guard let local = tips.local, let remote = tips.tracking?.target else {
            return tips.local ?? tips.tracking?.target
        }
        if local == remote { return local }
        return try aheadBehind(local, remote).behind == 0 ? local : remote
    }

    /// The ref that follows the branch of this name on the remote. An upstream of another name is another branch.
    private func trackingReference(of branch: String) throws(GitError) -> String? {
        let remote =
            if let configured = try configuredRemote(of: branch) { configured } else { try remotes.preferred }
        return remote.map { "refs/remotes/\($0)/\(branch)" }
    }

    private func configuredRemote(of branch: String) throws(GitError) -> String? {
        var buffer = unsafe git_buf()
        defer { unsafe git_buf_dispose(&buffer) }
        let code = unsafe git_branch_upstream_remote(&buffer, handle.repository, "refs/heads/" + branch)
        if code == GIT_ENOTFOUND.rawValue || code == GIT_EINVALIDSPEC.rawValue { return nil }
        try Library.check(code, "find the remote of \(branch)")
        guard let name = unsafe buffer.ptr.map({ unsafe String(cString: $0) }), name != "." else {
            return nil
        }
        return name
    }

    /// What a symbolic ref names; nil where it is not there or not symbolic.
    func symbolicTarget(of name: String) throws(GitError) -> String? {
        var reference: OpaquePointer?
        let code = unsafe git_reference_lookup(&reference, handle.repository, name)
        if code == GIT_ENOTFOUND.rawValue { return nil }
        try Library.check(code, "read \(name)")
        defer { unsafe git_reference_free(reference) }
        return unsafe git_reference_symbolic_target(reference).map { unsafe String(cString: $0) }
    }

    /// The names of the remotes, in order. Those of the repository's own files: nothing is run.
    public var remotes: [String] {
        get throws(GitError) {
            var names = unsafe git_strarray()
            try Library.check(unsafe git_remote_list(&names, handle.repository), "list the remotes")
            defer { unsafe git_strarray_dispose(&names) }
            let pointers = unsafe UnsafeBufferPointer(start: names.strings, count: names.count)
            return unsafe pointers.compactMap { unsafe $0.map { unsafe String(cString: $0) } }.sorted()
        }
    }
}

extension [String] {
    /// Of several remotes the one that clones are made with.
    public var preferred: String? { certain ?? first }

    /// Nil where nothing tells them apart.
    var certain: String? { contains("origin") ? "origin" : count == 1 ? first : nil }
}
