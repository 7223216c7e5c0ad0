internal import YAML

/// The sections of gx.yaml, in the order of the reference in docs.
extension SettingReader {
    func environments(_ node: Node) throws(ManifestsError) -> [Configuration.Declaration] {
        var declarations: [Configuration.Declaration] = []
        for (name, key, value) in try entries(node) {
            guard EnvironmentName.isValid(name) else {
                throw problem(key, "'\(name)' can't name an environment", hint: EnvironmentName.rule)
            }
            let settings = try mapping(
                value, keys: ["after", "group", "publish", "match", "ephemeral", "select", "gates"])

            var environment = Environment(name: name)
            if let node = settings["after"] { environment.after = try strings(node) }
            if let node = settings["group"] { environment.group = try string(node) }
            if let node = settings["select"] { environment.selection = try choice(node, Selection.self) }
            if let node = settings["gates"] { environment.gates = try gates(node) }
            if let node = settings["publish"] {
                environment.publish = try choice(node, Environment.Publish.self)
            }
            if let node = settings["ephemeral"] { environment.isEphemeral = try bool(node) }
            var declaration = Configuration.Declaration(environment: environment)
            if let node = settings["match"] { declaration.match = try string(node) }
            declarations.append(declaration)
        }
        return declarations
    }

    /// How pull requests are made.
    func requests(_ node: Node) throws(ManifestsError) -> RequestRules {
        let settings = try mapping(node, keys: ["title", "template", "labels", "reviewers", "draft"])
        var rules = RequestRules()
        if let node = settings["title"] { rules.title = try filled(node, by: RequestRules.titleNames) }
        if let node = settings["template"] { rules.template = try relativeFile(node, of: "repository") }
        if let node = settings["labels"] {
            for item in node.resolved.kind == .scalar ? [node] : try list(node) {
                rules.labels.append(try filled(item, by: ["env", "app"]))
            }
        }
        if let node = settings["reviewers"] {
            rules.reviewers = try strings(node).map { $0.hasPrefix("@") ? String($0.dropFirst()) : $0 }
        }
        if let node = settings["draft"] { rules.isDraft = try bool(node) }
        return rules
    }

    /// A template with names that stand for something.
    private func filled(_ node: Node, by names: [String]) throws(ManifestsError) -> Template {
        let template = try template(node)
        if let other = template.names.first(where: { !names.contains($0) }) {
            throw problem(
                node, "'{\(other)}' stands for nothing here",
                hint: "there is \(names.map { "{\($0)}" }.joined(separator: ", "))")
        }
        return template
    }

    /// `prod-*: "argocd/{app}-{env}"`: the commit statuses of the host that say how deployments went.
    func outcomes(_ node: Node) throws(ManifestsError) -> [Configuration.OutcomeStatus] {
        var found: [Configuration.OutcomeStatus] = []
        for (name, _, value) in try entries(node) {
            let status = try filled(value, by: ["env", "app"])
            found.append(Configuration.OutcomeStatus(environments: name, status: status))
        }
        return found
    }

    func layout(_ node: Node) throws(ManifestsError) -> Layout {
        if node.resolved.kind == .scalar { return try checked(Layout(path: try pattern(node)), node) }
        let deployers = Deployer.allCases.map(\.rawValue)
        let settings = try mapping(
            node,
            keys: ["path", "env", "group", "layers", "enabled", "branch", "proposed", "repository"]
                + deployers)
        var layout = Layout(path: nil)
        if let deployer = deployers.first(where: { settings[$0] != nil }) {
            return try deployed(by: deployer, node, settings)
        }
        if let node = settings["path"] { layout.path = try pattern(node) }
        if let node = settings["env"] { layout.environment = try template(node) }
        if let node = settings["group"] { layout.group = try template(node) }
        if let node = settings["branch"] { layout.place.branch = try pattern(node) }
        if let node = settings["proposed"] { layout.place.proposed = try template(node) }
        if let node = settings["repository"] { layout.place.repository = try template(node) }
        if let node = settings["layers"] {
            for item in try list(node) { layout.layers.append(try template(item)) }
        }
        if let node = settings["enabled"] {
            layout.enabled = try enabled(node)
            if layout.layers.isEmpty { throw problem(node, "'enabled' goes with 'layers'") }
        }
        try checkTemplates(of: layout, settings)
        return try checked(layout, node)
    }

