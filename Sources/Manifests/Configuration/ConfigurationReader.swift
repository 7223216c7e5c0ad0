internal import System
internal import YAML

extension Configuration {
    /// Reads gx.yaml. `file` is its name in errors, which give line and column.
    public init(parsing bytes: [UInt8], file: String = "gx.yaml") throws(ManifestsError) {
        let yaml: YAMLFile
        do {
            yaml = try YAMLFile(parsing: bytes)
        } catch {
            throw .unreadable(file: file, reason: "\(error)")
        }
        let reader = SettingReader(file: file)
        guard let document = yaml.documents.first, let root = document.root else {
            throw .configuration(
                file: file, line: 1, column: 1, message: "the file is empty", hint: "gx init writes one")
        }
        if yaml.documents.count > 1 {
            throw .configuration(
                file: file, line: 1, column: 1, message: "more than one document", hint: "keep the first")
        }
        if let duplicate = document.duplicateKeys.first {
            throw reader.problem(duplicate, "'\(duplicate.string ?? "")' is there twice")
        }
        self.init()
        text.historyRules = HistoryRules(root).bytes
        let settings = try reader.mapping(
            root,
            keys: [
                "version", "environments", "layout", "shared", "pins", "couple", "promote", "pipelines",
                "teams", "issues", "apps", "clusters", "verify", "windows", "rollback", "fleet", "ignore",
                "trust", "notify", "report", "outcomes", "pull-requests",
            ])
        try Configuration.checkVersion(settings["version"], root: root, reader: reader)
        if let node = settings["fleet"] {
            fleet = try reader.fleet(node)
            if let other = root.entries.first(where: { !["version", "fleet"].contains($0.key.string) }) {
                throw reader.problem(
                    other.key, "'\(other.key.string ?? "")' is of one repository, and 'fleet' of many",
                    hint: "a fleet has a gx.yaml of its own")
            }
            return
        }
        if let node = settings["environments"] { environments = try reader.environments(node) }
        if let node = settings["layout"] { layouts = try reader.list(node).map(reader.layout) }
        if let node = settings["shared"] {
            shared = try reader.list(node).map(reader.pattern)
            try checkShared(node, reader)
        }
        if let node = settings["pins"] { pins = try reader.list(node).map(reader.customPin) }
        if let node = settings["couple"] {
            couples = try reader.list(node).map(reader.paths)
        }
        if let node = settings["promote"] { promote = try reader.promote(node) }
        if let node = settings["ignore"] { ignored = try reader.paths(node) }
        if let node = settings["pipelines"] { pipelines = try reader.list(node).map(reader.pipeline) }
        if let node = settings["teams"] { teams = try reader.teams(node) }
        if let node = settings["issues"] { issues = try reader.issues(node) }
        if let node = settings["apps"] { apps = try reader.sources(node) }
        if let node = settings["clusters"] { clusters = try reader.clusters(node) }
        if let node = settings["verify"] { verify = try reader.verifyRules(node) }
        try reader.checkContexts(of: self, settings["verify"])
        if let node = settings["windows"] { windows = try reader.list(node).map(reader.window) }
        if let node = settings["rollback"] { pauses = try reader.pauses(node) }
        if let node = settings["notify"] { notices = try reader.list(node).map(reader.notice) }
        if let node = settings["trust"] { signers = try reader.signers(node) }
        if let node = settings["report"] { reports = try reader.bool(node) }
        if let node = settings["pull-requests"] { requests = try reader.requests(node) }
        if let node = settings["outcomes"] { outcomes = try reader.outcomes(node) }
        try checkNames(
            settings["environments"], pipelines: settings["pipelines"], layouts: settings["layout"],
            promote: settings["promote"]?["auto"],
            reader: reader)
        let layouts = (settings["layout"]?.items ?? []).compactMap { $0["repository"] }
        let sources = (settings["apps"]?.entries ?? []).compactMap { $0.value["source"] }
        for node in layouts + sources {
            // What is no template names one repository as it is written.
            guard let name = node.string, let template = try? Template(name) else { continue }
            text.repositories.append(
                Text.NamedRepository(name: template, line: node.line, column: node.column))
        }
    }

    private static func checkVersion(_ node: Node?, root: Node, reader: SettingReader)
        throws(ManifestsError)
    {
        guard let node else {
            throw reader.problem(root, "'version' is missing", hint: "write 'version: 1' at the top")
        }
        guard node.string == "1" else {
            throw reader.problem(
                node, "version '\(node.string ?? "")' is not one that this gx reads",
                hint: "write 'version: 1'")
        }
    }

    /// Every name in an order or a list is an environment or a group, and the order has no circle.
    /// A file of which a name is bound by nothing would be nobody's, without a word.
    private func checkShared(_ node: Node, _ reader: SettingReader) throws(ManifestsError) {
        // What deploys binds names of its own.
        guard !layouts.isEmpty, layouts.allSatisfy({ $0.deployer == nil }) else { return }
        let own = layouts.flatMap { ($0.path?.names ?? []) + ($0.place.branch?.names ?? []) }
        let bound = unique(["env", "app", "group"] + own)
        for (pattern, place) in zip(shared, node.items.isEmpty ? [node] : node.items) {
            guard let name = pattern.names.first(where: { !bound.contains($0) }) else { continue }
            throw reader.problem(
                place, "'{\(name)}' in 'shared' is not captured by any layout",
                hint: "take one of \(bound.map { "{\($0)}" }.joined(separator: ", ")), or '*' for any")
        }
    }

    private func checkNames(
        _ node: Node?, pipelines: Node?, layouts: Node?, promote: Node?, reader: SettingReader
    ) throws(ManifestsError) {
        let names = environments.map(\.environment.name) + groups
        let known = Set(names)
        func check(_ name: String, at place: Node) throws(ManifestsError) {
            if known.contains(name) || environment(named: name) != nil { return }
            let nearest = NearestName.of(name, among: names)
            throw reader.problem(
                place, "no environment or group is called '\(name)'",
                hint: nearest.map { "did you mean '\($0)'?" }
                    ?? "the environments are \(names.joined(separator: ", "))")
        }
        let places = Dictionary(
            (node?.entries ?? []).map { ($0.key.string ?? "", $0.value) },
            uniquingKeysWith: { first, _ in first })
        for declaration in environments {
            let place = places[declaration.environment.name]?["after"]
            for before in declaration.environment.after { if let place { try check(before, at: place) } }
        }
        if let name = environments.map(\.environment).firstInCircle {
            throw reader.problem(
                places[name]?["after"] ?? node ?? nil, file: reader.file, "'\(name)' comes after itself",
                hint: "take one 'after' out of the circle")
        }
        for name in promote?.items ?? [] { try check(name.string ?? "", at: name) }
        for pipeline in pipelines?.items ?? [] {
            for name in pipeline["order"]?.items ?? [] { try check(name.string ?? "", at: name) }
        }
        for layout in layouts?.items ?? [] {
            for name in layout["enabled"]?.items ?? [] { try check(name.string ?? "", at: name) }
        }
    }
}
