import ArgumentParser
import Delivery
import Ledger
import Manifests
import Terminal

struct Promote: Command {
    static let configuration = CommandConfiguration(
        commandName: "promote",
        abstract: "Give an environment the versions that another one has.",
        usage: "gx promote [<app> ...] --to <env> [<options>]",
        discussion: """
            Takes the versions from the environment before, or from the one that --from names, writes them in
            place, commits, and pushes. --dry-run shows the plan, and the patch that `git apply` takes.
            """)

    @OptionGroup(title: "Global options") var global: GlobalOptions
    @OptionGroup var table: TableOptions

    @Argument(help: ArgumentHelp("The apps to promote.", valueName: "app"), completion: .apps)
    var apps: [String] = []

    @Flag(help: "Promote all apps.")
    var all = false

    @Option(
        help: ArgumentHelp(
            "The environment or group to promote to; may be given several times.", valueName: "env"),
        completion: .environments)
    var to: [String]

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

    @OptionGroup var publishing: PublishingOptions

    func validate() throws {
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

    var dependence: Dependence { apps.isEmpty ? .present : .named }

    func run(in context: Context) throws -> ExitStatus {
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
        let promotion = PromotionRun(self, in: context)
        return try wave ? promotion.wave(request) : promotion.run(request).status
    }

    private func given() throws -> [PromotionRequest.Given] {
        try image.map { try PromotionRequest.Given(.image, parsing: $0) }
            + chart.map { try PromotionRequest.Given(.chart, parsing: $0) }
            + ref.map { try PromotionRequest.Given(.git, parsing: $0) }
    }
}
