public import YAML

/// What gx.yaml says, or what was detected in its place.
public struct Configuration: Hashable, Sendable {
    /// An environment as gx.yaml declares it.
    public struct Declaration: Hashable, Sendable {
        public var environment: Environment
        /// Finds temporary environments as they appear: `pr-*`.
        public var match: String?

        public init(environment: Environment, match: String? = nil) {
            self.environment = environment
            self.match = match
        }
    }

    /// A version field that gx does not know by itself.
    public struct CustomPin: Hashable, Sendable {
        public var files: Pattern
        public var path: Path
        /// May use the captures of `files`, those of the layout, and other paths of the same file. Nil where the value
        /// names it, or the key, or the app is called the same.
        public var artifact: Template?
    }

    /// What moves with a version, and what never does.
    public struct Promote: Hashable, Sendable {
        /// Files, relative to the environment.
        public var files: [String] = []
        /// Folders, relative to the environment, mirrored with deletions.
        public var trees: [String] = []
        public var paths: [Path] = []
        /// Environments and groups that are promoted to without a person.
        public var automatic: [String] = []
        /// Files, relative to the environment, that a promotion never changes.
        public var protectedFiles: [String] = []
        public var protectedPaths: [Path] = [] {
            didSet { ownPaths = protectedPaths }
        }
        /// Where each environment keeps what it has when files move along with a promotion: what is protected; where
        /// gx.yaml does not say, how large things are.
        public private(set) var ownPaths = sizes

        public init() {}

        private static let sizes = [
            "replicas", "replicaCount", "minReplicas", "maxReplicas", "autoscaling", "resources.limits",
            "resources.requests",
        ].compactMap { try? Path("**.\($0)") }
    }

    /// An order of environments for some apps, in place of `after`.
    public struct Pipeline: Hashable, Sendable {
        /// Names, with `*` for anything.
        public var apps: [String]
        public var order: [String]
    }

    /// Who looks after some apps.
    public struct Team: Hashable, Sendable {
        public var name: String
        /// Names of apps, with `*` for anything.
        public var apps: [String]
    }

    /// How issue keys look, and where they lead.
    public struct Issues: Hashable, Sendable {
        /// Project keys such as `PROJ`, and keys of other forms; empty takes any `PROJ-123`.
        public var keys: [IssuePattern] = []
        /// `https://tracker.example.com/browse/{key}`
        public var url: Template?
        /// True where `#123` is an issue; else it is a pull request.
        public var numbersAreIssues = false

        public init() {}
    }

    /// Where an app's source is, and how its versions name commits.
    public struct Source: Hashable, Sendable {
        public var repository: String?
        /// `v{version}`, `{branch}-{commit}`
        public var version: Template?
    }

    /// A switch that keeps bots from undoing a rollback.
    public struct Pause: Hashable, Sendable {
        public var path: Path
        public var value: Value
    }

    /// A commit status of the host that says how deployments went.
    public struct OutcomeStatus: Hashable, Sendable {
        /// Names of environments, with `*`.
        public var environments: String
        /// With `{env}` and `{app}`.
        public var status: Template
    }

    /// Whether deployments are written to the host.
    public var reports = false
    public var requests = RequestRules()
    public var outcomes: [OutcomeStatus] = []
    public var environments: [Declaration]
    public var layouts: [Layout]
    /// Files that several environments read, besides what kustomizations name.
    public var shared: [Pattern]
    public var pins: [CustomPin]
    /// Each a set of paths in one file that move together or not at all.
    public var couples: [[Path]]
    public var promote: Promote
    /// Configuration that is nobody's decision: comparisons leave it out.
    public var ignored: [Path]
    public var pipelines: [Pipeline]
    /// The first that has an app is the one that it belongs to.
    public var teams: [Team]
    public var issues: Issues
    public var apps: [String: Source]
    /// The first that names an environment holds.
    public var clusters: [ClusterRule]
    public var verify: [VerifyRule]
    public var windows: [WindowRule]
    public var pauses: [Pause]
    /// Where it is of many repositories, and of none itself.
    public var fleet: Fleet?
    /// The files of keys by which approvals, overrides, locks and what lifts holds have to be signed; none where anybody's
    /// word counts.
    public var signers: [String] = []
    /// Whom deployments are told to.
    public var notices: [Notice] = []
    /// What it was read from; empty where it was detected.
    public internal(set) var text = Text()

    /// What gx.yaml says besides values. Configurations that say the same are equal, however they are written.
    public struct Text: Hashable, Sendable {
        /// What of it history is read by: what was derived from history is derived anew when this changes. Empty where
        /// there is no gx.yaml.
        public var historyRules: [UInt8] = []
        /// The repositories that it names, and where.
        var repositories: [NamedRepository] = []

        /// The value of a `repository:` or a `source:`.
        struct NamedRepository: Hashable, Sendable {
            var name: Template
            var line: Int
            var column: Int
        }

