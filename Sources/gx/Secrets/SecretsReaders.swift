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

    // MARK: Showing

    private struct Row {
        let recipient: String
        let name: String
        var now: [String] = []
        var before: [String] = []
    }

    private func show(_ files: SecretFiles, _ context: Context) throws -> ExitStatus {
        var rows: [Row] = []
        func add(_ recipient: String, names: [String: String], path: String, isPast: Bool) {
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
            for recipient in item.file.recipients {
                add(recipient, names: names, path: item.path, isPast: false)
            }
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
                    add(recipient, names: names, path: item.path, isPast: true)
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
                Schema.readers.field,
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
        var policy: Policy
        let policyPath: String
        /// From the root, and from the policy's folder.
        var files: [(path: String, relative: String, rule: Int)] = []
        let old: [UInt8]
    }

    private func change(_ action: Action, reader: String, files: SecretFiles, context: Context) throws
        -> ExitStatus
    {
        try files.alone(files.root ?? ".") {
            let chosen = try items(files) { try standsInTheWay($0, error: $1, files: files) }
            let (covered, others) = try cover(chosen, files)
            guard !covered.isEmpty else {
                throw Failure(
                    "there is no encrypted file under a \(Policy.fileName)",
                    hint: "gx secrets encrypt FILE makes one")
            }
            return try change(
                action, reader: reader,
                covered: targets.isEmpty
                    ? covered : covered.map { try apart($0, files: files, context: context) },
                others: others,
                files: files, context: context)
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
        let governed = try files.policy(for: full)
        guard isMeant, governed.map({ $0.policy.ruleIndex(for: $0.path) != nil }) ?? false else {
            return try files.leaveOut(path, error)
        }
        let told = error.inside(path)
        throw SecretsError(
            told.kind, told.message, at: told.place,
            hint: told.hint ?? "mend the file or take it away, or say which files or environment are meant")
    }

    /// The files under rules that hold for no others: what these share with others is split, if that is wanted.
    private func apart(_ part: Covered, files: SecretFiles, context: Context) throws -> Covered {
        var part = part
        let folder = part.policyPath.dropLast(Policy.fileName.count)
        let prefix = files.relative(String(folder) + "x").map { $0.dropLast() } ?? ""
        func inPolicy(_ path: String) -> String? {
            path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : nil
        }
        let own = Set(part.files.map(\.relative))
        let encrypted = try files.all { _, _ in }.compactMap { inPolicy($0.path) }.filter {
            !own.contains($0)
        }
        var paths: [String]?
        for rule in Set(part.files.map(\.rule)).sorted(by: >) {
            let chosen = part.files.filter { $0.rule == rule }.map(\.relative)
            var sharing = encrypted.filter { part.policy.ruleIndex(for: $0) == rule }
            // Environments that have no secret yet would share it as well.
            for path in chosen {
                let twins = files.twins(of: prefix + path).compactMap { inPolicy($0.path) }
                sharing += twins.filter {
                    !own.contains($0) && !sharing.contains($0) && part.policy.ruleIndex(for: $0) == rule
                }
            }
            guard !sharing.isEmpty else { continue }
            let known = try paths ?? files.everyPath().compactMap(inPolicy)
            paths = known
            let others = Set(known + sharing).subtracting(own)
            let split = try part.policy.splitting(rule, for: chosen, besides: Array(others))
            let shared =
                "the rule at line \(part.policy.rules[rule].line) of \(files.shown(part.policyPath)) is also for "
            let what =
                shared + "\(Array(sharing.sorted().prefix(3)).listed("and"))"
                + (sharing.count > 3 ? " and \(sharing.count - 3) more" : "")
            let how = "a rule of its own comes before it: path_regex: \(split.pattern)"
            if !self.split {
                guard context.prompt.isAvailable else {
                    throw Failure(what, hint: "\(how); say --split to have it so, or leave --in out")
                }
                try context.note(Text(what))
                guard context.prompt.confirm(Text("\(how). Split the rule?")) == true else {
                    throw Failure("nothing was changed")
                }
            } else {
                try context.note(Text("\(what); \(how)"))
            }
            part.policy = split.policy
        }
        part.files = part.files.map { file in
            (file.path, file.relative, part.policy.ruleIndex(for: file.relative) ?? file.rule)
        }
        return part
    }

    private func change(
        _ action: Action, reader: String, covered: [Covered], others: [SecretFiles.Item],
        files: SecretFiles,
        context: Context
    ) throws -> ExitStatus {
        let names = covered.reduce(into: [:]) { $0.merge($1.policy.names) { first, _ in first } }
        let recipient = names.first { $0.value == reader && action == .remove }?.key ?? reader
        if action == .add { _ = try parseRecipient(recipient) }
        // All files are ready before the first is written.
        var ready: [(path: String, old: [UInt8], bytes: [UInt8])] = []
        var policies: [(path: String, old: [UInt8], bytes: [UInt8])] = []
        var seen: [String] = []
        let history = files.root == nil ? nil : PastReaders(repository: try context.repository)
        for part in covered {
            let policy = part.policy
            let rules = targets.isEmpty ? Array(policy.rules.indices) : Set(part.files.map(\.rule)).sorted()
            let isIn = rules.contains { policy.rules[$0].encryption.recipients.contains(recipient) }
            var bytes = part.old
            if isIn == (action == .remove) || action == .add {
                bytes =
                    action == .add
                    ? try policy.adding(recipient, name: name, to: rules)
                    : try policy.removing(recipient, from: rules)
            }
            if bytes != part.old { policies.append((part.policyPath, part.old, bytes)) }
            let changed = try Policy(parsing: bytes)
            for (path, relative, _) in part.files {
                let open = try files.open(path, identity)
                let isReader = open.file.recipients.contains(recipient)
                guard isReader == (action == .remove) else { continue }
                let encryption = try changed.rule(for: relative).encryption
                let addsOnly = action == .add && encryption.groups.count == 1
                ready.append(
                    (
                        path, open.file.bytes,
                        try addsOnly ? open.adding(reader: recipient) : open.rotated(to: encryption)
                    ))
                guard action == .remove else { continue }
                let keys = open.keys
                let now = keys.secrets.map { keys.label(of: $0) }
                let before =
                    try history?.keys(readBy: recipient, in: files.shown(path)).filter { !now.contains($0) }
                    ?? []
                seen += now.map { "\(files.shown(path)): \($0)" }
                seen += before.map { "\(files.shown(path)): \($0) (not there any more)" }
            }
        }
        if action == .remove, policies.isEmpty, ready.isEmpty {
            throw Failure(
                "\(reader) is no reader here",
                hint: names.isEmpty
                    ? "gx secrets readers shows who is"
                    : "those with names are \(names.values.sorted().listed("and"))")
        }
        for (path, old, bytes) in ready + policies { try files.write(bytes, to: path, having: old) }
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
            guard let own = try files.policy(for: path), let rule = own.policy.ruleIndex(for: own.path) else {
                others.append(item)
                continue
            }
            if !covered.contains(where: { $0.policyPath == own.policyPath }) {
                covered.append(Covered(policy: own.policy, policyPath: own.policyPath, old: own.policy.bytes))
            }
            for index in covered.indices where covered[index].policyPath == own.policyPath {
                covered[index].files.append((path, own.path, rule))
            }
        }
        return (covered, others)
    }
}

struct SecretsRotate: Command {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Give files a new data key, for exactly the readers that .sops.yaml lists.",
        examples: [
            "gx secrets rotate prod": "a new data key for an environment",
            "gx secrets rotate envs/prod/secrets.yaml": "for one file",
            "gx secrets rotate staging prod -i key.txt": "with the keys of a file",
        ])

    @OptionGroup var identity: IdentityOptions
    @Argument(help: "Files or environments.", completion: .environments) var targets: [String]
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let files = try SecretFiles(context)
        let paths = try targets.flatMap(files.paths)
        try files.alone(paths.first ?? ".") {
            var ready: [(path: String, old: [UInt8], bytes: [UInt8])] = []
            for path in paths {
                let rule = try files.rule(for: path)
                let open = try files.open(path, identity)
                for reader in open.file.recipients where !rule.recipients.contains(reader) {
                    try context.warn("\(path): \(reader) is not in the policy and gets no new key")
                }
                ready.append((path, open.file.bytes, try open.rotated(to: rule)))
            }
            for (path, old, bytes) in ready { try files.write(bytes, to: path, having: old) }
        }
        return .done
    }
}
