import ArgumentParser
import Delivery
import Git
import Ledger
import Manifests
import System
import Terminal

struct Promote: Command {
    static let configuration = CommandConfiguration(
        commandName: "promote",
        abstract: "Give an environment the versions that another one has.",
        examples: [
            "gx promote api --to staging": "the version of the environment before",
            "gx promote api --to prod --dry-run": "the plan and the patch; nothing is written",
            "gx promote api --to dev --image api=1.4.2": "a version that CI has built",
            "gx promote --all --to prod --pr": "all apps, as a pull request",
            "gx promote --auto": "without a person, as far as the gates are open",
        ],
        usage: """
            gx promote [<app> ...] --to <env> [<options>]
            gx promote --auto [<env> ...] [--dry-run] [--auto-merge]
            gx promote --approve <app> <version> --to <env>
            gx promote --lock <env/app> [--until <time>] [--reason <text>]
            gx promote --unlock <env/app>
            """,
        discussion: """
            Takes the versions from the environment before, or from the one that --from names, writes them in \
            place, commits, and pushes. --dry-run shows the plan, and the patch that `git apply` takes. --auto does \
            so without a person for the environments that gx.yaml names, as far as their gates are open.
            """)

    @OptionGroup(title: "Global options") var global: GlobalOptions
    @OptionGroup var table: TableOptions

    @Argument(
        help: ArgumentHelp("The apps to promote; with --auto, environments.", valueName: "app"),
        completion: .apps)
    var apps: [String] = []

    @Flag(help: "Promote all apps.")
    var all = false

    @Option(
        help: ArgumentHelp(
            "The environment or group to promote to; may be given several times.", valueName: "env"),
        completion: .environments)
    var to: [String] = []

    @Option(
        help: ArgumentHelp(
            "The environment to take the versions from, or what it was: qa~1, 'qa@{yesterday}'.",
            valueName: "env"),
        completion: .environments)
    var from: [String] = []

    @Option(
        help: ArgumentHelp("A new version of an image: NAME=TAG, or NAME=REFERENCE.", valueName: "name=ref"))
    var image: [String] = []

    @Option(help: ArgumentHelp("A new version of a chart.", valueName: "name=version"))
    var chart: [String] = []

    @Option(help: ArgumentHelp("A new revision of a Git source.", valueName: "name=revision"))
    var ref: [String] = []

    @Option(
        help: ArgumentHelp(
            "A file of configuration that moves along, relative to the environment.", valueName: "file"))
    var with: [String] = []

    @Flag(help: "Leave configuration where it is, whatever gx.yaml lets move.")
    var versionOnly = false

    @Flag(help: "Write a version of its own where the environment inherits one.")
    var create = false

    @Flag(help: "Let a version come that is older than what runs there.")
    var allowDowngrade = false

    @Flag(help: "With --all: promote nothing where one app can't be.")
    var atomic = false

    @Flag(help: "Promote a group one environment after the other, a commit for each.")
    var wave = false

    @Flag(help: "Wait until the cluster runs it, and judge it, as gx verify does.")
    var verify = false

    @Flag(help: "Go back to the last version that succeeded there where the verification fails.")
    var rollbackOnFailure = false