        public static func == (left: Text, right: Text) -> Bool { true }
        public func hash(into hasher: inout Hasher) {}
    }

    public init(environments: [Declaration] = [], layouts: [Layout] = []) {
        self.environments = environments
        self.layouts = layouts
        shared = []
        pins = []
        couples = []
        promote = Promote()
        ignored = []
        pipelines = []
        teams = []
        issues = Issues()
        apps = [:]
        clusters = []
        verify = []
        windows = []
        pauses = []
    }

    /// The environment of this name, where one is declared or a `match` finds it.
    public func environment(named name: some StringProtocol) -> Environment? {
        for declaration in environments {
            if let match = declaration.match {
                guard Glob.matches(match, name) else { continue }
                var environment = declaration.environment
                environment.group = environment.group ?? declaration.environment.name
                environment.name = String(name)
                return environment
            }
            if declaration.environment.name == name { return declaration.environment }
        }
        return nil
    }

    /// Whether all environments, with their groups, are known without their files.
    public var declaresEnvironments: Bool {
        environments.allSatisfy { $0.match == nil } && layouts.allSatisfy { $0.group == nil }
    }

    /// The groups that environments name, in the order of their first environment.
    public var groups: [String] {
        var groups: [String] = []
        for case let group? in environments.map(\.environment.group) where !groups.contains(group) {
            groups.append(group)
        }
        return groups
    }

    /// The team that an app belongs to; nil where none is named.
    public func team(of app: String) -> String? {
        teams.first { $0.apps.contains { Glob.matches($0, app) } }?.name
    }

    /// The environments before `environment` for `app`: a pipeline's order, else `after`.
    public func predecessors(of environment: Environment, app: String) -> [String] {
        for pipeline in pipelines where pipeline.apps.contains(where: { Glob.matches($0, app) }) {
            for name in [environment.name, environment.group].compactMap({ $0 }) {
                guard let index = pipeline.order.firstIndex(of: name) else { continue }
                return index > 0 ? [pipeline.order[index - 1]] : []
            }
        }
        return environment.after
    }
}

/// How the files of environments are found.
public struct Layout: Hashable, Sendable {
    /// Which files belong to an (environment, app).
    public var path: Pattern?
    public var place: PlaceTemplate
    /// The environment's name, from the captures; `{env}` where nothing else is said.
    public var environment: Template?
    public var group: Template?
    /// Helm: files relative to the literal head of `path`, later ones override earlier ones.
    public var layers: [Template]
    public var enabled: Enabled?
    /// What deploys, where that says which files belong to whom; `path` says where its objects are.
    public var deployer: Deployer?

    /// Where a layout's files live: a branch, a repository, or both; names may hold captures.
    public struct PlaceTemplate: Hashable, Sendable {
        public var repository: Template?
        public var branch: Pattern?
        public var proposed: Template?

        /// The default branch of the repository that gx was started in.
        public var isDefault: Bool { repository == nil && branch == nil }

        public init(repository: Template? = nil, branch: Pattern? = nil, proposed: Template? = nil) {
            self.repository = repository
            self.branch = branch
            self.proposed = proposed
        }
    }

    /// Which environments have an app whose layers may all be shared ones.
    public enum Enabled: Hashable, Sendable {
        case everywhere
        /// Environments and groups.
        case named([String])
        case switched(Switch)
    }

    /// A switch that says whether an app runs in an environment: the last file that has the path wins.
    public struct Switch: Hashable, Sendable {
        public var files: [Template]
        public var path: Template
    }

    /// Whether it takes all files there are: then none of documentation, of tests and of the CI.
    var takesAll: Bool { path?.description == "**" && layers.isEmpty }

    public init(
        path: Pattern?, place: PlaceTemplate = PlaceTemplate(), environment: Template? = nil,
        group: Template? = nil, layers: [Template] = [], enabled: Enabled? = nil
    ) {
        self.path = path
        self.place = place
        self.environment = environment
        self.group = group
        self.layers = layers
        self.enabled = enabled
    }
}

/// Shell-like matching of names: `*` is anything, also nothing.
public enum Glob {
    /// Whether a name is among those that somebody asked for, by a name or a pattern; without one, all are.
    public static func includes(_ pattern: String?, _ name: String) -> Bool {
        pattern.map { matches($0, name) } ?? true
    }

    /// Whether a name, or a pattern, stands for an environment: by its own name, or by that of its group.
    public static func names(_ pattern: String, environment: String, group: String?) -> Bool {
        matches(pattern, environment) || group.map { matches(pattern, $0) } ?? false
    }

    public static func matches(_ pattern: some StringProtocol, _ name: some StringProtocol) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard let head = parts.first, let tail = parts.last, parts.count > 1 else { return pattern == name }
        guard name.hasPrefix(head) else { return false }
        var rest = name.dropFirst(head.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.count >= tail.count && rest.hasSuffix(tail)
    }
}
