internal import YAML

/// A cluster that belongs to an environment.
public enum Cluster: Hashable, Sendable, CustomStringConvertible {
    /// A context of kubectl's configuration.
    case context(String)
    /// The URL of its API server, which is the same on every machine.
    case server(String)

    init(_ text: String) { self = text.contains("://") ? .server(text) : .context(text) }

    public var description: String {
        switch self {
        case .context(let name): name
        case .server(let url): url
        }
    }

    var isServer: Bool { if case .server = self { true } else { false } }

    /// Whether two URLs name one server.
    public static func isSame(_ one: String, _ other: String) -> Bool {
        func plain(_ text: String) -> String {
            var text = text.lowercased().filter { !$0.isWhitespace }[...]
            while text.hasSuffix("/") { text = text.dropLast() }
            return text.hasSuffix(":443") ? String(text.dropLast(4)) : String(text)
        }
        return plain(one) == plain(other)
    }
}

/// The clusters of the environments that a name, a group, or either with `*` means.
public struct ClusterRule: Hashable, Sendable {
    public var environments: String
    public var clusters: [Cluster]
}

extension Configuration {
    /// The clusters of an environment: those of `clusters:`, else the contexts by which it is verified; none where
    /// nothing says.
    public func clusters(of name: String) -> [Cluster] {
        guard let environment = environment(named: name) else { return [] }
        let declared = declaredClusters(of: environment)
        return declared.isEmpty ? verifiedContexts(of: environment).map { .context($0) } : declared
    }

    func declaredClusters(of environment: Environment) -> [Cluster] {
        let names = [environment.name, environment.group].compactMap(\.self)
        return clusters.first { rule in names.contains { Glob.matches(rule.environments, $0) } }?.clusters
            ?? []
    }

    func verifiedContexts(of environment: Environment) -> [String] {
        let names = [environment.name, environment.group].compactMap(\.self)
        return verify.filter { rule in names.contains { Glob.matches(rule.environments, $0) } }
            .compactMap { $0.cluster?.context?.filled { $0 == "env" ? environment.name : nil } }
    }
}

/// The section `clusters` of gx.yaml.
extension SettingReader {
    func clusters(_ node: Node) throws(ManifestsError) -> [ClusterRule] {
        var rules: [ClusterRule] = []
        for (name, _, value) in try entries(node) {
            let names = try strings(value)
            guard !names.isEmpty, !names.contains("") else {
                throw problem(
                    value, "no cluster is named here",
                    hint: "name a context of kubectl, or the URL of an API server")
            }
            rules.append(ClusterRule(environments: name, clusters: names.map(Cluster.init)))
        }
        return rules
    }

    /// Whether verification looks at the clusters that environments have, as far as the two can be compared.
    func checkContexts(of configuration: Configuration, _ node: Node?) throws(ManifestsError) {
        guard let node, !configuration.clusters.isEmpty else { return }
        for declaration in configuration.environments where declaration.match == nil {
            let name = declaration.environment.name
            let own = configuration.declaredClusters(of: declaration.environment)
            guard !own.isEmpty, !own.contains(where: \.isServer) else { continue }
            for case let context in configuration.verifiedContexts(of: declaration.environment)
            where !own.contains(.context(context)) {
                throw problem(
                    node, "\(name) is verified in \(context), which is none of its clusters",
                    hint: "clusters: has \(own.map(\.description).joined(separator: ", ")) for it")
            }
        }
    }
}
