import ArgumentParser
import Git
import Secrets
import Terminal

struct SecretsMerge: Command {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Merge encrypted files value by value, as Git's merge driver.",
        discussion: """
            Writes the merged file, encrypted, in place of OURS. On a conflict it names the keys, leaves OURS as it is, and ends \
            with status 1; nothing is ever written in the clear. `gx secrets install` sets Git up to use this.
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
        let identities = try files.identities(identity)
        func open(_ file: String) throws -> OpenFile {
            let bytes = try Files.read(file).unwiped
            do {
                return try SopsFile(parsing: bytes, as: FileFormat(path: path)).open(with: identities)
            } catch let error {
                throw error.inside(path)
            }
        }
        switch try SecretMerge.merge(base: open(base), ours: open(ours), theirs: open(theirs)) {
        case .merged(let bytes):
            try files.write(bytes, to: ours)
            return .done
        case .conflict(let keys):
            try context.warn("\(path): both sides changed \(keys.joined(separator: ", "))")
            return .no
        }
    }
}
