internal import Git
internal import System
internal import YAML

/// A deployment as a host has it.
struct HostedDeployment: Hashable {
    var id: Int
    /// The commit that was deployed.
    var commit: String
    /// How it went, where the list says so already.
    var ending: HostedEnding?
}

/// How a deployment of a host went.
struct HostedEnding: Hashable {
    var hasSucceeded: Bool
    /// ISO 8601.
    var time: String?
    /// Where to read more.
    var url: String?
    /// What was said of it.
    var words: String?
}

/// What a host is told of a deployment.
struct DeploymentReport: Hashable {
    var commit: ObjectID
    var environment: String
    /// Pending while nobody knows how it goes.
    var state: HostedCheck.State
    /// One line, of at most 140 characters.
    var words: String
    /// Where to read more.
    var url: String
    /// The branch that has the commit.
    var branch: String
    /// Whether the environment is where the way of an app ends.
    var isProduction: Bool
}
