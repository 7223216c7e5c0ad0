public import System

/// What has to hold before a version gets into an environment.
public struct GateRules: Hashable, Sendable {
    /// Of several environments that come before, of how many it has to hold.
    public enum Need: String, Sendable, CaseIterable {
        case all, any
    }

    /// Who has to agree.
    public struct Approvals: Hashable, Sendable {
        /// What keeps somebody from being counted.
        public enum Role: String, Sendable, CaseIterable {
            /// Of a commit of the manifests that brought the version to an environment before.
            case author, committer
        }

        public var count = 1
        /// Addresses, with `*` for anything, and accounts and teams of the host: `@ada`, `@acme/sre`. Empty is everybody.
        public var from: [String] = []
        public var not: [Role] = [.author, .committer]

        public init() {}
    }

    /// The version has been verified in the environment before: its outcome is recorded as succeeded.
    public var verified = false
    public var need = Need.all
    /// Seconds that it has run there, summed up; a bad outcome starts anew.
    public var soak: Int?
    /// Seconds between two promotions of an app.
    public var every: Int?
    /// What is asked once, as by `verify`: a command, Prometheus, a page.
    public var checks: [VerifyRule.Check] = []
    /// The names, with `*`, of the checks that the host of the manifests has to have passed: those of a promotion's pull
    /// request, else of the commit that brought the version to the environment before. Empty for those that the host
    /// requires; nil for none.
    public var hostChecks: [String]?
    public var approvals: Approvals?

    public init() {}
}

/// Which version an environment gets of itself.
public enum Selection: String, Sendable, CaseIterable {
    /// The newest one that may come, of those that ran in an environment before.
    case newest
    /// Only what runs there now.
    case upstream
    /// The same of all apps together, or of none.
    case set
}

/// When environments may be promoted to: a matching `deny` closes them, and where there is an `allow`, all other time is
/// closed.
public struct WindowRule: Hashable, Sendable {
    public enum Act: String, Sendable, CaseIterable {
        case allow, deny
    }

    public var act: Act
    /// Environments and groups, with `*`, and after a slash apps: `prod-*`, `prod-eu/api`.
    public var targets: [String]
    public var schedule: Schedule
    public var reason: String?
    /// Addresses, with `*`, of people for whom it does not hold.
    public var except: [String] = []

    public init(_ act: Act, targets: [String], schedule: Schedule) {
        (self.act, self.targets, self.schedule) = (act, targets, schedule)
    }

    /// Whether it is about an app of an environment.
    public func concerns(_ app: String, in environment: Environment) -> Bool {
        targets.contains { target in
            let parts = target.split(separator: "/", maxSplits: 1)
            guard let name = parts.first else { return false }
            let names = [environment.name, environment.group].compactMap(\.self)
            return names.contains { Glob.matches(name, $0) }
                && (parts.count == 1 || Glob.matches(parts[1], app))
        }
    }
}

extension Configuration {
    /// The windows that an app of an environment is under.
    public func windows(for app: String, in environment: Environment) -> [WindowRule] {
        windows.filter { $0.concerns(app, in: environment) }
    }

    /// The environments that are promoted to without a person, in the order in which they come after each other.
    public func automatic(among environments: [Environment]) -> [Environment] {
        let names = Set(promote.automatic)
        var open = environments.filter { names.contains($0.name) || $0.group.map(names.contains) ?? false }
        var done: [Environment] = []
        while !open.isEmpty {
            // Circles are refused where gx.yaml is read; what is left of any goes in the order that it has.
            let next =
                open.firstIndex { candidate in
                    !open.contains { other in
                        other.name != candidate.name
                            && candidate.after.contains { $0 == other.name || $0 == other.group }
                    }
                } ?? 0
            done.append(open.remove(at: next))
        }
        return done
    }
}
