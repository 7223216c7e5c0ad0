import ArgumentParser
import Git
import Secrets
import Terminal

struct SecretsMerge: Command {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Merge encrypted files value by value, as Git's merge driver.",
        discussion: """
            Writes the merged file, encrypted, in place of OURS. Keys that both sides changed are named, stay as OURS has them, \
            and wait for `gx secrets resolve`; the status is 1 then. Nothing is ever written in the clear. \
            `gx secrets install` sets Git up to use this.
            """,
        shouldDisplay: false)

    @OptionGroup var identity: IdentityOptions
    @Argument(completion: .file()) var base: String
    @Argument(completion: .file()) var ours: String
    @Argument(completion: .file()) var theirs: String
    @Argument(help: "The file's name in the repository.") var path: String
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let files = try SecretFiles(context)
        let identities = try identity.identities()
        let versions = try [base, ours, theirs].map { try Files.read($0).unwiped }
        let opened = try versions.map { bytes in
            do {
                return try SopsFile(parsing: bytes, as: FileFormat(path: path)).open(with: identities)
            } catch let error as SecretsError {
                throw error.inside(path)
            }
        }
        let merge = try SecretMerge.merge(base: opened[0], ours: opened[1], theirs: opened[2])
        try files.write(merge.bytes, to: ours)
        guard !merge.conflicts.isEmpty else { return .done }
        let keys = merge.conflicts.map(\.label)
        let repository = try context.repository
        let ids = try versions.map(repository.write(blob:))
        var conflicts = try OpenConflicts(files)
        conflicts.entries.removeAll { $0.path == path }
        conflicts.entries.append(
            OpenConflicts.Entry(path: path, base: ids[0], ours: ids[1], theirs: ids[2], keys: keys))
        try conflicts.write()
        try context.warn("\(path): both sides changed \(keys.joined(separator: ", "))")
        try context.note("settle each: gx secrets resolve \(path) KEY --ours, --theirs or --value")
        return .no
    }
}
