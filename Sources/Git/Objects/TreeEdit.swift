internal import CLibGit2
internal import System

/// A change of one path of a tree.
public enum TreeEdit: Hashable, Sendable {
    /// Writes a file, a link or a submodule, or with the mode `tree` a whole folder.
    case put(path: String, mode: FileMode = .file, id: ObjectID)
    /// Takes away a file, or a folder with all that is in it.
    case remove(path: String)

    public var path: String {
        switch self {
        case .put(let path, _, _), .remove(let path): path
        }
    }
}

extension Repository {
    /// Writes the tree that a tree (nil: an empty one) becomes by edits, and only the folders on their way.
    ///
    /// Removals come before the rest, so that a file may become a folder. A folder that gets empty goes.
    ///
    /// - Throws: `GitError.invalidPath` for paths that no tree may hold, two edits of one path, a removal of
    ///   what is not there, and a file in the place of a folder or the other way round.
    public func tree(editing base: ObjectID?, _ edits: [TreeEdit]) throws(GitError) -> ObjectID {
        let changes = TreeChanges()
        for edit in edits { try changes.add(edit) }
        if let tree = try write(changes, onto: base, path: "") { return tree }
        return try write([], GIT_OBJECT_TREE)
    }

    /// The tree's new id; nil where nothing is left in it.
    private func write(
        _ changes: TreeChanges, onto base: ObjectID?, path: String
    ) throws(GitError) -> ObjectID? {
        var entries: [[UInt8]: (mode: UInt32, id: ObjectID)] = [:]
        if let base {
            let tree = try rawTree(base)
            var offset = 0
            while let entry = try tree.entry(at: offset) {
                unsafe entries[[UInt8](tree.nameBytes(of: entry))] = (entry.rawMode, entry.id)
                offset = entry.end
            }
        }
        for (name, change) in changes.children {
            let path = path + String(decoding: name, as: UTF8.self)
            let old = entries[name]
            if change.removes {
                guard old != nil else {
                    throw GitError.invalidPath(path, reason: "not there, so not removed")
                }
                entries[name] = nil
            }
            if let (mode, id) = change.puts {
                let wasFolder = old?.mode == FileMode.tree.rawValue
                guard entries[name] == nil || wasFolder == (mode == .tree) else {
                    throw GitError.invalidPath(
                        path, reason: wasFolder ? "a folder is there" : "a file is there")
                }
                entries[name] = (mode.rawValue, id)
            }
            if !change.children.isEmpty {
                guard entries[name] == nil || entries[name]?.mode == FileMode.tree.rawValue else {
                    throw GitError.invalidPath(path, reason: "a file, not a folder")
                }
                let folder = try write(change, onto: entries[name]?.id, path: path + "/")
                entries[name] = folder.map { (FileMode.tree.rawValue, $0) }
            }
        }
        return entries.isEmpty ? nil : try write(treeOf: entries)
    }

    private func write(treeOf entries: [[UInt8]: (mode: UInt32, id: ObjectID)]) throws(GitError) -> ObjectID {
        let sorted = entries.map { name, entry in
            (
                key: entry.mode == FileMode.tree.rawValue ? name + [UInt8(ascii: "/")] : name, name: name,
                entry: entry
            )
        }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        var bytes: [UInt8] = []
        for (_, name, entry) in sorted {
            bytes += Array(String(entry.mode, radix: 8).utf8) + [UInt8(ascii: " ")] + name + [0]
            entry.id.append(to: &bytes)
        }
        return try write(bytes, GIT_OBJECT_TREE)
    }
}

/// Edits by folder: what happens to a path, and to the paths below it.
private final class TreeChanges {
    var children: [[UInt8]: TreeChanges] = [:]
    var removes = false
    var puts: (mode: FileMode, id: ObjectID)?

    func add(_ edit: TreeEdit) throws(GitError) {
        var place = self
        for component in try TreePath.components(of: edit.path) {
            let next = place.children[component] ?? TreeChanges()
            place.children[component] = next
            place = next
        }
        guard !place.removes, place.puts == nil else {
            throw GitError.invalidPath(edit.path, reason: "edited twice")
        }
        switch edit {
        case .put(_, let mode, let id): place.puts = (mode, id)
        case .remove: place.removes = true
        }
    }
}

/// The rules for paths in trees, as git's own `verify_path` has them on every platform at once.
enum TreePath {
    static func components(of path: String) throws(GitError) -> [[UInt8]] {
        var components: [[UInt8]] = []
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            if let reason = problem(with: part) { throw GitError.invalidPath(path, reason: reason) }
            components.append(Array(part.utf8))
        }
        return components
    }

    private static func problem(with name: Substring) -> String? {
        if name.isEmpty { return "an empty name" }
        if name == "." || name == ".." { return "`\(name)` in a path" }
        if name.utf8.contains(0) { return "a NUL in a path" }
        // Windows drops dots and spaces at the end and takes `:` as the start of a stream; macOS ignores
        // joiners and marks of direction.
        let visible = name.unicodeScalars.filter { !$0.properties.isDefaultIgnorableCodePoint }
        let folded = String(String.UnicodeScalarView(visible)).lowercased()
        let plain = folded.prefix { $0 != ":" && $0 != "\\" }.trimmingSuffix { $0 == "." || $0 == " " }
        return plain == ".git" || plain == "git~1" ? "a name that git keeps for itself" : nil
    }
}
