public import Manifests
public import YAML

/// A value of configuration that two environments, or two moments of one, do not share.
public struct ConfigurationDifference: Hashable, Sendable {
    /// `Deployment/api`, `Values/payments`.
    public var object: String
    /// Where in it; nil where the whole object is on one side only.
    public var path: String?
    /// What it says; nil where it is not there. Secrets are never told, only that they differ.
    public var old: String?
    public var new: String?
}

/// Compares what an app is made of, besides its versions.
///
/// Left out is what differs by nature: versions (they are compared by themselves), replicas, resources and what else
/// autoscalers and optimisers write, timestamps and checksums, what gx.yaml ignores or protects from promotions, and values that
/// are equal but for the name of the environment.
public struct ConfigurationComparison {
    private let leftOut: [Path]
    /// What each side calls itself.
    private let names: (old: [String], new: [String])
    /// Where versions stand.
    private let pins: Set<Path>

    /// - Parameters:
    ///   - leftOut: What else is not compared.
    ///   - names: The name of the environment on each side, and whatever else is its own: its group, its cluster.
    ///   - pins: Where the versions of either side stand.
    public init(
        leavingOut leftOut: [Path], names: (old: [String], new: [String]), pins: Set<Path>
    ) {
        self.leftOut = leftOut
        // Longer names first: `prod-us` before `prod`.
        self.names = (names.old.sorted { $0.count > $1.count }, names.new.sorted { $0.count > $1.count })
        self.pins = pins
    }

    /// In the order of the new side, what is gone last.
    public func differences(from old: [ManifestObject], to new: [ManifestObject]) -> [ConfigurationDifference]
    {
        var rest = old
        var found: [ConfigurationDifference] = []
        for object in new {
            let key = normalized(object.name, names.new)
            let match = rest.firstIndex {
                $0.kind == object.kind && ($0.name == object.name || normalized($0.name, names.old) == key)
            }
            if let match {
                found += differences(from: rest.remove(at: match), to: object)
            } else {
                found.append(ConfigurationDifference(object: object.title, new: "there"))
            }
        }
        return found + rest.map { ConfigurationDifference(object: $0.title, old: "there") }
    }

    private func differences(from old: ManifestObject, to new: ManifestObject) -> [ConfigurationDifference] {
        let (before, after) = (leaves(of: old), leaves(of: new))
        var found: [ConfigurationDifference] = []
        for leaf in after.order {
            guard let value = after.values[leaf] else { continue }
            let previous = before.values[leaf]
            if let previous, isSame(previous.text, value.text) { continue }
            found.append(difference(new, path: leaf, old: previous, new: value))
        }
        for leaf in before.order where after.values[leaf] == nil {
            found.append(difference(new, path: leaf, old: before.values[leaf], new: nil))
        }
        return found
    }

    private func difference(
        _ object: ManifestObject, path: Path, old: Leaf?, new: Leaf?
    ) -> ConfigurationDifference {
        guard old?.isSecret != true, new?.isSecret != true else {
            return ConfigurationDifference(
                object: object.title, path: "\(path)", old: old.map { _ in "(secret)" },
                new: new.map { _ in old == nil ? "(secret)" : "(another secret)" })
        }
        guard let old, let new, old.text.contains("\n") || new.text.contains("\n") else {
            return ConfigurationDifference(
                object: object.title, path: "\(path)", old: old.map { Self.firstLine($0.text) },
                new: new.map { Self.firstLine($0.text) })
        }
        let lines = { (text: String) in
            text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        }
        let (before, after) = (lines(old.text), lines(new.text))
        let first =
            zip(before, after).enumerated().first { $1.0 != $1.1 }?.offset ?? min(before.count, after.count)
        return ConfigurationDifference(
            object: object.title, path: "\(path) (line \(first + 1))",
            old: before.indices.contains(first) ? before[first] : nil,
            new: after.indices.contains(first) ? after[first] : nil)
    }

    private static func firstLine(_ text: String) -> String {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return lines.count > 1 ? "\(lines[0]) … (\(lines.count) lines)" : text
    }

    private func isSame(_ old: String, _ new: String) -> Bool {
        old == new || normalized(old, names.old) == normalized(new, names.new)
            || Self.isTime(old) && Self.isTime(new)
    }

    /// A text without the names of its environment.
    private func normalized(_ text: String, _ names: [String]) -> String {
        names.reduce(text) { $0.replacing($1, with: "\u{0}") }
    }

    /// `2026-03-01T08:30:00Z`
    private static func isTime(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.count >= 19 && bytes[4] == UInt8(ascii: "-") && bytes[7] == UInt8(ascii: "-")
            && bytes[10] == UInt8(ascii: "T") && bytes[13] == UInt8(ascii: ":")
    }

