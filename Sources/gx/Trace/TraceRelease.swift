import ArgumentParser
import Git
import Ledger
import Manifests
import System
import Terminal
import YAML

/// Shows what is in a version, commit by commit and issue by issue.
struct TraceRelease: Command {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Show what is in a version, commit by commit and issue by issue.",
        examples: [
            "gx trace release 1.4.2 --app api": "what is in a version, against the one before",
            "gx trace release ghcr.io/acme/api:1.4.2": "the same, by its image",
            "gx trace release 1.4.2 --app api -o markdown --out notes.md": "as release notes",
        ],
        discussion: """
            It is compared with the version that ran before it. What is in it is known from the source repository, \
            where gx.yaml names one, else from the records of builds, else from the history of the manifests.
            """)

    @Argument(help: ArgumentHelp("A version, or an image with its version.", valueName: "version"))
    var version: String

    @Option(
        help: ArgumentHelp("The app, where several run the version.", valueName: "app"), completion: .apps)
    var app: String?

    @OptionGroup var table: TableOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let ledger = try context.ledger()
        try context.noteAssumptions()
        let subject = try ledger.subject(version, in: context.repository)
        let found = ledger.firstDeployments(of: subject).filter {
            Glob.includes(app, ledger[$0.number].app)
        }
        guard let first = found.first else {
            throw Failure(
                "'\(version)' is no version that ran anywhere", hint: "'gx trace log' shows those that did",
                status: .no)
        }
        let apps = Set(found.map { ledger[$0.number].app })
        guard apps.count == 1 else {
            throw Failure(
                "\(apps.count) apps ran \(version)", hint: "say --app \(apps.sorted().listed("or"))")
        }
        let release = try ledger.release(first.pin, broughtBy: first.number)
        try show(release, ledger: ledger, context: context)
        return release.unknown == nil ? .done : .cannotTell
    }

    private func show(_ release: Release, ledger: Ledger, context: Context) throws {
        let issues = try release.issues.map { try ledger.evidence?.issue($0) ?? IssueRecord(key: $0) }
        let commits = Table(
            release.commits,
            [
                Column("COMMIT") { Text(String($0.id.prefix(9)), .commit) },
                Column("TIME") { Text(String($0.time.prefix(16)).replacing("T", with: " ")) },
                Column("AUTHOR", minimum: 8, drop: 1) { Text($0.author) },
                Column("ISSUES", minimum: 8) { Text($0.issues.joined(separator: " ")) },
                Column("SUBJECT", minimum: 16) { commit in
                    Text(commit.subject + (commit.fate.remark ?? ""))
                },
            ])
        guard table.format == .table, table.out == nil else {
            return try context.answer(commits, table) { json(release, issues) }
        }
        let pin = release.pin
        var line: Text = "\(pin.artifact) \(pin.version, .version)"
        if let since = release.since { line += ", since \(since, .version)" }
        if release.count > 0 { line += ": \(release.count) \(release.count == 1 ? "commit" : "commits")" }
        try context.output.print(line)
        for issue in issues {
            try context.output.print(
                "  \(issue.key, .emphasis)\(issue.title == nil ? "" : ": ")\(issue.summary)")
        }
        for key in release.removed { try context.output.print("  \(key, .emphasis) is taken back") }
        if !release.commits.isEmpty {
            try context.output.print("")
            try context.output.print(commits)
        }
        if release.count > release.commits.count {
            try context.note("the newest \(release.commits.count) of \(release.count) commits are listed")
        }
        try context.note(
            Text("as \(release.basis.rawValue) \(release.basis == .records ? "say" : "says")", .faint))
        if let unknown = release.unknown { try context.warn("cannot tell all of it: \(unknown)") }
    }

    private func json(_ release: Release, _ issues: [IssueRecord]) -> JSON {
        .object([
            Schema.release.field, JSON.Field("artifact", .string(release.pin.artifact)),
            JSON.Field("version", .string(release.pin.version)),
            JSON.Field("since", release.since.map { .string($0) } ?? .null),
            JSON.Field("basis", .string("\(release.basis)")), JSON.Field("count", .int(release.count)),
            JSON.Field(
                "commits",
                .array(
                    release.commits.map { commit in
                        .object([
                            JSON.Field("id", .string(commit.id)), JSON.Field("time", .string(commit.time)),
                            JSON.Field("author", .string(commit.author)),
                            JSON.Field("subject", .string(commit.subject)),
                            JSON.Field("issues", .array(commit.issues.map { .string($0) })),
                            JSON.Field("fate", .string(commit.fate.rawValue)),
                        ])
                    })),
            JSON.Field("issues", .array(issues.map(\.json))),
            JSON.Field("removed", .array(release.removed.map { .string($0) })),
            JSON.Field("pullRequests", .array(release.pullRequests.map { .string($0) })),
            JSON.Field("unknown", release.unknown.map { .string($0) } ?? .null),
        ])
    }
}

extension ReleaseContents.Fate {
    /// Behind a commit's subject.
    fileprivate var remark: String? {
        switch self {
        case .kept: nil
        case .reverted: " (reverted)"
        case .revert: " (takes another one back)"
        case .picked: " (was there before, as another commit)"
        }
    }
}
