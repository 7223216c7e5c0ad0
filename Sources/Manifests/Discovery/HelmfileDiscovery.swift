internal import YAML

/// What helmfile deploys: the releases of each environment, with the files of values that each reads.
struct HelmfileDiscovery {
    private let checkout: Checkout
    private let files: [String]
    private let scope: DeployerScope

    init(_ checkout: Checkout, objects: DeployingObjects, scope: DeployerScope) {
        self.checkout = checkout
        self.scope = scope
        files = objects[.helmfile]
    }

    /// A file of releases, with the environments that it knows.
    private struct State {
        var file: String
        var documents: [Composed]
        var values: HelmfileValues.Sources
        /// Files that it reads before its own releases.
        var parts: [String]

        var releases: [Composed] {
            documents.flatMap { $0["releases"]?.items ?? [] }.filter {
                $0["name"] != nil && $0["chart"] != nil
            }
        }
    }

    func discover() throws -> Discovered {
        var states: [String: State] = [:]
        for file in files { states[file] = try state(file) }
        let parts = Set(states.values.flatMap(\.parts))
        let roots = states.keys.filter { !parts.contains($0) }.sorted()
        var discovered = Discovered()
        // Several files beside each other, none of which names environments: each is a cluster's.
        let bare = Dictionary(grouping: roots.filter { states[$0]?.values.environments.isEmpty ?? false }) {
            FilePath.folder(of: $0)
        }
        for root in roots where scope.contains(root) {
            guard let state = states[root] else { continue }
            var environments = state.values.environments.filter { $0 != "default" }
            var evidence = "\(root): environments"
            if environments.isEmpty {
                let folder = FilePath.folder(of: root)
                let isCluster =
                    (bare[folder]?.count ?? 0) > 1 && !folder.split(separator: "/").contains("helmfile.d")
                let said = scope.environment(at: root)
                environments = [said ?? (isCluster ? Self.stem(root) : "default")]
                evidence =
                    isCluster || said != nil
                    ? "\(root): a helmfile of its own" : "\(root): names no environment"
            }
            for environment in environments where EnvironmentName.isValid(environment) {
                discovered.evidence[environment] = discovered.evidence[environment] ?? evidence
                try add(state, states: states, environment: environment, open: [], discovered: &discovered)
            }
        }
        return discovered
    }

    private static func stem(_ file: String) -> String {
        String(FilePath.name(of: file).prefix { $0 != "." })
    }

    private func state(_ file: String) throws -> State? {
        guard let yaml = try checkout.file(at: file)?.yaml else { return nil }
        let documents = yaml.documents.compactMap { document in
            document.root.map { Composed.written($0, Origin(file: file, document: document.index)) }
        }
        let keys = Set(documents.flatMap { $0.entries.map(\.key) })
        let isNamed = Helmfile.isHelmfile(file)
        guard isNamed || !keys.isDisjoint(with: ["repositories", "helmDefaults", "helmfiles", "bases"]),
            !keys.contains("kind"), keys.contains("releases") || keys.contains("helmfiles")
        else { return nil }
        var state = State(file: file, documents: documents, values: HelmfileValues.Sources(), parts: [])
        for base in documents.flatMap({ $0["bases"]?.items ?? [] }).compactMap(\.string) {
            guard let path = try checkout.resolve(base, from: FilePath.folder(of: file)),
                let yaml = try checkout.file(at: path)?.yaml
            else { continue }
            for document in yaml.documents {
                guard let root = document.root else { continue }
                state.values.add(.written(root, Origin(file: path, document: document.index)), path)
            }
            state.parts.append(path)
        }
        for document in documents { state.values.add(document, file) }
        for part in documents.flatMap({ $0["helmfiles"]?.items ?? [] }) {
            guard let text = part.string ?? part["path"]?.string else { continue }
            let folder = FilePath.folder(of: file)
            if let path = try checkout.resolve(text, from: folder) {
                state.parts +=
                    checkout.contains(path) ? [path] : checkout.paths(under: path).filter(FilePath.isYAML)
            } else if text.contains("*"),
                let glob = FilePath.resolved(text, from: folder).map({ PathGlob($0) })
            {
                state.parts += checkout.paths.filter(glob.matches)
            }
        }
        return state
    }