    // MARK: Leaves

    private struct Leaf {
        var text: String
        var isSecret: Bool
    }

    private struct Leaves {
        var order: [Path] = []
        var values: [Path: Leaf] = [:]
    }

    private func leaves(of object: ManifestObject) -> Leaves {
        var leaves = Leaves()
        let isSecret =
            object.kind == "Secret" || Self.entry("sops", of: object.content) != nil
        collect(object.content, .root, isSecret: isSecret, into: &leaves)
        return leaves
    }

    private func collect(_ value: Value, _ path: Path, isSecret: Bool, into leaves: inout Leaves) {
        if isLeftOut(path, value) { return }
        switch value {
        case .scalar(let text), .literal(let text):
            leaves.order.append(path)
            leaves.values[path] = Leaf(
                text: text, isSecret: isSecret || text.hasPrefix("ENC[") || Self.isSecret(path))
        case .mapping(let entries):
            // The name of an item may say that its value is a secret: `- { name: DB_PASSWORD, value: x }`.
            let name = Self.entry("name", of: value).flatMap(Self.text) ?? ""
            for entry in entries {
                let isSecret = isSecret || entry.key == "value" && Self.isSecret(name)
                collect(entry.value, path.appending(.key(entry.key)), isSecret: isSecret, into: &leaves)
            }
        case .sequence(let items):
            let texts = items.compactMap(Self.text)
            if texts.count == items.count, !items.isEmpty {
                leaves.order.append(path)
                leaves.values[path] = Leaf(
                    text: "[\(texts.joined(separator: ", "))]", isSecret: isSecret || Self.isSecret(path))
                return
            }
            for (index, item) in items.enumerated() {
                let name = Self.entry("name", of: item).flatMap(Self.text)
                let isOnly = items.count { Self.entry("name", of: $0).flatMap(Self.text) == name } == 1
                let step: Path.Step =
                    if let name, isOnly { .match(key: "name", value: name) } else { .index(index) }
                collect(item, path.appending(step), isSecret: isSecret, into: &leaves)
            }
        }
    }

    private static func entry(_ key: String, of value: Value) -> Value? {
        guard case .mapping(let entries) = value else { return nil }
        return entries.first { $0.key == key }?.value
    }

    private static func text(_ value: Value) -> String? {
        switch value {
        case .scalar(let text), .literal(let text): text
        case .mapping, .sequence: nil
        }
    }

    // MARK: What is left out

    private static let ownedByOthers: Set<String> = [
        "replicas", "replicaCount", "creationTimestamp", "lastTransitionTime", "restartedAt", "managedFields",
        "resourceVersion", "generation", "uid", "status",
    ]

    private func isLeftOut(_ path: Path, _ value: Value) -> Bool {
        if pins.contains(path) || leftOut.contains(where: { $0.covers(path) }) { return true }
        guard case .key(let key)? = path.steps.last else { return false }
        if Self.ownedByOthers.contains(key) || key.hasPrefix("checksum/") || key.hasSuffix("/restartedAt") {
            return true
        }
        switch key {
        // A container's needs; the list of a kustomization is called so, too.
        case "resources":
            return Self.entry("limits", of: value) != nil || Self.entry("requests", of: value) != nil
        case "image", "sops": return true
        default: return false
        }
    }

    /// Whether the last key of a path is one that secrets are kept under.
    private static func isSecret(_ path: Path) -> Bool {
        guard case .key(let key)? = path.steps.last(where: { if case .key = $0 { true } else { false } })
        else {
            return false
        }
        return isSecret(key)
    }

    private static func isSecret(_ name: String) -> Bool {
        let plain = name.lowercased().filter { $0.isLetter }
        return [
            "password", "passwd", "token", "apikey", "privatekey", "secret", "secretkey", "credential",
            "credentials",
        ]
        .contains { plain.hasSuffix($0) }
    }
}

extension Path {
    /// Whether this path, which may have wildcards, leads to a concrete one.
    fileprivate func covers(_ path: Path) -> Bool { Self.covers(steps[...], path.steps[...]) }

    private static func covers(_ pattern: ArraySlice<Step>, _ path: ArraySlice<Step>) -> Bool {
        guard let step = pattern.first else { return path.isEmpty }
        if step == .deep {
            return covers(pattern.dropFirst(), path) || !path.isEmpty && covers(pattern, path.dropFirst())
        }
        guard let own = path.first else { return false }
        let isMatch =
            switch (step, own) {
            case (.any, _): true
            case (.anyItem, .index), (.anyItem, .match): true
            default: step == own
            }
        return isMatch && covers(pattern.dropFirst(), path.dropFirst())
    }
}
