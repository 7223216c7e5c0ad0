import ArgumentParser
import Git
import Ledger
import YAML

/// Writes all deployments as events, one JSON object a line.
struct TraceExport: Command {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write all deployments as CDEvents, one a line, oldest first.")

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let ledger = try context.ledger()
        for number in 0..<ledger.count {
            try context.output.write("\(event(ledger[number]))\n")
        }
        return .done
    }

    /// CDEvents 0.4: a service is deployed, upgraded, rolled back or removed.
    private func event(_ one: Deployment) -> JSON {
        let type =
            switch one.kind {
            case .initial: "deployed.0.2.0"
            case .forward, .promotion, .configuration: "upgraded.0.2.0"
            case .rollback, .race: "rolledback.0.2.0"
            case .removal: "removed.0.2.0"
            }
        let name = "\(one.environment)/\(one.app)"
        let artifact = (one.after ?? one.before)?.first.map { "pkg:generic/\($0.artifact)@\($0.version)" }
        return .object([
            JSON.Field(
                "context",
                .object([
                    JSON.Field("version", "0.4.1"), JSON.Field("id", .string("\(one.commit) \(name)")),
                    JSON.Field("source", "gx"), JSON.Field("type", .string("dev.cdevents.service.\(type)")),
                    JSON.Field("timestamp", .string(one.time.utc)),
                ])),
            JSON.Field(
                "subject",
                .object([
                    JSON.Field("id", .string(name)), JSON.Field("type", "service"),
                    JSON.Field(
                        "content",
                        .object([
                            JSON.Field("environment", .object([JSON.Field("id", .string(one.environment))])),
                            JSON.Field("artifactId", artifact.map { .string($0) } ?? .null),
                        ])),
                ])),
            JSON.Field("customData", one.json),
        ])
    }
}
