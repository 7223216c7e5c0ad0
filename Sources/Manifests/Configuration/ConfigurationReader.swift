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
        text.bytes = bytes
        let settings = try reader.mapping(
            root,
            keys: [
                "version", "environments", "layout", "shared", "pins", "couple", "promote", "pipelines",
                "teams", "issues", "apps", "clusters", "verify", "windows", "rollback", "fleet", "ignore",
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
        if let node = settings["shared"] { shared = try reader.list(node).map(reader.pattern) }
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

/// Typed reading of gx.yaml's nodes; every error says where.
struct SettingReader {
    let file: String

    func problem(_ node: Node, _ message: String, hint: String? = nil) -> ManifestsError {
        .configuration(file: file, line: node.line, column: node.column, message: message, hint: hint)
    }

    func problem(_ node: Node?, file: String, _ message: String, hint: String?) -> ManifestsError {
        .configuration(
            file: file, line: node?.line ?? 1, column: node?.column ?? 1, message: message, hint: hint)
    }

    /// The values of a mapping by key; any key but `keys` is an error that suggests the nearest.
    func mapping(_ node: Node, keys: [String]) throws(ManifestsError) -> [String: Node] {
        var values: [String: Node] = [:]
        for (name, key, value) in try entries(node) {
            guard keys.contains(name) else {
                let nearest = NearestName.of(name, among: keys)
                throw problem(
                    key, "unknown key '\(name)'",
                    hint: nearest.map { "did you mean '\($0)'?" }
                        ?? "known here: \(keys.joined(separator: ", "))")
            }
            values[name] = value
        }
        return values
    }

    /// Any mapping, or nothing at all (`dev:`), in order.
    func entries(_ node: Node) throws(ManifestsError) -> [(name: String, key: Node, value: Node)] {
        if isNull(node) { return [] }
        guard node.resolved.kind == .mapping else { throw problem(node, "a mapping is expected here") }
        var entries: [(String, Node, Node)] = []
        for (key, value) in node.entries {
            guard let name = key.string else { throw problem(key, "a key has to be a plain name") }
            entries.append((name, key, value))
        }
        return entries
    }

    func list(_ node: Node) throws(ManifestsError) -> [Node] {
        guard node.resolved.kind == .sequence else {
            throw problem(node, "a list is expected here", hint: "write [ … ]")
        }
        return node.items
    }

    func string(_ node: Node) throws(ManifestsError) -> String {
        guard node.resolved.kind == .scalar, !isNull(node), let text = node.string else {
            throw problem(node, "a text is expected here")
        }
        return text
    }

    /// One text, or a list of them.
    func strings(_ node: Node) throws(ManifestsError) -> [String] {
        if node.resolved.kind == .scalar { return [try string(node)] }
        var strings: [String] = []
        for item in try list(node) { strings.append(try string(item)) }
        return strings
    }

    func bool(_ node: Node) throws(ManifestsError) -> Bool {
        switch node.string {
        case "true": return true
        case "false": return false
        default: throw problem(node, "true or false is expected here")
        }
    }

    func int(_ node: Node) throws(ManifestsError) -> Int {
        guard let value = Int(try string(node)) else {
            throw problem(node, "a whole number is expected here")
        }
        return value
    }

    func double(_ node: Node) throws(ManifestsError) -> Double {
        guard let value = Double(try string(node)), value.isFinite else {
            throw problem(node, "a number is expected here")
        }
        return value
    }

    /// `90s`, `10m`, `2h`, `1d`, in seconds.
    func duration(_ node: Node) throws(ManifestsError) -> Int {
        let text = try string(node)
        guard let span = TimeSpan(text) else {
            throw problem(node, "'\(text)' is not a duration", hint: TimeSpan.hint)
        }
        return Int(span.seconds)
    }

    func choice<Choice: RawRepresentable & CaseIterable>(_ node: Node, _: Choice.Type) throws(ManifestsError)
        -> Choice
    where Choice.RawValue == String {
        let text = try string(node)
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue)
        throw problem(
            node, "'\(text)' is not one of \(known.joined(separator: ", "))",
            hint: NearestName.of(text, among: known).map { "did you mean '\($0)'?" })
    }

    func pattern(_ node: Node) throws(ManifestsError) -> Pattern {
        let text = try string(node)
        do { return try Pattern(text) } catch { throw problem(node, error.description) }
    }

    func template(_ node: Node) throws(ManifestsError) -> Template {
        let text = try string(node)
        do { return try Template(text) } catch { throw problem(node, error.description) }
    }

    func path(_ node: Node) throws(ManifestsError) -> Path {
        let text = try string(node)
        do { return try Path(text) } catch {
            throw problem(
                node, "'\(text)' is not a path: \(error)",
                hint: "write it like spec.containers[name=api].image")
        }
    }

    func paths(_ node: Node) throws(ManifestsError) -> [Path] { try list(node).map(path) }

    private func isNull(_ node: Node) -> Bool { node.scalar?.type == .null }
}