    /// `argocd: argocd/**`, `flux: clusters/{env}`: what deploys, and where its objects are.
    private func deployed(
        by name: String, _ node: Node, _ settings: [String: Node]
    ) throws(ManifestsError) -> Layout {
        for key in settings.keys.sorted() where ![name, "env", "branch", "repository"].contains(key) {
            throw problem(
                settings[key], file: file,
                "'\(key)' does not go with '\(name)', which says which files are whose",
                hint: "write an entry for each")
        }
        var layout = Layout(path: nil)
        layout.deployer = Deployer(rawValue: name)
        if let node = settings[name] { layout.path = try pattern(node) }
        if let node = settings["env"] { layout.environment = try template(node) }
        if let node = settings["branch"] { layout.place.branch = try pattern(node) }
        if let node = settings["repository"] { layout.place.repository = try template(node) }
        try checkTemplates(of: layout, settings)
        return try checked(layout, node)
    }

    private func enabled(_ node: Node) throws(ManifestsError) -> Layout.Enabled? {
        switch node.kind {
        case .scalar: return try bool(node) ? .everywhere : nil
        case .sequence: return .named(try strings(node))
        default: break
        }
        let settings = try mapping(node, keys: ["file", "path"])
        guard let file = settings["file"], let path = settings["path"] else {
            throw problem(
                node, "'enabled' needs 'file' and 'path'", hint: "or true, or a list of environments")
        }
        var files: [Template] = []
        for item in file.resolved.kind == .sequence ? file.items : [file] { files.append(try template(item)) }
        return .switched(Layout.Switch(files: files, path: try template(path)))
    }

    /// What nothing fills in would find nothing, without a word.
    private func checkTemplates(of layout: Layout, _ settings: [String: Node]) throws(ManifestsError) {
        for name in layout.place.repository?.names ?? [] where name != "env" {
            throw problem(
                settings["repository"], file: file,
                "'repository' can't hold '{\(name)}': only {env} is filled in",
                hint: "write an entry for each repository")
        }
        let captured = ["env"] + (layout.path?.names ?? []) + (layout.place.branch?.names ?? [])
        var templates: [(key: String, template: Template)] = layout.layers.map { ("layers", $0) }
        if let proposed = layout.place.proposed { templates.append(("proposed", proposed)) }
        if case .switched(let turned)? = layout.enabled {
            templates += (turned.files + [turned.path]).map { ("enabled", $0) }
        }
        for (key, template) in templates {
            for name in template.names where !captured.contains(name) {
                throw problem(
                    settings[key], file: file, "'{\(name)}' in '\(key)' is not captured by this layout",
                    hint: "captured are: \(Set(captured).sorted().joined(separator: ", "))")
            }
        }
    }

    /// A layout has to say which environment a file belongs to, and where its files are.
    private func checked(_ layout: Layout, _ node: Node) throws(ManifestsError) -> Layout {
        let captures = Set((layout.path?.names ?? []) + (layout.place.branch?.names ?? []))
        let known = captures.union(layout.place.repository?.names ?? []).union(layout.layers.flatMap(\.names))
        if layout.path == nil, layout.place.branch == nil, layout.place.repository == nil {
            throw problem(node, "a layout needs 'path', 'branch' or 'repository'")
        }
        if layout.environment == nil, layout.deployer == nil, !known.contains("env") {
            throw problem(
                node, "nothing in this layout says which environment a file belongs to",
                hint: "put {env} into it, or name the environment with 'env:'")
        }
        for name in (layout.environment?.names ?? []) + (layout.group?.names ?? [])
        where !known.contains(name) {
            throw problem(
                node, "'{\(name)}' is not captured by this layout",
                hint: "captured are: \(known.sorted().joined(separator: ", "))")
        }
        if layout.place.proposed != nil, layout.place.branch == nil {
            throw problem(node, "'proposed' goes with 'branch'")
        }
        return layout
    }

    func customPin(_ node: Node) throws(ManifestsError) -> Configuration.CustomPin {
        let settings = try mapping(node, keys: ["files", "path", "artifact"])
        guard let files = settings["files"], let path = settings["path"] else {
            throw problem(node, "a pin needs 'files' and 'path'")
        }
        let pattern = try pattern(files)
        if let ending = Self.unreadable.first(where: pattern.description.hasSuffix) {
            throw problem(
                files, "gx reads versions in YAML and JSON, and not in '\(ending)' files",
                hint: "have what writes the file take the version from a file of YAML, and name that one")
        }
        return Configuration.CustomPin(
            files: pattern, path: try self.path(path), artifact: try settings["artifact"].map(template))
    }

