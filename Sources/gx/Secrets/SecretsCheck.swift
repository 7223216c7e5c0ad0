import ArgumentParser
import Git
import Secrets
import Terminal

struct SecretsCheck: Command {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look for secrets in the clear, and files that are not encrypted as .sops.yaml says.",
        discussion: """
            Reads the index: what would be committed. Exit status 1 if something is found. No value is shown, and no secret key \
            is needed. `gx secrets install` makes this the pre-commit hook.
            """)

    @Flag(help: "Only what is staged.") var staged = false
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let repository = try context.repository
        let index = try repository.index().filter(\.isRegular)
        let policies = try policies(index, repository)
        var entries = index
        if staged {
            let changes = try repository.stagedChanges().filter(\.isRegular)
            // Another policy changes what is right for every file.
            if !changes.contains(where: { Self.isPolicy($0.path) }) { entries = changes }
        }
        var count = 0
        for entry in entries {
            let governed = Self.policy(for: entry.path, policies)
            let findings = PlaintextCheck.findings(
                in: try repository.blob(entry.id), file: entry.path, path: governed?.path ?? entry.path,
                policy: governed?.policy)
            for finding in findings {
                count += 1
                let line = finding.line.map { ":\($0)" } ?? ""
                let key = finding.key.map { "\($0): " } ?? ""
                try context.output.print("\(finding.file)\(line): \(key, .emphasis)\(finding.problem)")
            }
        }
        if staged { count += try unsettled(context) }
        return count == 0 ? .done : .no
    }

    /// Tells what a merge left open: the file holds one side's value, which nothing in it shows.
    private func unsettled(_ context: Context) throws -> Int {
        let conflicts = try OpenConflicts(SecretFiles(context)).live()
        for entry in conflicts {
            for key in entry.keys {
                try context.output.print(
                    "\(entry.path): \(key, .emphasis): both sides of the merge changed it; gx secrets resolve settles it"
                )
            }
        }
        return conflicts.count
    }

    private static func isPolicy(_ path: String) -> Bool {
        path.split(separator: "/").last.map(String.init) == Policy.fileName
    }

    /// All policies of the index, by their folders.
    private func policies(_ index: [IndexEntry], _ repository: Repository) throws -> [String: Policy] {
        var policies: [String: Policy] = [:]
        for entry in index where Self.isPolicy(entry.path) {
            do {
                policies[String(entry.path.dropLast(Policy.fileName.utf8.count))] = try Policy(
                    parsing: repository.blob(entry.id))
            } catch let error as SecretsError {
                throw error.inside(entry.path)
            }
        }
        return policies
    }

    /// The policy of the nearest folder above.
    private static func policy(for path: String, _ policies: [String: Policy]) -> (
        policy: Policy, path: String
    )? {
        var folder = path[...]
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            if let policy = policies["\(folder)/"] {
                return (policy, String(path.dropFirst(folder.count + 1)))
            }
        }
        return policies[""].map { ($0, path) }
    }
}
