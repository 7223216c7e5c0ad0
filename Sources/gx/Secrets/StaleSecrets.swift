import Git
import Secrets
import System
import Terminal
import YAML

/// Values that have not changed since somebody could read them who cannot any more.
struct StaleSecrets {
    private struct Row {
        let file: String
        let key: String
        var knownTo: [String]
    }

    private let files: SecretFiles
    private let identity: IdentityOptions

    init(_ files: SecretFiles, _ identity: IdentityOptions) {
        self.files = files
        self.identity = identity
    }

    func list(_ items: [SecretFiles.Item], _ options: TableOptions) throws -> ExitStatus {
        let context = files.context
        var rows: [Row] = []
        var isCertain = true
        for item in items {
            do {
                rows += try stale(item)
            } catch let error as SecretsError {
                isCertain = false
                try context.warn("\(item.path): cannot tell: \(error.message)")
            }
        }
        let table = Table(
            rows,
            [
                Column("FILE", minimum: 12) { Text($0.file, .faint) },
                Column("KEY", minimum: 12) { Text($0.key) },
                Column("KNOWN TO", minimum: 12) { Text($0.knownTo.joined(separator: ", "), .warning) },
            ])
        try context.answer(table, options) {
            .object([
                Schema.staleSecrets.field,
                .init(
                    "keys",
                    .array(
                        rows.map {
                            .object([
                                .init("file", .string($0.file)), .init("key", .string($0.key)),
                                .init("knownTo", .array($0.knownTo.map { .string($0) })),
                            ])
                        })),
            ])
        }
        return rows.isEmpty ? (isCertain ? .done : .cannotTell) : .no
    }

    /// What everybody knows who is gone: the values of the newest version that they could read.
    private func stale(_ item: SecretFiles.Item) throws -> [Row] {
        let path = "\(files.root ?? "")/\(item.path)"
        let history = PastReaders(repository: try files.context.repository)
        var gone = Set(item.file.recipients)
        var now: OpenFile?
        var rows: [Row] = []
        var readerNames: [String: String]?
        for bytes in try history.versions(of: item.path, following: true) {
            guard let file = try? SopsFile(parsing: bytes, as: item.file.format), file.isEncrypted else {
                continue
            }
            let readers = file.recipients.filter { gone.insert($0).inserted }
            guard !readers.isEmpty else { continue }
            let current = try now ?? files.open(path, identity)
            now = current
            let known = try readerNames ?? names(for: path, history)
            readerNames = known
            let past = try files.open(path, bytes: bytes, options: identity)
            let told = readers.map { known[$0] ?? $0 }
            for label in try current.unchanged(since: past) {
                if let index = rows.firstIndex(where: { $0.key == label }) {
                    rows[index].knownTo += told.filter { !rows[index].knownTo.contains($0) }
                } else {
                    rows.append(Row(file: item.path, key: label, knownTo: told))
                }
            }
        }
        return rows
    }

    private func names(for path: String, _ history: PastReaders) throws -> [String: String] {
        guard let policy = try GoverningPolicy(for: path) else { return [:] }
        var names = policy.policy.names
        if let name = files.relative(policy.policyPath) {
            try names.merge(history.names(in: name)) { newer, _ in newer }
        }
        return names
    }
}
