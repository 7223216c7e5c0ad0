internal import CLibGit2
internal import Glibc
internal import System

/// A tree as git stores it, read in place: an entry costs no memory until its name is asked for.
///
/// The entries stand in git's order: by the bytes of their names, a folder as if it ended in `/`.
@safe public final class RawTree {
    public let id: ObjectID
    private let object: RawObject
    /// Valid only while this tree is.
    let bytes: UnsafeRawBufferPointer
    /// How many bytes it has.
    let count: Int

    init(id: ObjectID, _ object: consuming RawObject) {
        self.id = id
        self.object = object
        unsafe bytes = self.object.bytes
        unsafe count = self.object.bytes.count
    }

    /// An entry in place.
    public struct Entry: Sendable {
        let rawMode: UInt32
        public let id: ObjectID
        let name: Range<Int>
        /// What follows a name: a zero byte, and the id.
        static let suffix = 1 + ObjectID.byteCount
        public var mode: FileMode { FileMode(raw: rawMode) }
        /// Where the next entry starts.
        public var end: Int { name.upperBound + Self.suffix }
    }

    /// The entry that starts at an offset: 0 for the first, then `end` of the one before; nil after the last.
    public func entry(at offset: Int) throws(GitError) -> Entry? {
        guard offset < count else { return nil }
        var mode: UInt32 = 0
        var position = offset
        while position < count, case let digit = unsafe bytes[position], digit != UInt8(ascii: " ") {
            guard (0x30...0x37).contains(digit), mode < 1 << 24 else { throw damaged }
            mode = mode << 3 | UInt32(digit & 7)
            position += 1
        }
        position += 1
        guard position < count, let start = unsafe bytes.baseAddress,
            let end = unsafe memchr(start + position, 0, count - position),
            case let nameEnd = unsafe UnsafeRawPointer(end) - start, nameEnd + Entry.suffix <= count
        else { throw damaged }
        return Entry(rawMode: mode, id: unsafe ObjectID(bytes, at: nameEnd + 1), name: position..<nameEnd)
    }

    /// The entry of a name; nil where there is none.
    func entry(named name: Substring.UTF8View) throws(GitError) -> Entry? {
        var offset = 0
        while let entry = try entry(at: offset) {
            if unsafe nameBytes(of: entry).elementsEqual(name) { return entry }
            offset = entry.end
        }
        return nil
    }

    /// The name of one of this tree's entries.
    public func name(of entry: Entry) -> String {
        unsafe String(decoding: nameBytes(of: entry), as: UTF8.self)
    }

    @unsafe func nameBytes(of entry: Entry) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: bytes[entry.name])
    }

    /// Trees whose folders name each other many times are small, and have more files than there is memory.
    static func check(depth: Int, files: Int) throws(GitError) {
        guard depth <= maximumDepth else {
            throw .unsupported("a tree of more than \(maximumDepth) folders in each other")
        }
        guard files <= maximumFiles else {
            throw .unsupported("a tree of more than \(maximumFiles) files")
        }
    }

    private static let maximumDepth = 1000
    private static let maximumFiles = 3_000_000

    private var damaged: GitError { .badObject(id.description, reason: "a damaged tree") }
}

extension Repository {
    /// A tree, to be read in place.
    public func rawTree(_ id: ObjectID) throws(GitError) -> RawTree {
        if let tree = trees.tree(id) { return tree }
        let tree = RawTree(id: id, try object(id, GIT_OBJECT_TREE))
        trees.keep(tree)
        return tree
    }

    /// The entries of a tree, without those of the folders in it.
    public func entries(ofTree id: ObjectID) throws(GitError) -> [TreeEntry] {
        let tree = try rawTree(id)
        var entries: [TreeEntry] = []
        var offset = 0
        while let entry = try tree.entry(at: offset) {
            entries.append(TreeEntry(name: tree.name(of: entry), mode: entry.mode, id: entry.id))
            offset = entry.end
        }
        return entries
    }

    /// All files in a tree and its folders (links and submodules too), by the bytes of their paths.
    ///
    /// - Parameter mayBeCheckedOut: Whether to look in the index for what the work tree has of it.
    public func files(
        inTree id: ObjectID, mayBeCheckedOut: Bool = false
    ) throws(GitError) -> [(path: String, mode: FileMode, id: ObjectID)] {
        var files: [(path: String, mode: FileMode, id: ObjectID)] = []
        var path: [UInt8] = []
        let index =
            mayBeCheckedOut
            ? try system(try readFile(gitDirectory + "/index", limit: 4 << 30)).flatMap(IndexedTrees.init)
            : nil
        try collect(id, folder: index?.root, of: index, depth: 0, path: &path, files: &files)
        return files
    }

    /// Whether a tree, or a folder in it, has a file or a link.
    public func hasFiles(inTree id: ObjectID) throws(GitError) -> Bool {
        var folders = 0
        return try hasFiles(id, depth: 0, &folders)
    }

    private func hasFiles(_ id: ObjectID, depth: Int, _ folders: inout Int) throws(GitError) -> Bool {
        try RawTree.check(depth: depth, files: folders)
        folders += 1
        let tree = try rawTree(id)
        var offset = 0
        while let entry = try tree.entry(at: offset) {
            switch entry.mode {
            case .tree: if try hasFiles(entry.id, depth: depth + 1, &folders) { return true }
            case .submodule: break
            case .file, .executable, .symbolicLink: return true
            }
            offset = entry.end
        }
        return false
    }

    /// - Parameter folder: What the index has at the path.
    private func collect(
        _ id: ObjectID, folder: IndexedTrees.Folder?, of index: IndexedTrees?, depth: Int,
        path: inout [UInt8],
        files: inout [(path: String, mode: FileMode, id: ObjectID)]
    ) throws(GitError) {
        if let folder, let known = index?.files(of: folder, at: path, ifTree: id) {
            files += known
            return
        }
        let isPast = index == nil
        guard
            let tree = try ifSound(
                id, what: path.isEmpty ? "the root folder" : String(decoding: path, as: UTF8.self),
                isPast: isPast,
                read: { () throws(GitError) in try rawTree(id) })
        else {
            // Without its root there is nothing.
            if depth == 0 { throw GitError.missingObject(id.description, isShallow: false) }
            return
        }
        try RawTree.check(depth: depth, files: files.count)
        let length = path.count
        var offset = 0
        while let entry = try tree.entry(at: offset) {
            unsafe path.append(contentsOf: tree.nameBytes(of: entry))
            if entry.mode == .tree {
                path.append(UInt8(ascii: "/"))
                let name = unsafe tree.nameBytes(of: entry)
                let inner = folder.flatMap { unsafe index?.folder(name, in: $0) }
                try collect(entry.id, folder: inner, of: index, depth: depth + 1, path: &path, files: &files)
            } else {
                files.append((String(decoding: path, as: UTF8.self), entry.mode, entry.id))
            }
            path.removeSubrange(length...)
            offset = entry.end
        }
    }

    /// The entry at a path such as `apps/api/values.yaml`; nil where there is none. An empty path has no entry.
    public func entry(at path: String, inTree id: ObjectID) throws(GitError) -> TreeEntry? {
        var tree = id
        var found: TreeEntry?
        for component in path.utf8.split(separator: UInt8(ascii: "/")) {
            if let found {
                guard found.mode == .tree else { return nil }
                tree = found.id
            }
            guard let entry = try rawTree(tree).entry(named: component) else { return nil }
            found = TreeEntry(name: String(Substring(component)), mode: entry.mode, id: entry.id)
        }
        return found
    }
}
