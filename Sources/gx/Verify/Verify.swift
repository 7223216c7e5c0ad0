import ArgumentParser
import Delivery
import Manifests
import System

struct Verify: Command {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "See a deployment through: wait until the cluster runs it, and judge it.",
        examples: [
            "gx verify prod": "wait until the cluster runs it, and judge it",
            "gx verify prod --app api": "one app",
            "gx verify prod --rollback-on-failure":
                "as a step of a CI job: back to what ran before where it fails",
        ],
        usage: "gx verify <env> [--app <app> ...] [<options>]",
        discussion: """
            Waits until the cluster runs what was deployed, checks it as gx.yaml says at the tip that is verified, \
            and records how it went. Ends with 0 where all is well, 1 where a deployment failed, and 3 where that \
            can't be told.
            """)

    @Argument(
        help: ArgumentHelp("The environment or group to verify.", valueName: "env"), completion: .environments
    )
    var environment: String

    @Option(
        help: ArgumentHelp("Only this app, also where its deployment is known to be good.", valueName: "app"),
        completion: .apps)
    var app: [String] = []

    @Flag(help: "Go back to the last version that succeeded there where a deployment fails.")
    var rollbackOnFailure = false

    @Option(help: ArgumentHelp("How long all of it may take: 90s, 10m, 4h30m.", valueName: "time"))
    var timeout: String?

    @OptionGroup var table: AnswerOptions<CheckFormat>
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if let timeout, TimeSpan(timeout)?.seconds ?? 0 == 0 {
            throw ValidationError("'\(timeout)' is not a length of time. \(TimeSpan.hint).")
        }
    }

    func run(in context: Context) throws -> ExitStatus {
        var request = VerificationRequest(environment, apps: app, onlyOpen: app.isEmpty)
        request.timeout = timeout.flatMap { TimeSpan($0) }.map { Int($0.seconds) }
        request.rollsBack = rollbackOnFailure
        return try VerificationDelivery(context, table.format, out: table.out).run(request)
    }
}
