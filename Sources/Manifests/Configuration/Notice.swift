/// Whom deployments are told to.
public struct Notice: Hashable, Sendable {
    public enum Receiver: String, Sendable, CaseIterable {
        case webhook, slack, teams, grafana
    }

    public var receiver: Receiver
    /// Where a webhook is. Other addresses are secrets, or go with one, and come from the environment.
    public var url: String?
    /// The variable of the environment that has the address of a channel.
    public var variable: String?
    /// Environments and groups, with `*`; empty for all.
    public var environments: [String] = []

    public init(_ receiver: Receiver) { self.receiver = receiver }

    /// Whether it is for an environment.
    public func concerns(_ environment: Environment) -> Bool {
        let names = [environment.name, environment.group].compactMap(\.self)
        return environments.isEmpty
            || environments.contains { glob in names.contains { Glob.matches(glob, $0) } }
    }
}
