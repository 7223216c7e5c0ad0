import ArgumentParser
import Git
import Ledger
import System
import Terminal

/// Records what history does not say: of a build, of a deployment, of issues.
struct TraceRecord: Command {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "Record a build, how a deployment ended, or issues.",
        examples: [
            "gx trace record --image ghcr.io/acme/api:1.4.2 --source .":
                "a build, with the issues of its commits",
            "gx trace record --env prod --outcome succeeded": "how a deployment ended",
            "gx trace record --issue PROJ-7 --title 'Pay by invoice'": "what an issue is about",
        ],
        usage: """
            gx trace record --image <image> [--source <dir>] [<options>]
            gx trace record --env <env> --outcome <outcome> [<options>]
            gx trace record --issue <key> [--title <title>] [<options>]
            gx trace record --issues <file>
            """,
        discussion: """
            Records are notes of this repository. The same record twice is one, and 'gx trace sync' exchanges them \
            with the remote. In a job of GitHub Actions, GitLab CI, Jenkins or Azure Pipelines, the pipeline is known.
            """)

    @Option(help: ArgumentHelp("The image that was built, with its tag.", valueName: "image"))
    var image: String?

    @Option(help: ArgumentHelp("The image's digest.", valueName: "digest"))
    var digest: String?

    @Option(
        help: ArgumentHelp("The repository that it was built from.", valueName: "dir"), completion: .directory
    )
    var source: String?

    @Option(
        help: ArgumentHelp(
            "The commit that was built, or that deployed; by default what is checked out.",
            valueName: "commit"))
    var commit: String?

    @Option(help: ArgumentHelp("The release before: a commit or tag of the source.", valueName: "revision"))
    var previous: String?

    @Option(help: ArgumentHelp("An issue that the build contains, or that is recorded.", valueName: "key"))
    var issue: [String] = []

    @Option(help: ArgumentHelp("A pull request that the build contains.", valueName: "number"))
    var pr: [String] = []

    @Option(help: ArgumentHelp("The pipeline's number or address.", valueName: "pipeline"))
    var pipeline: String?

    @Option(
        help: ArgumentHelp(
            "The result of a test or a scan: NAME=RESULT[,URL], RESULT is passed, failed or unknown.",
            valueName: "check"))
    var check: [CheckResult] = []

    @Option(
        help: ArgumentHelp("The environment that was deployed to.", valueName: "env"),
        completion: .environments)
    var env: String?

    @Option(
        help: ArgumentHelp("The app; by default all that the commit deployed.", valueName: "app"),
        completion: .apps)
    var app: String?

    @Option(
        help: ArgumentHelp("How the deployment ended.", valueName: "outcome"),
        completion: .list(Outcome.allCases.map(\.rawValue)))
    var outcome: Outcome?

    @Option(help: ArgumentHelp("When it was live, in any form that git takes.", valueName: "time"))
    var at: String?

    @Option(help: ArgumentHelp("Why it ended so.", valueName: "text"))
    var reason: String?

    @Option(help: ArgumentHelp("The issue's title.", valueName: "text"))
    var title: String?

    @Option(help: ArgumentHelp("The issue's address.", valueName: "url"))
    var url: String?

    @Option(help: ArgumentHelp("Whether the issue is a feature or a bug.", valueName: "kind"))
    var kind: IssueRecord.Kind?

    @Option(help: ArgumentHelp("The issue's status, as the tracker calls it.", valueName: "status"))
    var status: String?

    @Option(
        help: ArgumentHelp("The version or commit that brought a bug in.", valueName: "version"))
    var introduced: String?

    @Option(
        help: ArgumentHelp(
            "Record the issues of this file, JSON objects, one a line; '-' is standard input.",
            valueName: "file"), completion: .file())
    var issues: String?

    @Flag(help: "Push the records, as 'gx trace sync' does.")
    var push = false

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        let subjects: [(String, Bool)] = [
            ("--image", image != nil), ("--env", env != nil), ("--issues", issues != nil),
            ("--issue", image == nil && !issue.isEmpty),
        ]
        let given = subjects.filter(\.1).map(\.0)
        guard let subject = given.first else {
            throw ValidationError("Say what to record: --image, --env, --issue or --issues.")
        }
        guard given.count == 1 else {
            throw ValidationError("\(given[0]) and \(given[1]) are records of their own: make one each.")
        }
        let others: [(String, Bool, Set<String>)] = [
            ("--digest", digest != nil, ["--image"]), ("--source", source != nil, ["--image"]),
            ("--commit", commit != nil, ["--image", "--env"]), ("--previous", previous != nil, ["--image"]),
            ("--pr", !pr.isEmpty, ["--image"]), ("--pipeline", pipeline != nil, ["--image", "--env"]),
            ("--check", !check.isEmpty, ["--image", "--env"]), ("--app", app != nil, ["--env"]),
            ("--outcome", outcome != nil, ["--env"]), ("--at", at != nil, ["--env"]),
            ("--reason", reason != nil, ["--env"]), ("--title", title != nil, ["--issue"]),
            ("--url", url != nil, ["--issue"]), ("--kind", kind != nil, ["--issue"]),
            ("--status", status != nil, ["--issue"]), ("--introduced", introduced != nil, ["--issue"]),
        ]
        if let stray = others.first(where: { $0.1 && !$0.2.contains(subject) }) {
            throw ValidationError("\(stray.0) does not go with \(subject).")
        }
        if env != nil, outcome == nil { throw ValidationError("--env needs --outcome.") }
        if subject == "--issue", issue.count > 1 {
            throw ValidationError("Issues are recorded one by one, or with --issues.")
        }
    }

    func run(in context: Context) throws -> ExitStatus {
        let recorder = Recorder(context)
        let repository: Repository
        if let image {
            repository = try recorder.record(build(of: image, context), of: self)
        } else if let env, let outcome {
            repository = try recorder.record(outcome, of: env, self)
        } else if let key = issue.first {
            repository = try recorder.record([
                IssueRecord(
                    key: key, title: title, kind: kind, url: url, status: status, introduced: introduced)
            ])
        } else {
            repository = try recorder.record(IssueExport.read(Recorder.lines(of: issues ?? "-")))
        }
        if push {
            let sync = try NotesSync(repository, remote: nil)
            try context.note(sync.summary(try sync.run()))
        } else if try !repository.remotes.isEmpty {
            try context.note("'gx trace sync' shares it")
        }
        return .done
    }

    private func build(of image: String, _ context: Context) throws -> ArtifactRecord {
        guard let reference = ArtifactRecord(named: image, digest: digest) else {
            throw Failure("'\(image)' names no version", hint: "write it with its tag: registry/name:tag")
        }
        var record = reference
        let variables = BuildVariables(in: try context.repository.environment)
        record.repository = variables.repository
        record.issues = issue
        record.pullRequests = (pr + [variables.pullRequest].compactMap(\.self)).map {
            $0.hasPrefix("#") ? String($0.dropFirst()) : $0
        }
        record.checks = check
        record.pipeline =
            try pipeline.map(Pipeline.init(named:)) ?? Pipeline.current(in: context.repository.environment)
        if source == nil {
            record.commit = commit ?? variables.commit
            record.previous = previous
        }
        return record
    }
}
