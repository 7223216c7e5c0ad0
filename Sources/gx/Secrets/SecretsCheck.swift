import ArgumentParser
import Git
import Secrets
import Terminal

struct SecretsCheck: Command {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look for secrets in the clear, and files that are not encrypted as .sops.yaml says.",
        examples: [
            "gx secrets check": "all that would be committed",
            "gx secrets check --staged": "what is staged, as the hook does",
            "gx secrets check --range origin/main..HEAD": "every commit of a branch",
        ],
        discussion: """
            Reads the index: what would be committed; where there is none, as in a bare repository, the commit of HEAD. In a \
            pre-receive hook it reads what the hook is given, and checks every commit that is pushed. Exit status 1 if \
            something is found, 2 if there is nothing to look at. No value is shown, and no secret key is needed. \
            `gx secrets install` makes this the pre-commit hook.

            What may stand in the clear is said with the reason: `gx:allow REASON` in a comment on the line or the line \
            before, `gx:allow-file REASON` in the file, or a line `PATTERN REASON` or `PATTERN#KEY REASON` of .gx/allow.
            """)

    @Flag(help: "Only what is staged.") var staged = false
    @Option(
        help: ArgumentHelp(
            "Every commit of this range, also what a later one takes out again.", valueName: "A..B"))
    var range: String?
    @Flag(help: "The commits that standard input names, as Git tells a pre-receive or pre-push hook.")
    var stdin = false
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if [staged, range != nil, stdin].count(where: { $0 }) > 1 {
            throw ValidationError("--staged, --range and --stdin exclude each other")
        }
    }

    func run(in context: Context) throws -> ExitStatus {
        let files = try CheckedFiles(context.repository, self)
        if let remark = files.remark { try context.note("\(remark)") }
        var seen: Set<CheckedFiles.Item> = []
        var count = 0
        for item in files.items where seen.insert(item.unique).inserted {
            for finding in try files.findings(in: item) {
                count += 1
                let line = finding.line.map { ":\($0)" } ?? ""
                let key = finding.key.map { "\($0): " } ?? ""
                let commit = item.commit.map { " (commit \($0.short))" } ?? ""
                try context.output.print(
                    "\(finding.file)\(line): \(key, .emphasis)\(finding.problem)\(commit)")
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
}
