import ArgumentParser
import Git
import Secrets
import System
import Terminal

struct SecretsCheck: Command {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look for secrets in the clear, and files that are not encrypted as .sops.yaml says.",
        examples: [
            "gx secrets check": "all that would be committed",
            "gx secrets check --staged": "what is staged, as the hook does",
            "gx secrets check --range origin/main..HEAD": "every commit of a branch",
            "gx secrets check -o junit --out secrets.xml": "as a report that a CI service shows",
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
    @OptionGroup var answer: AnswerOptions<CheckFormat>
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if [staged, range != nil, stdin].count(where: { $0 }) > 1 {
            throw ValidationError("--staged, --range and --stdin exclude each other")
        }
    }

    func run(in context: Context) throws -> ExitStatus {
        let files = try CheckedFiles(context.repository, scope())
        if let remark = files.remark { try context.note("\(remark)") }
        var report = PlaintextReport()
        try files.forEachFinding { item, finding in
            report.add(finding, in: item)
            // Each line as it is found.
            if answer.isForPeople { try context.output.print(item.words(for: finding)) }
        }
        if staged {
            for (path, key) in try unsettled(context) {
                report.add(open: key, in: path)
                guard answer.isForPeople else { continue }
                try context.output.print("\(path): \(key, .emphasis): \(PlaintextReport.unsettled)")
            }
        }
        if !answer.isForPeople {
            try context.answer(report.table, format: answer.format, out: answer.out) {
                report.json
            } junit: {
                report.junit
            }
        }
        for line in report.annotations { context.errors.draw(line + "\n") }
        return report.isEmpty ? .done : .no
    }

    private func scope() throws -> CheckedFiles.Scope {
        if let range { return .range(range) }
        // Git sets this where it asks a hook whether to take what is pushed.
        let isReceiving = ProcessEnvironment()["GIT_QUARANTINE_PATH"] != nil
        if stdin || isReceiving && !staged { return try .standardInput() }
        return staged ? .staged : .index
    }

    /// Tells what a merge left open: the file holds one side's value, which nothing in it shows.
    private func unsettled(_ context: Context) throws -> [(path: String, key: String)] {
        try OpenConflicts(SecretFiles(context)).live().flatMap { entry in
            entry.keys.map { (entry.path, $0) }
        }
    }
}

extension CheckedFiles.Item {
    /// The line that tells of a finding. No value is in it.
    func words(for finding: PlaintextCheck.Finding) -> Text {
        let line = finding.line.map { ":\($0)" } ?? ""
        let key = finding.key.map { "\($0): " } ?? ""
        let commit = commit.map { " (commit \($0.short))" } ?? ""
        return "\(finding.file)\(line): \(key, .emphasis)\(finding.problem)\(commit)"
    }
}
