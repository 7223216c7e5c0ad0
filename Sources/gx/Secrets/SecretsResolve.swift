import ArgumentParser
import Git
import Secrets
import System
import Terminal

struct SecretsResolve: Command {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Settle what both sides of a merge changed, one key at a time.",
        examples: [
            "gx secrets resolve": "what is open",
            "gx secrets resolve prod API_KEY --theirs": "take what the other side has",
            "gx secrets resolve prod --ours": "keep all that ours has",
            "gx secrets resolve prod API_KEY --value": "another value, typed without being shown",
        ],
        discussion: """
            A merged file holds what either side changed alone; keys that both changed are as ours has them until they \
            are settled here (or by `set`). Without a file, it names what is open, and ends with status 1 if anything is. \
            With the last key, the file is added to the index.
            """)

    @Flag(help: "Keep what our side has.") var ours = false
    @Flag(help: "Take what their side has.") var theirs = false
    @Flag(help: "Set another value: typed without being shown, or from standard input.") var value = false
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "The file, or its environment.", completion: .file()) var file: String?
    @Argument(help: "The key; with --ours or --theirs, all that are open by default.") var key: String?
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let files = try SecretFiles(context)
        guard let file else { return try show(OpenConflicts(files).live(), context) }
        guard [ours, theirs, value].count(where: \.self) == 1 else {
            throw Failure("how is it settled?", hint: "say --ours, --theirs or --value")
        }
        let path = try files.path(of: file)
        let name = files.relative(path) ?? path
        guard let entry = try OpenConflicts(files).live().first(where: { $0.path == name }) else {
            throw Failure(
                "nothing of \(name) is in conflict", hint: "gx secrets resolve names what is", status: .no)
        }
        let keys = try chosen(entry)
        let typed = value ? try SecretInput.read(nil, key: keys[0], context) : nil
        try settle(keys, of: entry, path: path, value: typed, files: files)
        var conflicts = try OpenConflicts(files)
        let left = try conflicts.settle(keys, of: name) ?? []
        try context.note(
            left.isEmpty ? "\(name) is settled, and added" : "still open: \(left.joined(separator: ", "))")
        return .done
    }

    private func show(_ entries: [OpenConflicts.Entry], _ context: Context) throws -> ExitStatus {
        for entry in entries {
            for key in entry.keys { try context.output.print("\(entry.path): \(key, .emphasis)") }
        }
        if entries.isEmpty { try context.note("nothing is in conflict") }
        return entries.isEmpty ? .done : .no
    }

    private func chosen(_ entry: OpenConflicts.Entry) throws -> [String] {
        guard let key else {
            guard !value || entry.keys.count == 1 else {
                throw Failure("which key?", hint: "open are \(entry.keys.listed("and"))")
            }
            return entry.keys
        }
        if entry.keys.contains(key) { return [key] }
        let found = entry.keys.filter { $0.hasSuffix(".\(key)") || $0.hasSuffix(":\(key)") }
        guard found.count == 1 else {
            throw Failure(
                "\(key) is not one key in conflict", hint: "open are \(entry.keys.listed("and"))")
        }
        return found
    }

    private func settle(
        _ keys: [String], of entry: OpenConflicts.Entry, path: String, value: SecretBytes?,
        files: SecretFiles
    ) throws {
        let repository = try files.context.repository
        let versions = try [entry.base, entry.ours, entry.theirs].map {
            try files.open(path, bytes: repository.blob($0), options: identity)
        }
        let conflicts = try SecretMerge.merge(base: versions[0], ours: versions[1], theirs: versions[2])
            .conflicts
        try files.change(path) { current in
            guard var bytes = current else { throw Failure("\(path) is not there any more") }
            for conflict in conflicts where keys.contains(conflict.label) {
                let open = try files.open(path, bytes: bytes, options: identity)
                if let value {
                    let known = open.keys
                    let place = try known.key(conflict.label)?.place ?? known.newPlace(for: conflict.label)
                    bytes = try open.setting(value, at: place)
                } else {
                    bytes = try SecretMerge.settle(conflict, as: ours ? versions[1] : versions[2], in: open)
                }
            }
            return bytes
        }
    }
}
