internal import System
internal import YAML

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
