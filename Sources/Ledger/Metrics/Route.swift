public import Manifests

/// The environments that the versions of an app pass on their way to one of them, in order.
public struct Route: Hashable, Sendable {
    public struct Stage: Hashable, Sendable {
        /// The environment, or the group that its environments are all of.
        public var name: String
        public var environments: Set<String>
    }

    /// The last one is where the way ends.
    public var stages: [Stage]
}

/// Finds routes: by `pipelines:` and `after:` of gx.yaml.
public struct Routes {
    private let configuration: Configuration
    /// All that ever were, with the groups that they are in.
    private let groups: [String: String?]

    /// - Parameter group: The group of an environment, where a layout and not gx.yaml gives it one.
    public init(
        _ configuration: Configuration, _ ledger: Ledger, group: (String) -> String? = { _ in nil }
    ) {
        self.configuration = configuration
        var known: [String: String?] = [:]
        let declared = configuration.environments.filter { $0.match == nil }.map(\.environment.name)
        for name in declared + ledger.series.map(\.environment) where known[name] == nil {
            known[name] = .some(configuration.environment(named: name)?.group ?? group(name))
        }
        self.groups = known
    }

    public func group(of environment: String) -> String? { groups[environment] ?? nil }

    /// An environment, and those of a group that is called so, or of all that a pattern matches; none where nothing is.
    public func members(of name: String) -> Set<String> {
        Set(groups.filter { Glob.names(name, environment: $0.key, group: $0.value) }.keys)
    }

    public var names: [String] { Set(groups.keys).union(groups.values.compactMap { $0 }).sorted() }

    /// What several environments are called together.
    public func name(of environments: Set<String>) -> String {
        let names = Set(environments.map { group(of: $0) ?? $0 })
        return environments.count == 1 ? environments.first ?? "" : names.sorted().joined(separator: ", ")
    }

    /// The environments right before some others.
    private func before(_ environments: Set<String>, app: String) -> Set<String> {
        var found: Set<String> = []
        for name in environments {
            guard var environment = configuration.environment(named: name) else { continue }
            environment.group = group(of: name)
            for name in configuration.predecessors(of: environment, app: app) {
                found.formUnion(members(of: name))
            }
        }
        return found.subtracting(environments)
    }

    /// The way of an app to an environment; stages that never had the app are left out.
    ///
    /// - Parameters:
    ///   - origin: Where it begins instead of at its beginning.
    ///   - existing: The environments that ever had the app.
    public func route(
        to target: String, from origin: Set<String>?, app: String, _ existing: Set<String>
    ) -> Route {
        var stages: [Route.Stage] = []
        var current: Set<String> = [target]
        var visited: Set<String> = [target]
        func add(_ environments: Set<String>) {
            let present = environments.intersection(existing)
            if !present.isEmpty {
                stages.append(Route.Stage(name: name(of: environments), environments: present))
            }
        }
        add(current)
        while case let next = before(current, app: app).subtracting(visited), !next.isEmpty {
            if let origin, !next.isDisjoint(with: origin) { break }
            add(next)
            visited.formUnion(next)
            current = next
        }
        if let origin {
            // What is not on the way is compared all the same.
            let isOnTheWay = !before(current, app: app).isDisjoint(with: origin)
            if !isOnTheWay { stages = Array(stages.prefix(1)) }
            add(origin.subtracting([target]))
        }
        return Route(stages: stages.reversed())
    }

    /// Whether an environment is where an app's way ends: others come before it, and it comes before none. What is there
    /// for a while only is no end.
    func isEnd(_ environment: String, app: String) -> Bool {
        let isAfter = !isEphemeral(environment) && !before([environment], app: app).isEmpty
        return isAfter
            && !groups.keys.contains {
                !isEphemeral($0) && before([$0], app: app).contains(environment)
            }
    }

    func isEphemeral(_ environment: String) -> Bool {
        configuration.environment(named: environment)?.isEphemeral ?? false
    }
}
