internal import YAML

/// What of gx.yaml says how history is read, in one spelling: what was derived from history has to be derived anew where
/// this differs, and only there. Comments and style say nothing of it, nor does what is about deployments to come.
struct HistoryRules {
    private static let sections: Set = ["windows", "notify", "verify", "rollback"]
    private static let ofEnvironments: Set = ["gates", "select", "publish"]

    private(set) var bytes: [UInt8] = []

    /// - Parameter root: Of gx.yaml, a mapping.
    init(_ root: Node) {
        let kept = root.entries.filter { !Self.sections.contains($0.key.string ?? "") }
        for (key, value) in kept {
            add(key)
            if key.string == "environments", value.kind == .mapping {
                for (name, environment) in value.entries {
                    add(name)
                    addEntries(of: environment, without: Self.ofEnvironments)
                }
            } else {
                add(value)
            }
        }
    }

    private mutating func addEntries(of node: Node, without names: Set<String> = []) {
        guard node.kind == .mapping else { return add(node) }
        bytes.append(UInt8(ascii: "{"))
        for (key, value) in node.entries where !names.contains(key.string ?? "") {
            add(key)
            add(value)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func add(_ node: Node) {
        switch node.kind {
        case .mapping: addEntries(of: node)
        case .sequence:
            bytes.append(UInt8(ascii: "["))
            for item in node.items { add(item) }
            bytes.append(UInt8(ascii: "]"))
        case .scalar:
            let text = node.text ?? []
            bytes += "\(text.count):".utf8
            bytes += text
        case .alias:
            // What it stands for is read where that stands.
            bytes += "*\(node.resolved.anchor ?? "") ".utf8
        }
    }
}
