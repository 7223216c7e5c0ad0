internal import CLibGit2

/// A ref and what it points at.
public struct Reference: Hashable, Sendable {
    /// The full name: `refs/heads/main`.
    public let name: String
    /// The commit, also where an annotated tag stands in between.
    public let target: ObjectID

    public init(name: String, target: ObjectID) {
        (self.name, self.target) = (name, target)
    }
}

extension Repository {
    /// What is checked out in this work tree, or is the branch of a bare repository.
    public var head: Head {
        get throws(GitError) {
            guard let name = try symbolicTarget(of: "HEAD") else {
                guard let id = try reference("HEAD") else {
                    throw GitError.badObject("HEAD", reason: "points at nothing")
                }
                return .detached(id)
            }
            let branch = name.hasPrefix("refs/heads/") ? String(name.dropFirst("refs/heads/".count)) : name
            return try reference(name) == nil ? .unborn(branch) : .branch(branch)
        }
    }

    /// The commit that a ref, given by its full name, points at; nil where there is no such ref.
    public func reference(_ name: String) throws(GitError) -> ObjectID? {
        var reference: OpaquePointer?
        let code = unsafe git_reference_lookup(&reference, handle.repository, name)
        if code == GIT_ENOTFOUND.rawValue { return nil }
        if code == GIT_EINVALIDSPEC.rawValue { throw GitError.invalidReference(name) }
        try Library.check(code, "read \(name)")
        defer { unsafe git_reference_free(reference) }
        return unsafe try target(of: reference, name)
    }

    /// Nil for a symbolic ref to nothing.
    private func target(of reference: OpaquePointer?, _ name: String) throws(GitError) -> ObjectID? {
        var resolved: OpaquePointer?
        let code = unsafe git_reference_resolve(&resolved, reference)
        if code == GIT_ENOTFOUND.rawValue { return nil }
        try Library.check(code, "read \(name)")
        defer { unsafe git_reference_free(resolved) }
        // What is not a tag needs no look at the object: packed refs know what their tags point at.
        if let peeled = unsafe git_reference_target_peel(resolved) { return unsafe ObjectID(peeled.pointee) }
        guard let target = unsafe git_reference_target(resolved) else { return nil }
        return unsafe try commit(under: ObjectID(target.pointee))
    }

    /// Follows annotated tags.
    private func commit(under id: ObjectID) throws(GitError) -> ObjectID {
        var oid = id.oid
        var (size, kind) = (0, GIT_OBJECT_ANY)
        let code = unsafe git_odb_read_header(&size, &kind, handle.objects, &oid)
        guard code == 0, kind == GIT_OBJECT_TAG else { return id }
        var tag: OpaquePointer?
        try Library.check(unsafe git_tag_lookup(&tag, handle.repository, &oid), "read the tag \(id)")
        defer { unsafe git_object_free(tag) }
        guard let target = unsafe git_tag_target_id(tag) else { return id }
        return unsafe try commit(under: ObjectID(target.pointee))
    }

    /// All refs whose names start with a prefix, such as `refs/heads/`, by name.
    public func references(under prefix: String) throws(GitError) -> [Reference] {
        var iterator: OpaquePointer?
        try Library.check(
            unsafe git_reference_iterator_glob_new(&iterator, handle.repository, prefix + "*"),
            "list \(prefix)")
        defer { unsafe git_reference_iterator_free(iterator) }
        var references: [Reference] = []
        while true {
            var reference: OpaquePointer?
            let code = unsafe git_reference_next(&reference, iterator)
            if code == GIT_ITEROVER.rawValue { break }
            try Library.check(code, "list \(prefix)")
            defer { unsafe git_reference_free(reference) }
            guard let bytes = unsafe git_reference_name(reference) else { continue }
            let name = unsafe String(cString: bytes)
            if let target = unsafe try target(of: reference, name) {
                references.append(Reference(name: name, target: target))
            }
        }
        return references.sorted { $0.name < $1.name }
    }

    /// The commit that a revision names, in any of git's ways (`HEAD~2`, `v1.2`, `main@{yesterday}`, digits of
    /// an id); nil where there is none.
    ///
    /// - Throws: `GitError.ambiguous`, or `.missingObject` where it lies beyond the edge of a shallow clone.
    public func resolve(_ revision: String) throws(GitError) -> ObjectID? {
        var object: OpaquePointer?
        let code = unsafe git_revparse_single(&object, handle.repository, revision)
        switch code {
        case GIT_ENOTFOUND.rawValue where isShallow && revision.contains { $0 == "~" || $0 == "^" }:
            throw GitError.missingObject(revision, isShallow: true)
        case GIT_ENOTFOUND.rawValue, GIT_EINVALIDSPEC.rawValue: return nil
        case GIT_EAMBIGUOUS.rawValue: throw GitError.ambiguous(revision: revision)
        default: try Library.check(code, "resolve \(revision)")
        }
        defer { unsafe git_object_free(object) }
        var commit: OpaquePointer?
        guard unsafe git_object_peel(&commit, object, GIT_OBJECT_COMMIT) == 0 else { return nil }
        defer { unsafe git_object_free(commit) }
        guard let id = unsafe git_object_id(commit) else { return nil }
        return unsafe ObjectID(id.pointee)
    }
}
