public import Git

/// What a rollback is asked for.
public struct RollbackRequest: Hashable, Sendable {
    /// What an environment goes back to.
    public enum Point: Hashable, Sendable {
        /// What ran before: the newest earlier state that was not rolled back itself, and that no hold keeps out.
        case previous
        /// What ran before so many version deployments.
        case deploymentsAgo(Int)
        /// What ran at a moment, in any form that git takes.
        case date(String)
        /// What ran when the branch had just got this commit.
        case commit(ObjectID)
        /// A version as it last ran, a commit, or an issue or pull request when it was shipped.
        case named(String)
        /// What ran just before an issue, a pull request, a commit or a version was shipped.
        case before(String)

        /// Whether it depends on what runs now: asked again after others have changed that, it is another question.
        public var isRelative: Bool {
            switch self {
            case .previous, .deploymentsAgo: true
            case .date, .commit, .named, .before: false
            }
        }

        /// Reads what `--to` takes: `~3`, `@{last friday}`, or a name.
        public init(to text: String) {
            if text.hasPrefix("@{"), text.hasSuffix("}") {
                self = .date(String(text.dropFirst(2).dropLast()))
            } else if text == "~" {
                self = .deploymentsAgo(1)
            } else if text.hasPrefix("~"), let count = Int(text.dropFirst()), count >= 0 {
                self = .deploymentsAgo(count)
            } else {
                self = .named(text)
            }
        }
    }

    /// Names of apps; empty takes the only app there is, or with `allApps` every one.
    public var apps: [String] = []
    public var allApps = false
    /// The artifacts that go back alone, by their names; empty is all.
    public var artifacts: [String] = []
    /// An environment or a group.
    public var target: String
    public var point: Point
    /// Whether configuration goes back, too.
    public var withConfiguration = false
    /// Whether files stay that moved along with the promotions that are left.
    public var versionOnly = false
    /// Why, in the user's words.
    public var reason: String?
    /// Whether the versions that are left are kept out until somebody lifts the hold.
    public var holds = true

    public init(in target: String, to point: Point = .previous) {
        (self.target, self.point) = (target, point)
    }
}