    @Flag(help: "Promote what may be promoted, without a person.")
    var auto = false

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Agree to a version, for the gate `approvals`.", valueName: "app version"),
        completion: .apps)
    var approve: [String] = []

    @Option(help: ArgumentHelp("Let nothing be promoted there: prod/api, 'prod/*'.", valueName: "env/app"))
    var lock: [String] = []

    @Option(help: ArgumentHelp("When the lock ends by itself.", valueName: "time"))
    var until: String?

    @Option(help: ArgumentHelp("Lift a lock.", valueName: "env/app"))
    var unlock: [String] = []

    @Option(help: ArgumentHelp("Pass by a gate that is closed; with --reason.", valueName: "gate"))
    var override: [GateName] = []

    @Option(help: ArgumentHelp("Why, for --override and --lock.", valueName: "text"))
    var reason: String?

    @OptionGroup var publishing: PublishingOptions

    func validate() throws {
        try validateActs()
        if all, !apps.isEmpty { throw ValidationError("--all goes without names of apps.") }
        if versionOnly, !with.isEmpty {
            throw ValidationError("--version-only and --with contradict each other.")
        }
        if from.count > 1 {
            throw ValidationError("--from is given \(from.count) times, and versions come from one place.")
        }
        if !from.isEmpty, !image.isEmpty || !chart.isEmpty || !ref.isEmpty {
            throw ValidationError(
                "--from does not go with --image, --chart and --ref, which bring versions from outside.")
        }
        if atomic, !all { throw ValidationError("--atomic is about what --all does.") }
        if verify, publishing.pr || publishing.noPush || publishing.dryRun || table.out != nil {
            throw ValidationError("--verify is for what is pushed, and writes no file.")
        }
        if verify, to.count > 1 {
            throw ValidationError("--verify is for one --to, an environment or a group.")
        }
        if rollbackOnFailure, !verify { throw ValidationError("--rollback-on-failure goes with --verify.") }
    }

    /// The acts that are no promotion of an app go without what only that takes.
    private func validateActs() throws {
        let acts = [auto, !approve.isEmpty, !lock.isEmpty, !unlock.isEmpty].filter { $0 }.count
        if acts > 1 {
            throw ValidationError("--auto, --approve, --lock and --unlock are different commands.")
        }
        if acts == 0 || !approve.isEmpty, to.isEmpty { throw ValidationError("Say where to with --to.") }
        if acts == 1, approve.isEmpty, !to.isEmpty {
            throw ValidationError("--to does not go with --auto, --lock and --unlock.")
        }
        if acts == 1, !auto, !apps.isEmpty {
            throw ValidationError("--approve, --lock and --unlock take no other apps.")
        }
        let isPlain =
            !all && from.isEmpty && image.isEmpty && chart.isEmpty && ref.isEmpty && with.isEmpty && !create
            && !versionOnly && !allowDowngrade && !atomic && !wave && !verify && override.isEmpty
        if acts == 1, !isPlain {
            throw ValidationError("--auto, --approve, --lock and --unlock go without options of a promotion.")
        }
        if auto, publishing.pr || publishing.noPush || publishing.supersede {
            throw ValidationError("--auto publishes as gx.yaml says, and replaces its own promotions.")
        }
        if !approve.isEmpty, approve.count != 2 {
            throw ValidationError("--approve takes an app and a version.")
        }
        if until != nil, lock.isEmpty { throw ValidationError("--until goes with --lock.") }
        if override.isEmpty, lock.isEmpty, reason != nil {
            throw ValidationError("--reason goes with --override and --lock.")
        }
        if !override.isEmpty, reason == nil { throw ValidationError("--override needs a --reason.") }
        for place in lock + unlock {
            guard let slash = place.firstIndex(of: "/"), slash > place.startIndex,
                place.index(after: slash) < place.endIndex
            else { throw ValidationError("'\(place)' is no place: write ENV/APP, or 'ENV/*'.") }
        }
    }

    var dependence: Dependence { apps.isEmpty ? .present : .named }

    func run(in context: Context) throws -> ExitStatus {
        if auto { return try AutoRun(context, options: publishing, format: table).run(apps) }
        if let words = try words(context) {
            return try PlanDelivery(
                context, options: publishing, format: table, schema: .promotion, verb: "say"
            ).run(
                .saying(words))
        }
        var request = PromotionRequest()
        request.targets = to
        request.apps = apps
        request.allApps = all
        let moment = try from.first.map { try Moment($0) }
        (request.source, request.moment) = (moment?.environment, moment)
        request.given = try given()
        request.files = with
        request.versionOnly = versionOnly
        request.create = create
        request.leavesOutRefused = all && !atomic
        request.allowDowngrade = allowDowngrade
        // On a terminal somebody is asked.
        request.asksAboutDowngrades =
            !publishing.yes && !publishing.noPush && !publishing.dryRun && context.prompt.isAvailable
        return try PromotionRun(self, in: context).carryOut(request)
    }

    /// What a commit is to say, where nothing is promoted.
    private func words(_ context: Context) throws -> [GateTrailer]? {
        if approve.count == 2 {
            return to.map {
                GateTrailer(.approve, environment: $0, app: approve[0], version: Version(approve[1]))
            }
        }
        let places = lock.isEmpty ? unlock : lock
        guard !places.isEmpty else { return nil }
        let end = try until.map { text in
            // git's words for times are of the past.
            try TimeSpan(text).map { Timestamp(seconds: context.now.seconds + $0.seconds) }
                ?? context.repository.date(text)
        }
        if let end, end <= context.now {
            throw Failure(
                "a lock until \(end) would have ended already",
                hint: "say a time to come: 18:00, tomorrow, 2027-01-04; or how long: 2h, 3d")
        }
        return places.map { place in
            let parts = place.split(separator: "/", maxSplits: 1).map(String.init)
            return GateTrailer(
                lock.isEmpty ? .unlock : .lock, environment: parts[0], app: parts[1] == "*" ? nil : parts[1],
                until: end, reason: reason)
        }
    }

    /// Those that are passed by.
    var overrides: [GateOverride] {
        override.compactMap { name in
            Gate(rawValue: name.rawValue).map { GateOverride($0, reason: reason ?? "") }
        }
    }

    private func given() throws -> [PromotionRequest.Given] {
        try image.map { try PromotionRequest.Given(.image, parsing: $0) }
            + chart.map { try PromotionRequest.Given(.chart, parsing: $0) }
            + ref.map { try PromotionRequest.Given(.git, parsing: $0) }
    }
}

/// A gate as it is called on the command line.
enum GateName: String, Choice {
    case lock, window, verified, soak, every, approvals, checks
}
