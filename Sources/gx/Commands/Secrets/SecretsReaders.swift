import ArgumentParser
import Git
import Secrets
import Terminal
import YAML

struct SecretsReaders: Command {
    static let configuration = CommandConfiguration(
        commandName: "readers",
        abstract: "Show who can read what; add and remove readers.",
        discussion: """
            Names come from the comments in .sops.yaml (or from the anchors there). With --past also those who could read a file at \
            some commit, and so know the values that it had.
            """)

    enum Action: String, ExpressibleByArgument, CaseIterable { case add, remove }

    @Flag(help: "Also show who could in the past.") var past = false
    @Option(help: ArgumentHelp("With `add`: what to call the reader.", valueName: "name")) var name: String?
    @Option(
        name: .customLong("in"),
        help: ArgumentHelp("Only in the rules that hold for this file or environment.", valueName: "env"),
        completion: .environments)
    var targets: [String] = []
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
        return try change(action, reader, files, context)
    }

    // MARK: Showing

    private struct Row {
        let recipient: String
        let name: String
        var now: [String] = []
        var before: [String] = []
    }

    private func show(_ files: SecretFiles, _ context: Context) throws -> ExitStatus {
        var rows: [Row] = []
        func add(_ recipient: String, _ names: [String: String], _ path: String, isPast: Bool) {
            let index = rows.firstIndex { $0.recipient == recipient } ?? rows.count
            if index == rows.count { rows.append(Row(recipient: recipient, name: names[recipient] ?? "")) }
            if isPast {
                if !rows[index].now.contains(path), !rows[index].before.contains(path) {
                    rows[index].before.append(path)
                }
            } else {
                rows[index].now.append(path)
            }
        }
        let chosen = try items(files)
        for item in chosen {
            let names = try files.policy(for: "\(files.root ?? ".")/\(item.path)")?.policy.names ?? [:]
            for recipient in item.file.recipients { add(recipient, names, item.path, isPast: false) }
        }
        for item in past ? chosen : [] {
            let names = try files.policy(for: "\(files.root ?? ".")/\(item.path)")?.policy.names ?? [:]
            for recipient in try history(of: item.path, context) {
                add(recipient, names, item.path, isPast: true)
            }
        }
        let table = Table(
            rows,
            [
                Column("READER") { Text($0.name.isEmpty ? "?" : $0.name, .emphasis) },
                Column("RECIPIENT", minimum: 16, drop: 2) { Text($0.recipient, .faint) },
                Column("READS", minimum: 12) { Text($0.now.joined(separator: ", ")) },
            ]
                + (past
                    ? [
                        Column("READ BEFORE", minimum: 12) {
                            Text($0.before.joined(separator: ", "), .warning)
                        }
                    ] : []))
        try context.answer(table, self.table) {
            .object([
                .init("schema", "gx.secrets.readers/1"),
                .init(
                    "readers",
                    .array(
                        rows.map { row in
                            .object([
                                .init("name", row.name.isEmpty ? .null : .string(row.name)),
                                .init("recipient", .string(row.recipient)),
                                .init("files", .array(row.now.map { .string($0) })),
                                .init("past", .array(row.before.map { .string($0) })),
                            ])
                        })),
            ])
        }
        return .done
    }

    private func items(_ files: SecretFiles) throws -> [SecretFiles.Item] {
        if targets.isEmpty { return try files.all() }
        return try targets.flatMap { target in
            if Files.exists(target), !Files.isFolder(target) {
                return try files.all().filter {
                    Files.absolute("\(files.root ?? "")/\($0.path)") == Files.absolute(target)
                }
            }
            return try files.files(of: target)
        }
    }

    /// Everybody for whom a file was encrypted at some commit of the branch.
    private func history(of path: String, _ context: Context) throws -> [String] {
        let repository = try context.repository
        var recipients: [String] = []
        let log = Subprocess(
            "git", ["log", "--format=%H", "--follow", "--", path], purpose: "read a file's history",
            directory: repository.workTree)
        for line in try log.run().text.split(separator: "\n") {
            guard let id = ObjectID(hex: line),
                let entry = try repository.entry(at: path, inTree: repository.commit(id).tree)
            else { continue }
            guard let file = try? SopsFile(parsing: repository.blob(entry.id), as: FileFormat(path: path))
            else { continue }
            recipients += file.recipients.filter { !recipients.contains($0) }
        }
        return recipients
    }

    // MARK: Changing

    private func change(_ action: Action, _ reader: String, _ files: SecretFiles, _ context: Context) throws
        -> ExitStatus
    {
        let chosen = try items(files)
        guard let first = chosen.first, let root = files.root,
            let governed = try files.policy(for: "\(root)/\(first.path)")
        else {
            throw Failure(
                "there is no encrypted file under a \(Policy.fileName)",
                hint: "gx secrets encrypt FILE makes one")
        }
        let policy = governed.policy
        let recipient = policy.names.first { $0.value == reader && action == .remove }?.key ?? reader
        if action == .add { _ = try parseRecipient(recipient) }
        // The files of this policy, each with its rule.
        var covered: [(path: String, rule: Int)] = []
        for item in chosen {
            guard let own = try files.policy(for: "\(root)/\(item.path)"),
                own.policyPath == governed.policyPath,
                let rule = own.policy.rules.firstIndex(where: { $0.path?.matches(own.path) ?? true })
            else { continue }
            covered.append(("\(root)/\(item.path)", rule))
        }
        let rules = targets.isEmpty ? Array(policy.rules.indices) : Array(Set(covered.map(\.rule))).sorted()
        let bytes =
            action == .add
            ? try policy.adding(recipient, name: name, to: rules)
            : try policy.removing(recipient, from: rules)
        let changed = try Policy(parsing: bytes)
        // All files are ready before the first is written.
        var ready: [(path: String, bytes: [UInt8])] = []
        var seen: [String] = []
        for (path, rule) in covered {
            let open = try files.open(path, identity)
            if action == .add {
                if changed.rules[rule].encryption.groups.count > 1 {
                    ready.append((path, try open.rotated(to: changed.rules[rule].encryption)))
                } else {
                    ready.append((path, try open.adding(reader: recipient)))
                }
            } else if open.file.recipients.contains(recipient) {
                ready.append((path, try open.rotated(to: changed.rules[rule].encryption)))
                seen += open.file.keys.map { "\(path.dropFirst(root.utf8.count + 1)): \($0.key)" }
            }
        }
        for (path, bytes) in ready { try files.write(bytes, to: path) }
        try files.write(bytes, to: governed.policyPath)
        try context.note(
            "\(action == .add ? "added" : "removed") \(recipient), \(ready.count) files re-encrypted")
        if !seen.isEmpty {
            try context.warn("whoever was removed has seen these values; change them where they are used:")
            for key in seen { try context.output.print("\(key)") }
        }
        return .done
    }
}

struct SecretsRotate: Command {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Give files a new data key, for exactly the readers that .sops.yaml lists.")

    @OptionGroup var identity: IdentityOptions
    @Argument(help: "Files or environments.", completion: .environments) var targets: [String]
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let files = try SecretFiles(context)
        var ready: [(path: String, bytes: [UInt8])] = []
        for target in targets {
            let paths =
                Files.exists(target) && !Files.isFolder(target)
                ? [target] : try files.files(of: target).map { "\(files.root ?? "")/\($0.path)" }
            for path in paths {
                let rule = try files.rule(for: path)
                let open = try files.open(path, identity)
                for reader in open.file.recipients where !rule.recipients.contains(reader) {
                    try context.warn("\(path): \(reader) is not in the policy and gets no new key")
                }
                ready.append((path, try open.rotated(to: rule)))
            }
        }
        for (path, bytes) in ready { try files.write(bytes, to: path) }
        return .done
    }
}
