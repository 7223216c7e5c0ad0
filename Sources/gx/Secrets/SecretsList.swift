import ArgumentParser
import Manifests
import Secrets
import System
import Terminal
import YAML

struct SecretsList: Command {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show which keys are set in which environment.",
        examples: [
            "gx secrets list": "which keys each environment has",
            "gx secrets list staging prod --missing": "which are missing somewhere",
            "gx secrets list --stale": "which somebody knows who may not read them any more",
        ],
        discussion:
            "Needs no secret key, but for --stale: names are not encrypted. With --missing, only keys that some environment lacks."
    )

    @Flag(help: "Only keys that are missing somewhere; exit status 1 if there are any.") var missing = false
    @Flag(
        help: "Only values that somebody knows who cannot read them any more; exit status 1 if there are any."
    )
    var stale = false
    @OptionGroup var identity: IdentityOptions
    @OptionGroup var table: TableOptions
    @Argument(help: "The environments; all of them by default.", completion: .environments) var environments:
        [String] = []
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let files = try SecretFiles(context)
        let items = try files.all()
        if items.isEmpty {
            try context.note("there are no encrypted files yet: gx secrets encrypt FILE makes one")
        }
        let known = order(items, files.configuration)
        let wanted =
            environments.isEmpty
            ? known
            : try known.filter(
                Set(environments.flatMap { try members($0, known: known, files: files) }).contains)
        if stale {
            return try StaleSecrets(files, identity).list(
                items.filter { wanted.contains($0.environment ?? "-") }, table)
        }
        let contents = items.map {
            SecretTable.Contents(environment: $0.environment ?? "-", file: $0.family, sops: $0.file)
        }
        let secrets = SecretTable(environments: wanted, contents)
        let rows = missing ? secrets.rows.filter { $0.states.contains(.missing) } : secrets.rows
        let columns =
            [
                Column<SecretTable.Row>("FILE", minimum: 12) { Text($0.file, .faint) },
                Column("KEY", minimum: 12) { Text($0.key) },
            ]
            + wanted.indices.map { index in Column(wanted[index]) { Self.cell($0.states[index]) } }
        try context.answer(Table(rows, columns), table) { Self.json(rows, wanted) }
        return missing && !rows.isEmpty ? .no : .done
    }

    /// An environment, or those of a group.
    private func members(_ name: String, known: [String], files: SecretFiles) throws -> [String] {
        if known.contains(name) { return [name] }
        let group = files.configuration?.environments.map(\.environment).filter { $0.group == name } ?? []
        let members = group.map(\.name).filter(known.contains)
        guard !members.isEmpty else {
            throw Failure(
                "\(name) has no encrypted files", hint: "those that do are \(known.listed("and"))")
        }
        return members
    }

    /// In the order of gx.yaml.
    private func order(_ items: [SecretFiles.Item], _ configuration: Configuration?) -> [String] {
        let found = Set(items.map { $0.environment ?? "-" })
        let declared = configuration?.environments.map(\.environment.name) ?? []
        return declared.filter(found.contains) + found.subtracting(declared).sorted()
    }

    private static func cell(_ state: SecretTable.State) -> Text {
        switch state {
        case .set: Text("set", .success)
        case .empty: Text("empty", .warning)
        case .missing: Text("missing", .failure)
        }
    }

    private static func json(_ rows: [SecretTable.Row], _ environments: [String]) -> JSON {
        let items = rows.map { row in
            JSON.object([
                .init("file", .string(row.file)), .init("key", .string(row.key)),
                .init(
                    "environments", .object(zip(environments, row.states).map { .init($0, .string("\($1)")) })
                ),
            ])
        }
        return .object([Schema.secrets.field, .init("keys", .array(items))])
    }
}
