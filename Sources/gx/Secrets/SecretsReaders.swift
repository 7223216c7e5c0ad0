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
        let chosen = try items(files, broken: files.leaveOut)
        for item in chosen {
            let names = try files.policy(for: "\(files.root ?? ".")/\(item.path)")?.policy.names ?? [:]
            for recipient in item.file.recipients { add(recipient, names, item.path, isPast: false) }
        }
        if past {
            let history = PastReaders(repository: try context.repository)
            var known: [String: [String: String]] = [:]
            for item in chosen {
                let policy = try files.policy(for: "\(files.root ?? ".")/\(item.path)")?.policyPath
                let name = policy.flatMap(files.relative)
                let names = try name.map { try known[$0] ?? history.names(in: $0) } ?? [:]
                if let name { known[name] = names }
                for recipient in try history.recipients(of: item.path) {
                    add(recipient, names, item.path, isPast: true)
                }
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

    private func items(
        _ files: SecretFiles, broken: (String, SecretsError) throws -> Void
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

    // MARK: Changing

    /// A policy, and the files that it covers, each with its rule.
    private struct Covered {
        let policy: Policy
        let policyPath: String
        var files: [(path: String, rule: Int)] = []
    }

    private func change(_ action: Action, _ reader: String, _ files: SecretFiles, _ context: Context) throws
        -> ExitStatus
    {
        // A reader that goes must go from all files, a broken one included; one that no rule covers is nobody's.
        let chosen = try items(files) { path, error in
            let governed = try files.policy(for: "\(files.root ?? ".")/\(path)")
            guard let governed, governed.policy.firstRule(for: governed.path) != nil else {
                return try files.leaveOut(path, error)
            }
            throw error.inside(path)
        }
        let (covered, others) = try cover(chosen, files)
        guard !covered.isEmpty else {
            throw Failure(
                "there is no encrypted file under a \(Policy.fileName)",
                hint: "gx secrets encrypt FILE makes one")
        }
        let names = covered.reduce(into: [:]) { $0.merge($1.policy.names) { first, _ in first } }
        let recipient = names.first { $0.value == reader && action == .remove }?.key ?? reader
        if action == .add { _ = try parseRecipient(recipient) }
        // All files are ready before the first is written.
        var ready: [(path: String, bytes: [UInt8])] = []
        var policies: [(path: String, bytes: [UInt8])] = []
        var seen: [String] = []
        for part in covered {
            let policy = part.policy
            let rules = targets.isEmpty ? Array(policy.rules.indices) : Set(part.files.map(\.rule)).sorted()
            let bytes =
                action == .add
                ? try policy.adding(recipient, name: name, to: rules)
                : try policy.removing(recipient, from: rules)
            if bytes != policy.bytes { policies.append((part.policyPath, bytes)) }
            let changed = try Policy(parsing: bytes)
            for (path, rule) in part.files {
                let open = try files.open(path, identity)
                let isReader = open.file.recipients.contains(recipient)
                guard isReader == (action == .remove) else { continue }
                let encryption = changed.rules[rule].encryption
                let addsOnly = action == .add && encryption.groups.count == 1
                ready.append(
                    (path, try addsOnly ? open.adding(reader: recipient) : open.rotated(to: encryption)))
                if action == .remove { seen += open.file.keys.map { "\(files.shown(path)): \($0.key)" } }
            }
        }
        if action == .remove, policies.isEmpty, ready.isEmpty {
            throw Failure(
                "\(reader) is no reader here",
                hint: names.isEmpty
                    ? "gx secrets readers shows who is"
                    : "those with names are \(Failure.list(names.values.sorted(), "and"))")
        }
        for (path, bytes) in ready + policies { try files.write(bytes, to: path) }
        let count = "\(ready.count) \(ready.count == 1 ? "file" : "files")"
        try context.note("\(action == .add ? "added" : "removed") \(recipient), \(count) re-encrypted")
        for item in others where action == .remove && item.file.recipients.contains(recipient) {
            try context.warn(
                "\(item.path): no rule covers the file, so it stays encrypted for whoever was removed")
        }
        if !seen.isEmpty {
            try context.warn("whoever was removed has seen these values; change them where they are used:")
            for key in seen { try context.output.print("\(key)") }
        }
        return .done
    }

    /// The files by the policies that cover them, and those that no rule covers.
    private func cover(_ items: [SecretFiles.Item], _ files: SecretFiles) throws -> (
        [Covered], [SecretFiles.Item]
    ) {
        var covered: [Covered] = []
        var others: [SecretFiles.Item] = []
        for item in items {
            let path = "\(files.root ?? "")/\(item.path)"
            guard let own = try files.policy(for: path),
                let rule = own.policy.rules.firstIndex(where: { $0.path?.matches(own.path) ?? true })
            else {
                others.append(item)
                continue
            }
            if !covered.contains(where: { $0.policyPath == own.policyPath }) {
                covered.append(Covered(policy: own.policy, policyPath: own.policyPath))
            }
            for index in covered.indices where covered[index].policyPath == own.policyPath {
                covered[index].files.append((path, rule))
            }
        }
        return (covered, others)
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
