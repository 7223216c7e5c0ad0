/// How pull requests are made.
public struct RequestRules: Hashable, Sendable {
    /// Nil for what the commit says of itself.
    public var title: Template?
    /// A file of the repository, with what `textNames` stand for.
    public var template: String?
    /// With `{env}` and `{app}`.
    public var labels: [Template] = []
    /// Accounts, and teams with a slash: `ada`, `acme/sre`.
    public var reviewers: [String] = []
    public var isDraft = false

    public init() {}

    public static let titleNames = ["subject", "env", "app", "version"]
    public static let textNames = ["subject", "env", "app", "version", "table", "changes", "issues", "gates"]
}
