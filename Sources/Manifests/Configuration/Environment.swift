/// A named place that a part of a repository describes: a folder, a branch, or a repository.
public struct Environment: Hashable, Sendable {
    /// How a change of this environment is published.
    public enum Publish: String, Sendable, CaseIterable {
        case push
        case pullRequest = "pull-request"
        case commit
    }

    public var name: String
    /// Names several environments at once: regions, rings, clusters of one stage.
    public var group: String?
    /// The environments that come before this one.
    public var after: [String]
    public var publish: Publish
    /// A temporary environment: found as it appears, gone when its files are.
    public var isEphemeral: Bool
    /// Which version it gets where nobody is there to choose.
    public var selection = Selection.newest
    /// Nil where nothing has to hold.
    public var gates: GateRules?

    public init(
        name: String, group: String? = nil, after: [String] = [], publish: Publish = .push,
        isEphemeral: Bool = false
    ) {
        self.name = name
        self.group = group
        self.after = after
        self.publish = publish
        self.isEphemeral = isEphemeral
    }
}

extension [Environment] {
    /// Those that a name stands for: one, or those of a group, in order. Where a group has the name of an environment,
    /// as `production` beside its clusters, it is all of them. `prod-*` stands for all that are called so.
    public func named(_ name: String) throws(ManifestsError) -> [Environment] {
        let members = filter { environment in
            Glob.names(name, environment: environment.name, group: environment.group)
        }
        guard members.isEmpty else { return members }
        let known = map(\.name) + Set(compactMap(\.group)).sorted()
        throw .unknownEnvironment(name, nearest: NearestName.of(name, among: known), known: map(\.name))
    }
}

extension [Environment] {
    /// The first that comes after itself, by way of whichever others; nil where there is none. A name stands for an
    /// environment, and for all of a group.
    var firstInCircle: String? {
        var numbers: [String: Int] = [:]
        for environment in self {
            for name in [environment.name, environment.group].compactMap({ $0 }) + environment.after
            where numbers[name] == nil { numbers[name] = numbers.count }
        }
        var before = [[Int]](repeating: [], count: numbers.count)
        for environment in self {
            for name in Set([environment.name, environment.group].compactMap { $0 }) {
                guard let number = numbers[name] else { continue }
                before[number] += environment.after.compactMap { numbers[$0] }
            }
        }
        let circles = Circles(before)
        return first { environment in
            guard let own = numbers[environment.name] else { return false }
            return environment.after.compactMap { numbers[$0] }.contains {
                $0 == own || circles.areTogether($0, own)
            }
        }?.name
    }
}

/// Where the files of environments live: a branch of a repository.
public struct Place: Hashable, Sendable {
    /// A path or URL; nil is the repository that gx was started in.
    public var repository: String?
    /// A branch's short name; nil is the repository's default branch.
    public var branch: String?
    /// The branch where a hydrator prepares what this one will hold.
    public var proposed: String?

    public init(repository: String? = nil, branch: String? = nil, proposed: String? = nil) {
        self.repository = repository
        self.branch = branch
        self.proposed = proposed
    }
}
