internal import CLibGit2

/// An object as the object database hands it out. Its bytes live as long as it does.
@safe struct RawObject: ~Copyable {
    private let object: OpaquePointer

    fileprivate init(_ object: OpaquePointer) { unsafe self.object = object }

    deinit { unsafe git_odb_object_free(object) }

    var kind: git_object_t { unsafe git_odb_object_type(object) }

    /// Valid only while this object is.
    @unsafe var bytes: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: git_odb_object_data(object), count: git_odb_object_size(object))
    }
}

extension git_object_t {
    var name: String { unsafe String(cString: git_object_type2string(self)) }
}

extension Repository {
    /// An object of a kind that is expected. In a partial clone one that is missing is fetched.
    func object(_ id: ObjectID, _ kind: git_object_t) throws(GitError) -> RawObject {
        let object = try anyObject(id)
        guard object.kind == kind else {
            throw GitError.badObject(id.description, reason: "a \(object.kind.name), not a \(kind.name)")
        }
        return object
    }

    private func anyObject(_ id: ObjectID) throws(GitError) -> RawObject {
        if let object = try find(id) { return object }
        if isPartial {
            try prefetch([id])
            if let object = try find(id) { return object }
        }
        throw GitError.missingObject(id.description, isShallow: isShallow)
    }

    private func find(_ id: ObjectID) throws(GitError) -> RawObject? {
        var object: OpaquePointer?
        var oid = id.oid
        let code = unsafe git_odb_read(&object, handle.objects, &oid)
        if code == GIT_ENOTFOUND.rawValue { return nil }
        try Library.check(code, "read \(id)")
        return unsafe object.map { unsafe RawObject($0) }
    }

    /// Whether this clone has an object; nothing is fetched.
    public func contains(_ id: ObjectID) -> Bool {
        var oid = id.oid
        return unsafe git_odb_exists(handle.objects, &oid) == 1
    }

    /// A commit.
    public func commit(_ id: ObjectID) throws(GitError) -> Commit {
        let object = try object(id, GIT_OBJECT_COMMIT)
        var commit = unsafe try Commit(id: id, raw: object.bytes)
        if shallowBoundary.contains(id) { commit.parents = [] }
        return commit
    }

    /// The bytes of a file.
    public func blob(_ id: ObjectID) throws(GitError) -> [UInt8] {
        let object = try object(id, GIT_OBJECT_BLOB)
        return unsafe [UInt8](object.bytes)
    }

    /// The bytes of a file that has no more than so many; nil for a larger one.
    public func blob(_ id: ObjectID, upTo limit: Int) throws(GitError) -> [UInt8]? {
        let object = try object(id, GIT_OBJECT_BLOB)
        return unsafe object.bytes.count <= limit ? [UInt8](object.bytes) : nil
    }

    /// Writes a file's bytes to the object database.
    public func write(blob bytes: [UInt8]) throws(GitError) -> ObjectID {
        try write(bytes, GIT_OBJECT_BLOB)
    }

    func write(_ bytes: [UInt8], _ kind: git_object_t) throws(GitError) -> ObjectID {
        var oid = git_oid()
        let code = unsafe bytes.withUnsafeBytes {
            unsafe git_odb_write(&oid, handle.objects, $0.baseAddress, $0.count, kind)
        }
        try Library.check(code, "write a \(kind.name)")
        return ObjectID(oid)
    }
}
