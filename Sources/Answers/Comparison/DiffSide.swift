public import Git
public import Ledger
import Manifests

/// One side of a comparison: an environment or a group, now or at a moment.
public struct DiffSide {
    /// As it was asked for.
    public let text: String
    public let moment: Moment
    /// The environments that it stands for, in order.
    public let members: [String]
    /// By environment and app.
    public private(set) var state: [String: [String: Deployment]] = [:]

    public init(
        _ text: String, app: String?, ledger: Ledger, order: EnvironmentOrder, in repository: Repository
    )
        throws
    {
        self.text = text
        moment = try Moment(text)
        let names = try order.members(of: moment.environment, ledger)
        members = names.sorted { (order.position(of: $0), $0) < (order.position(of: $1), $1) }
        for member in members {
            let all = try ledger.state(
                at: Moment(environment: member, when: moment.when), in: repository)
            // Since when a version runs is told by the deployment that brought it, not by later configuration.
            let brought = all.map { ledger[ledger.versionDeployment(endingWith: $0) ?? $0] }
            for deployment in brought where Glob.includes(app, deployment.app) {
                state[member, default: [:]][deployment.app] = deployment
            }
        }
    }

    public var apps: Set<String> { Set(state.values.flatMap(\.keys)) }

    /// Which of this side an environment of the other is compared with, for an app: the one before it, the one of the
    /// same name, or any that has the app.
    public func counterpart(of name: String, app: String, _ order: EnvironmentOrder) -> String? {
        let having = members.filter { state[$0]?[app] != nil }
        let before = order.before(name, app: app)
        return having.first { $0 == name } ?? having.first(where: before.contains) ?? having.first
    }
}
