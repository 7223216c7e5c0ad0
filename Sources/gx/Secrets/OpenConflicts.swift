import Git
import Secrets
import System
import YAML

/// What merges of encrypted files left to be settled, by file: kept beside the index, since a file that holds one side's
/// value does not show that it does.
struct OpenConflicts {
    struct Entry {
        /// From the repository's folder.
        let path: String
        /// The versions that were merged.
        let base: ObjectID
        let ours: ObjectID
        let theirs: ObjectID
        /// What they are called by ``SecretMerge/Conflict/label``.
        var keys: [String]
    }

    var entries: [Entry]
    private let file: String
    private let files: SecretFiles

    init(_ files: SecretFiles) throws {
        self.files = files
        file = try "\(files.context.repository.gitDirectory)/gx-secret-conflicts"
        guard Files.exists(file) else {
            entries = []
            return
        }
        entries = try JSON(parsing: Files.read(file).unwiped).array?.compactMap(Entry.init) ?? []
    }

    /// Those whose merge has not been given up or finished meanwhile; a file that was added is among them.
    func live() throws -> [Entry] {
        guard !entries.isEmpty else { return [] }
        let unmerged = try paths(["--unmerged"]).union(paths(["--resolve-undo"]))
        return entries.filter { unmerged.contains($0.path) }
    }

    private func paths(_ options: [String]) throws -> Set<String> {
        let output = try Subprocess(
            "git", ["ls-files", "-z", "--full-name"] + options, purpose: "see what is merged",
            directory: files.root
        ).run()
        guard output.status == 0 else {
            throw SystemError.failed(command: "git ls-files", status: output.status, message: output.message)
        }
        return Set(
            output.stdout.split(separator: 0).compactMap { line in
                line.firstIndex(of: 9).map { String(decoding: line[($0 + 1)...], as: UTF8.self) }
            })
    }

    func write() throws {
        if entries.isEmpty {
            if Files.exists(file) { Files.wipe(file) }
            return
        }
        try files.write(JSON.array(entries.map(\.json)).bytes() + [10], to: file)
    }

    /// Takes keys of a file as settled. With the last one, the file is added to the index, as Git wants it said.
    ///
    /// - Returns: The keys of the file that are left; nil where nothing of it was open.
    mutating func settle(_ keys: [String], of path: String) throws -> [String]? {
        entries = try live()
        guard let index = entries.firstIndex(where: { $0.path == path }) else { return nil }
        entries[index].keys.removeAll(where: keys.contains)
        let left = entries[index].keys
        if left.isEmpty {
            entries.remove(at: index)
            let add = try Subprocess(
                "git", ["add", "--", path], purpose: "add what is settled", directory: files.root
            ).run()
            guard add.status == 0 else {
                throw SystemError.failed(command: "git add", status: add.status, message: add.message)
            }
        }
        try write()
        return left
    }
}

extension OpenConflicts.Entry {
    fileprivate init?(_ json: JSON) {
        func id(_ name: String) -> ObjectID? { json[name]?.string.flatMap { ObjectID(hex: $0) } }
        guard let path = json["path"]?.string, let base = id("base"), let ours = id("ours"),
            let theirs = id("theirs"), let keys = json["keys"]?.array?.compactMap(\.string)
        else { return nil }
        self.init(path: path, base: base, ours: ours, theirs: theirs, keys: keys)
    }

    fileprivate var json: JSON {
        .object([
            .init("path", .string(path)), .init("base", .string("\(base)")),
            .init("ours", .string("\(ours)")),
            .init("theirs", .string("\(theirs)")), .init("keys", .array(keys.map { .string($0) })),
        ])
    }
}