    /// How files end that are neither YAML nor JSON, whatever they are called before that.
    private static let unreadable = [
        ".jsonnet", ".libsonnet", ".tf", ".tfvars", ".hcl", ".toml", ".properties", ".env", ".ini", ".cfg",
        ".conf",
        ".cue", ".dhall", ".nix", ".lua", ".xml", ".csv", ".md", ".sh", ".py", ".rb", ".js", ".ts", ".go",
        ".kcl", ".k",
        ".pkl", "Dockerfile", "Makefile", "Jenkinsfile",
    ]

    func promote(_ node: Node) throws(ManifestsError) -> Configuration.Promote {
        let settings = try mapping(node, keys: ["files", "trees", "paths", "protect", "auto"])
        var promote = Configuration.Promote()
        if let node = settings["auto"] { promote.automatic = try list(node).map(string) }
        if let node = settings["files"] { promote.files = try relativeFiles(node) }
        if let node = settings["trees"] { promote.trees = try relativeFiles(node) }
        if let node = settings["paths"] { promote.paths = try list(node).map(path) }
        if let node = settings["protect"] {
            promote.protectedPaths = []
            for item in try list(node) {
                // A name with a slash or an ending is a file; anything else is a path inside files.
                let text = try string(item)
                if looksLikeFile(text) {
                    promote.protectedFiles.append(try relativeFile(item))
                } else {
                    promote.protectedPaths.append(try path(item))
                }
            }
        }
        return promote
    }

    private func looksLikeFile(_ text: String) -> Bool {
        if text.hasPrefix("**.") { return false }
        return text.contains("/") || [".yaml", ".yml", ".json", ".env"].contains { text.hasSuffix($0) }
    }

    private func relativeFiles(_ node: Node) throws(ManifestsError) -> [String] {
        var files: [String] = []
        for item in try list(node) { files.append(try relativeFile(item)) }
        return files
    }

    /// - Parameter place: What it stands in.
    func relativeFile(_ node: Node, of place: String = "environment") throws(ManifestsError) -> String {
        let text = try string(node)
        guard !text.hasPrefix("/"), !text.split(separator: "/").contains("..") else {
            throw problem(
                node, "'\(text)' leaves the \(place)",
                hint: "write it relative to the \(place)'s folder")
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    func pipeline(_ node: Node) throws(ManifestsError) -> Configuration.Pipeline {
        let settings = try mapping(node, keys: ["apps", "order"])
        guard let apps = settings["apps"], let order = settings["order"] else {
            throw problem(node, "a pipeline needs 'apps' and 'order'")
        }
        return Configuration.Pipeline(apps: try strings(apps), order: try strings(order))
    }

    func teams(_ node: Node) throws(ManifestsError) -> [Configuration.Team] {
        var teams: [Configuration.Team] = []
        for (name, _, value) in try entries(node) {
            teams.append(Configuration.Team(name: name, apps: try strings(value)))
        }
        return teams
    }

    func issues(_ node: Node) throws(ManifestsError) -> Configuration.Issues {
        let settings = try mapping(node, keys: ["keys", "url", "numbers"])
        var issues = Configuration.Issues()
        var keys: [Node] = []
        if let node = settings["keys"] { keys = node.resolved.kind == .scalar ? [node] : try list(node) }
        for item in keys {
            let text = try string(item)
            guard let pattern = IssuePattern(text) else {
                throw problem(
                    item,
                    "no key of an issue can look like '\(text)': write a project (PROJ), or what stands before the number (T{number})"
                )
            }
            issues.keys.append(pattern)
        }
        if let node = settings["url"] { issues.url = try template(node) }
        if let node = settings["numbers"] {
            enum Numbers: String, CaseIterable {
                case issue
                case pullRequest = "pull-request"
            }
            issues.numbersAreIssues = try choice(node, Numbers.self) == .issue
        }
        return issues
    }

    func sources(_ node: Node) throws(ManifestsError) -> [String: Configuration.Source] {
        var sources: [String: Configuration.Source] = [:]
        for (name, _, value) in try entries(node) {
            let settings = try mapping(value, keys: ["source", "version"])
            var source = Configuration.Source()
            if let node = settings["source"] { source.repository = try string(node) }
            if let node = settings["version"] { source.version = try template(node) }
            sources[name] = source
        }
        return sources
    }

    func pauses(_ node: Node) throws(ManifestsError) -> [Configuration.Pause] {
        let settings = try mapping(node, keys: ["pause"])
        var pauses: [Configuration.Pause] = []
        for item in try settings["pause"].map(list) ?? [] {
            let settings = try mapping(item, keys: ["path", "value"])
            guard let path = settings["path"], let value = settings["value"] else {
                throw problem(item, "a pause needs 'path' and 'value'")
            }
            pauses.append(Configuration.Pause(path: try self.path(path), value: value.value))
        }
        return pauses
    }
}
