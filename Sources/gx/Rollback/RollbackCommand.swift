import ArgumentParser
import Delivery
import Manifests

struct RollbackCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Give an environment what it had before, and keep what it leaves out.",
        examples: [
            "gx rollback api --in prod-eu --reason 'guests cannot check out'":
                "to what ran before, and why",
            "gx rollback api --in prod --before PROJ-112 --with-config":
                "to just before an issue was shipped, with the configuration of then",
            "gx rollback --all --in qa --to '@{last friday 17:00}'":
                "a whole environment, as it was",
            "gx rollback web --in prod --image proxy": "one image of an app; the others stay",
            "gx rollback --unhold api --in prod-eu": "let the version in again",
        ],
        usage: """
            gx rollback [<app> ...] --in <env> [--to <revision> | --before <issue>] [<options>]
            gx rollback --holds | --unhold <app> [<version>] [--in <env>] | --reject <app> <version> [--in <env>]
            """,
        discussion: """
            Writes the versions that ran before as a new commit, and pushes. Other environments and apps keep what \
            they have. The versions that are left are held: gx promote refuses them until the hold is lifted. \
            --dry-run shows the plan, and the patch that `git apply` takes.
            """)

    @OptionGroup(title: "Global options") var global: GlobalOptions
    @OptionGroup var table: TableOptions

    @Argument(help: ArgumentHelp("The apps to roll back.", valueName: "app"), completion: .apps)
    var apps: [String] = []

    @Flag(help: "Roll back all apps, to a state that the environment had.")
    var all = false

    @Option(
        name: .customLong("in"),
        help: ArgumentHelp("The environment or group to roll back.", valueName: "env"),
        completion: .environments)
    var environment: String?

    @Option(
        help: ArgumentHelp(
            "What to go back to: a version, a commit, ~3, @{last friday}, or an issue when it was shipped.",
            valueName: "revision"))
    var to: String?

    @Option(
        help: ArgumentHelp(
            "Go back to just before this issue, or pr:432, was shipped there.", valueName: "issue"))
    var before: String?

    @Option(
        help: ArgumentHelp(
            "Roll back this image, chart or source of the app alone; may be given several times.",
            valueName: "name"))
    var image: [String] = []

    @Flag(help: "Bring configuration back, too: what `promote:` names, else the app's own files.")
    var withConfig = false

    @Flag(help: "Leave files as they are that moved along with the promotions that are left.")
    var versionOnly = false

    @Option(help: ArgumentHelp("Why: it stands in the commit, and with the hold.", valueName: "text"))
    var reason: String?

    @Flag(help: "Do not hold the versions that are left.")
    var noHold = false

    @Flag(help: "List the versions that are held.")
    var holds = false

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Lift the holds on an app, or on one version, and let bots go on.", valueName: "app version"),
        completion: .apps)
    var unhold: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Hold a version everywhere, before it gets there.", valueName: "app version"),
        completion: .apps)
    var reject: [String] = []

    @OptionGroup var publishing: PublishingOptions

    func validate() throws {
        let acts = [holds, !unhold.isEmpty, !reject.isEmpty].filter { $0 }.count
        if acts > 1 { throw ValidationError("--holds, --unhold and --reject are different commands.") }
        if acts == 1,
            !apps.isEmpty || all || to != nil || before != nil || !image.isEmpty || withConfig || versionOnly
                || noHold
        {
            throw ValidationError("--holds, --unhold and --reject roll nothing back.")
        }
        if !reject.isEmpty, reject.count != 2 {
            throw ValidationError("--reject takes an app and a version.")
        }
        if unhold.count > 2 { throw ValidationError("--unhold takes an app and a version.") }
        if acts == 0, environment == nil { throw ValidationError("Say which environment with --in.") }
        if all, !apps.isEmpty { throw ValidationError("--all goes without names of apps.") }
        if withConfig, versionOnly {
            throw ValidationError("--with-config and --version-only contradict each other.")
        }
        if !image.isEmpty, withConfig {
            throw ValidationError("--with-config is about whole apps, and --image about a part of one.")
        }
        if let one = image.first(where: { $0.contains("=") || $0.isEmpty }) {
            throw ValidationError(
                one.isEmpty
                    ? "--image needs a name." : "--image takes a name, and --to what to go back to: \(one)")
        }
        if all, !image.isEmpty, to == nil, before == nil {
            throw ValidationError(
                "With --all and --image, --to or --before has to say what to go back to.")
        }
        if to != nil, before != nil { throw ValidationError("--to and --before contradict each other.") }
    }

    var dependence: Dependence { apps.isEmpty ? .present : .named }

    func run(in context: Context) throws -> ExitStatus {
        if holds { return try HoldList(context, table).show(in: environment) }
        if let app = unhold.first {
            let version = unhold.dropFirst().first.map { Version($0) }
            return try delivery(context, "unhold").run(
                .unholding(app: app, version, environment: environment))
        }
        if reject.count == 2 {
            return try delivery(context, "reject").run(
                .rejection(
                    app: reject[0], Version(reject[1]), environment: environment, reason: reason))
        }
        return try delivery(context, "roll back").run(.rollback(request(in: environment ?? "")))
    }

    private func request(in environment: String) -> RollbackRequest {
        let point =
            before.map(RollbackRequest.Point.before) ?? to.map(RollbackRequest.Point.init(to:)) ?? .previous
        var request = RollbackRequest(in: environment, to: point)
        request.apps = apps
        request.allApps = all
        request.artifacts = image
        request.withConfiguration = withConfig
        request.versionOnly = versionOnly
        request.reason = reason
        request.holds = !noHold
        return request
    }

    private func delivery(_ context: Context, _ verb: String) -> PlanDelivery {
        PlanDelivery(context, options: publishing, format: table, schema: .rollback, verb: verb)
    }
}
