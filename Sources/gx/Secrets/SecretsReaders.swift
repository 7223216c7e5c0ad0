import ArgumentParser
import Git
import Secrets
import System
import Terminal
import YAML

struct SecretsReaders: Command {
    static let configuration = CommandConfiguration(
        commandName: "readers",
        abstract: "Show who can read what; add and remove readers.",
        examples: [
            "gx secrets readers": "who can read what",
            "gx secrets readers add age1nx7jpvmn3kzr6fhwldyyvcnkmcxe8m5aqh6l2avnqkz8r5yz5dsqkqk9d --name ada --in prod":
                "one more, for an environment",
            "gx secrets readers remove ada": "and what ada knows, and must change",
            "gx secrets readers --past": "who could read at some time",
        ],
        discussion: """
            Names come from the comments in .sops.yaml (or from the anchors there). With --past also those who could read a file at \
            some commit, and so know the values that it had.
            """)

    enum Action: String, Choice { case add, remove }

    @Flag(help: "Also show who could in the past.") var past = false
    @Option(help: ArgumentHelp("With `add`: what to call the reader.", valueName: "name")) var name: String?
    @Option(
        name: .customLong("in"),
        help: ArgumentHelp("Only in the rules that hold for this file or environment.", valueName: "env"),
        completion: .environments)
    var targets: [String] = []
    @Flag(
        help:
            "With --in: give its files a rule of their own, where they share one with others, without asking."
    )
    var split = false
    @OptionGroup var identity: IdentityOptions
    @OptionGroup var table: TableOptions
    @Argument(help: "`add` or `remove`; nothing shows the readers.") var action: Action?
    @Argument(help: "The reader: a recipient, or with `remove` a name.") var reader: String?
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let files = try SecretFiles(context)
        guard let action else { return try show(files, context) }
        guard let reader else {
            throw Failure("which reader?", hint: "gx secrets readers \(action.rawValue) age1…")
        }
        return try change(action, reader: reader, files: files, context: context)
    }

    private func show(_ files: SecretFiles, _ context: Context) throws -> ExitStatus {
        let chosen = try chosen(from: files, broken: files.leaveOut)
        let table = try ReadersTable(
            chosen, files, past: past ? PastReaders(repository: context.repository) : nil)
        try context.answer(table.table, self.table) { table.json }
        return .done
    }

    /// Those that are asked about.
    private func chosen(
        from files: SecretFiles, broken: (String, SecretsError) throws -> Void
    ) throws -> [SecretFiles.Item] {
        if targets.isEmpty { return try files.all(broken: broken) }
        return try targets.flatMap { target in
            if Files.exists(target), !Files.isFolder(target) {
                return try files.all(broken: broken).filter {
                    Files.absolute("\(files.root ?? "")/\($0.path)") == Files.absolute(target)
                }
            }
            return try files.files(of: target, broken: broken)
        }
    }

    private func change(_ action: Action, reader: String, files: SecretFiles, context: Context) throws
        -> ExitStatus
    {
        try files.alone(files.root ?? ".") {
            let chosen = try chosen(from: files) { try standsInTheWay($0, error: $1, files: files) }
            var (covered, others) = try CoveredFiles.all(chosen, files)
            guard !covered.isEmpty else {
                throw Failure(
                    "there is no encrypted file under a \(Policy.fileName)",
                    hint: "gx secrets encrypt FILE makes one")
            }
            if !targets.isEmpty {
                covered = try covered.map { try apart($0, files: files, context: context) }
            }
            let change = try ReaderChange(
                action, reader: reader, name: name, covered: covered, isEverywhere: targets.isEmpty,
                files: files, identity: identity)
            for (path, old, bytes) in change.writes { try files.write(bytes, to: path, having: old) }
            try tell(of: change, others: others, context: context)
            return .done
        }
    }

    private func tell(of change: ReaderChange, others: [SecretFiles.Item], context: Context) throws {
        let count = "\(change.files.count) \(change.files.count == 1 ? "file" : "files")"
        try context.note(
            "\(change.action == .add ? "added" : "removed") \(change.recipient), \(count) re-encrypted")
        for item in others where change.action == .remove && item.file.recipients.contains(change.recipient) {
            try context.warn(
                "\(item.path): no rule covers the file, so it stays encrypted for whoever was removed")
        }
        if !change.seen.isEmpty {
            try context.warn("whoever was removed has seen these values; change them where they are used:")
            for key in change.seen { try context.output.print("\(key)") }
        }
    }

    /// A reader that goes must go from all files, a broken one included; but not from those that nothing covers.
    private func standsInTheWay(_ path: String, error: SecretsError, files: SecretFiles) throws {
        let full = "\(files.root ?? "")/\(path)"
        let isMeant =
            targets.isEmpty
            || targets.contains {
                $0 == files.environment(of: full) || Files.absolute($0) == Files.absolute(full)
            }
        let governed = try GoverningPolicy(for: full)
        guard isMeant, governed?.rule != nil else {
            return try files.leaveOut(path, error)
        }
        let told = error.inside(path)
        throw SecretsError(
            told.kind, told.message, at: told.place,
            hint: told.hint ?? "mend the file or take it away, or say which files or environment are meant")
    }

    /// The files under rules that hold for no others: what these share with others is split, if that is wanted.
    private func apart(_ part: CoveredFiles, files: SecretFiles, context: Context) throws -> CoveredFiles {
        try part.apart(in: files) { split in
            let how = "a rule of its own comes before it: path_regex: \(split.pattern)"
            guard !self.split else { return try context.note(Text("\(split.sharing); \(how)")) }
            guard context.prompt.isAvailable else {
                throw Failure(split.sharing, hint: "\(how); say --split to have it so, or leave --in out")
            }
            try context.note(Text(split.sharing))
            guard context.prompt.confirm(Text("\(how). Split the rule?")) == true else {
                throw Failure("nothing was changed")
            }
        }
    }
}