    /// The releases of a file and of those that it includes.
    private func add(
        _ state: State, states: [String: State], environment: String, open: Set<String>,
        discovered: inout Discovered
    ) throws {
        guard !open.contains(state.file), open.count < 8 else { return }
        for part in state.parts {
            guard let inner = states[part] else { continue }
            try add(
                inner, states: states, environment: environment, open: open.union([state.file]),
                discovered: &discovered)
        }
        let values = try state.values.read(environment, in: checkout)
        for release in state.releases {
            guard let name = release["name"].flatMap({ text($0, values.parameters) }),
                !Substitution.isIn(name)
            else { continue }
            let values = values.of(release: name)
            switch isInstalled(release, environment: environment, parameters: values.parameters) {
            case false?: continue
            case nil:
                discovered.leftOut.append(
                    .init(file: state.file, reason: "release \(name): whether it is installed is a template"))
            case true?: break
            }
            let folder = FilePath.folder(of: state.file)
            var layers: [String] = []
            var inline: [Composed] = []
            for value in release["values"]?.items ?? [] {
                if value.kind == .mapping { inline.append(values.parameters.filling(value)) }
                guard let written = text(value, values.parameters), !Substitution.isIn(written),
                    let path = try checkout.resolve(written, from: folder), checkout.contains(path)
                else { continue }
                layers.append(path)
            }
            let filled = values.parameters.filling(release)
            let set = (filled["set"]?.items ?? []).reduce(Composed.mapping([])) { all, one in
                guard let name = one["name"]?.string, let value = one["value"] else { return all }
                return all.setting(name.split(separator: ".").map(String.init), to: value)
            }
            if !set.entries.isEmpty { inline.append(set) }
            if let chart = filled["chart"]?.string, chart.hasPrefix("."),
                let path = try checkout.resolve(chart, from: folder)
            {
                layers = ["Chart.yaml", "values.yaml"].map { FilePath.join(path, $0) } + layers
            }
            discovered.apps.append(
                Discovered.App(
                    environment: environment, name: name,
                    recipe: Recipe(
                        [.release(filled, layers: layers, inline: inline, values)],
                        files: Set(values.files).union([state.file])),
                    claims: Set(layers).union(values.files).union([state.file]),
                    evidence: "\(state.file): release \(name)"))
        }
    }

    /// A scalar's text in an environment, as far as its template says no more than that.
    private func text(_ value: Composed, _ parameters: Parameters) -> String? {
        guard let (node, _) = value.written, let text = value.string else { return nil }
        guard let template = node.templateText ?? (text.contains("{{") ? text : nil) else { return text }
        // What one template writes for the next one: {{`{{ .Release.Name }}`}}.
        let inner = template.replacing("{{`", with: "").replacing("`}}", with: "")
        return parameters.filled(inner) ?? template
    }

    /// Nil where a template decides.
    private func isInstalled(
        _ release: Composed, environment: String, parameters: Parameters
    ) -> Bool? {
        if let condition = release["condition"]?.string, parameters["Values." + condition]?.string == "false"
        {
            return false
        }
        guard let value = release["installed"] else { return true }
        guard let template = value.written?.node.templateText else { return value.string != "false" }
        if let known = parameters.filled(template) { return known != "false" }
        let words = template.filter { !"{}()-".contains($0) }.split(separator: " ").map(String.init)
        guard words.count >= 3, words[1] == ".Environment.Name",
            words.dropFirst(3).allSatisfy({ "|toYaml".contains($0) })
        else { return nil }
        let isSame = words[2].filter { $0 != "\"" } == environment
        switch words[0] {
        case "eq": return isSame
        case "ne": return !isSame
        default: return nil
        }
    }
}
