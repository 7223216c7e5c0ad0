internal import YAML

/// An Application of Argo CD as it is deployed.
struct ArgoApplication {
    var resource: Resource
    var content: Composed
    /// What generated it; nil where it is written out.
    var parameters: Parameters?
    /// The folder of the kustomization that makes it; nil where its file does.
    var overlay: String?

    var name: String { content["metadata"]?["name"]?.string ?? resource.current.name }
    var spec: Composed? { content["spec"] }
    var sources: [Composed] { [spec?["source"]].compactMap { $0 } + (spec?["sources"]?.items ?? []) }

    /// What says which environment it is in.
    func signs(in scope: DeployerScope) -> EnvironmentSigns.Signs {
        var signs = EnvironmentSigns.Signs()
        signs.said = said(in: scope)
        signs.cluster = cluster
        let folders = [overlay, FilePath.folder(of: file)].compactMap { $0 }
        signs.words = folders.map { ($0.split(separator: "/").reversed().map(String.init), "folder \($0)") }
        for path in sources.compactMap({ $0["path"]?.string }) {
            let parts = path.split(separator: "/").map(String.init)
            if parts.count > 1, FolderWord.environments.contains(parts[parts.count - 2]),
                let name = parts.last, StagedName(name).stage != nil, EnvironmentName.isValid(name)
            {
                signs.overlay = signs.overlay ?? (name, "path \(path)")
            }
            signs.words.append((parts.reversed(), "path \(path)"))
        }
        let project = spec?["project"]?.string
        let namespace = spec?["destination"]?["namespace"]?.string
        for (name, what) in [(project, "project"), (namespace, "namespace"), (name, "name")] {
            if let name, !name.contains("{{") { signs.named.append((name, "\(file): \(what) \(name)")) }
        }
        for values in sources.flatMap({ $0["helm"]?["valueFiles"]?.items ?? [] }) {
            guard let text = values.string else { continue }
            let stem = FilePath.name(of: text).prefix { $0 != "." }
            signs.named.append((String(stem), "\(file): values \(text)"))
        }
        return signs
    }

    private var file: String { resource.file }

    /// What gx.yaml, a generator or a label calls it.
    private func said(in scope: DeployerScope) -> (String, String)? {
        let places = [overlay, file].compactMap { $0 }
        if let name = places.lazy.compactMap(scope.environment).first {
            return (name, "\(file): gx.yaml calls it \(name)")
        }
        if let parameters {
            let keys = ["env", "environment", "stage", "envName", "environmentName", "env_name"]
            for key in keys + keys.map({ "values." + $0 }) + keys.map({ "metadata.labels." + $0 }) {
                guard let value = parameters[key]?.string, EnvironmentName.isValid(value) else { continue }
                return (value, "\(file): \(key) = \(value)")
            }
        }
        let labels = content["metadata"]?["labels"]
        let label = ["environment", "env", "stage"].lazy.compactMap { labels?[$0]?.string }.first
        return label.flatMap { EnvironmentName.isValid($0) ? ($0, "\(file): label \($0)") : nil }
    }

    /// The cluster that it goes to.
    private var cluster: (String, String)? {
        let destination = spec?["destination"]
        if let name = destination?["name"]?.string, EnvironmentName.isValid(name) {
            return (name, "\(file): destination \(name)")
        }
        guard let server = destination?["server"]?.string, !server.contains("{{"),
            let host = server.split(separator: "/").dropFirst().first, !host.hasPrefix("kubernetes.default")
        else { return nil }
        let name = String(host.prefix { $0 != ":" && $0 != "." })
        return EnvironmentName.isValid(name) ? (name, "\(file): \(server)") : nil
    }

    /// Its name without the environment's. One that is called like the environment and nothing else goes by its set, or by
    /// what it deploys.
    func appName(in environment: String, _ signs: EnvironmentSigns) -> String {
        let found = knownName(in: environment, signs)
        let own = StagedName(found)
        let saysNoMore =
            found == environment
            || own.isPure && own.stage != nil && own.stage == StagedName(environment).stage
        guard !signs.isSingle, saysNoMore else { return found }
        var others = parameters == nil ? [] : [setName]
        others += sources.compactMap { $0["chart"]?.string }.map(FilePath.name)
        for path in sources.compactMap({ $0["path"]?.string }) {
            others += path.split(separator: "/").map(String.init).reversed().filter {
                !FolderWord.contents.contains($0) && !FolderWord.environments.contains($0)
            }
        }
        return others.first { name in
            let staged = StagedName(name)
            return name != "." && name != environment && !(staged.isPure && staged.stage != nil)
        } ?? found
    }

    /// Where a part of the name is not known here, and nothing else tells those of a set apart, they go by the name of the
    /// set.
    private func knownName(in environment: String, _ signs: EnvironmentSigns) -> String {
        guard name.contains("{{") else { return signs.appName(name, in: environment) }
        func known(_ text: String) -> String {
            let parts = text.split(separator: "}}", omittingEmptySubsequences: false).map { part in
                part.firstRange(of: "{{").map { part[..<$0.lowerBound] } ?? part
            }
            return parts.joined().split { "-_.".contains($0) }.joined(separator: "-")
        }
        let template = resource.content["spec"]?["template"]?["metadata"]?["name"]?.string
        let found = signs.appName(known(name), in: environment)
        guard found.isEmpty || found == known(template ?? "") else { return found }
        return signs.appName(setName, in: environment)
    }

    private var setName: String {
        var words = resource.name.split(separator: "-")
        while words.count > 1, let last = words.last, Self.kinds.contains(String(last)) { words.removeLast() }
        return words.joined(separator: "-")
    }

    /// What sets are called besides the app that is in them.
    private static let kinds: Set<String> = [
        "environments", "envs", "clusters", "applicationset", "appset", "set", "apps", "applications",
        "stages",
    ]
}
