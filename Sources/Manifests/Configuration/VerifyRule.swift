/// The checks after a deployment, for the environments and apps that they are for.
public struct VerifyRule: Hashable, Sendable {
    /// How gx learns that the cluster runs the commit.
    public struct Cluster: Hashable, Sendable {
        public enum Source: Hashable, Sendable {
            /// Names of Argo CD Applications.
            case argocd([Template])
            /// Names of Flux Kustomizations, or of other objects of Flux with their kind: `HelmRelease/api`.
            case flux([Template])
            /// Workloads: `Deployment/api`.
            case rollout([Template])
            /// A command that succeeds once the cluster runs it.
            case run([Template])
        }

        public var source: Source
        /// Of kubectl's configuration; nil for its current one.
        public var context: Template?
        public var namespace: Template?
        /// Seconds that the cluster may take to get there.
        public var timeout = 600
        /// Seconds between two looks.
        public var every = 5
        /// Seconds that it may be degraded, for rollouts report that in passing.
        public var grace = 30

        public init(_ source: Source) { self.source = source }
    }

    /// One judgement.
    public struct Check: Hashable, Sendable {
        public enum Kind: Hashable, Sendable {
            case prometheus(Prometheus)
            case probe(url: Template, status: Int, contains: Template?)
            case run([Template])
        }

        /// A query, and what its values are held to.
        public struct Prometheus: Hashable, Sendable {
            public var url: String
            /// PromQL, in which `{app}` and the like are replaced; other braces are its own.
            public var query: String
            public var min: Double?
            public var max: Double?
            public var comparison: Comparison?
            public var access: Access?

            public init(
                url: String, query: String, min: Double? = nil, max: Double? = nil,
                comparison: Comparison? = nil
            ) {
                (self.url, self.query) = (url, query)
                (self.min, self.max, self.comparison) = (min, max, comparison)
            }
        }

        /// How far from the mean before the deployment a value may be. Below 1, or below 0, it is how far it may fall.
        public enum Comparison: Hashable, Sendable {
            case ratio(Double)
            case difference(Double)
        }

        /// Where a token, or `user:password`, is read.
        public struct Access: Hashable, Sendable {
            public enum Scheme: String, Hashable, Sendable {
                case token
                case basic = "basic-auth"
            }
            public enum Source: Hashable, Sendable {
                case variable(String)
                case file(String)
            }
            public var scheme: Scheme
            public var source: Source
        }

        /// As it is called in tables and records; nil for what it asks.
        public var name: String?
        public var kind: Kind
        /// Seconds that it has to hold; nil for a single look.
        public var duration: Int?
        /// Seconds between two samples.
        public var every = 15
        /// Seconds that an answer is waited for, or that a command may take.
        public var timeout: Int?
        /// Failed samples that are tolerated.
        public var failures = 0

        public init(_ kind: Kind) { self.kind = kind }
    }

    /// A name of an environment, a group, or either with `*`.
    public var environments: String
    /// Names with `*`; empty for all apps.
    public var apps: [String] = []
    public var cluster: Cluster?
    public var checks: [Check] = []
    /// Commands around the verification, told what happened by variables.
    public var before: [[Template]] = []
    public var after: [[Template]] = []
    /// Seconds for all of it.
    public var timeout = 3600
    /// Seconds after a rollback by itself in which there is no second one.
    public var cooldown = 3600

    public init(_ environments: String) { self.environments = environments }
}

extension Configuration {
    /// The rule for an app in an environment: the first that names both; nil where none does.
    public func verification(of app: String, in environment: Environment) -> VerifyRule? {
        verify.first { rule in
            let names = [environment.name, environment.group].compactMap(\.self)
            return names.contains { Glob.matches(rule.environments, $0) }
                && (rule.apps.isEmpty || rule.apps.contains { Glob.matches($0, app) })
        }
    }
}

extension Template {
    /// Text in which the known names are replaced, and all other braces stay: PromQL has its own.
    public static func fill(_ text: String, _ value: (String) -> String?) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            rest = rest[open...]
            let name = rest.dropFirst().prefix { $0 != "}" && $0 != "{" }
            if name.endIndex < rest.endIndex, rest[name.endIndex] == "}", let found = value(String(name)) {
                result += found
                rest = rest[name.endIndex...].dropFirst()
            } else {
                result += "{"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }
}
