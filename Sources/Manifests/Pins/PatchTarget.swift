internal import System

/// Which objects a patch is for (kustomize: `types.Selector`).
struct PatchTarget {
    private let group: NamePattern?
    private let version: NamePattern?
    private let kind: NamePattern?
    private let name: NamePattern?
    private let namespace: NamePattern?
    private let labels: LabelSelector?
    private let annotations: LabelSelector?

    init(_ value: Composed, in checkout: Checkout) throws(SystemError) {
        func pattern(_ key: String) throws(SystemError) -> NamePattern? {
            guard let text = value[key]?.string, !text.isEmpty else { return nil }
            return try checkout.pattern(text)
        }
        group = try pattern("group")
        version = try pattern("version")
        kind = try pattern("kind")
        name = try pattern("name")
        namespace = try pattern("namespace")
        labels = value["labelSelector"]?.string.map(LabelSelector.init)
        annotations = value["annotationSelector"]?.string.map(LabelSelector.init)
    }

    func matches(_ resource: Resource) -> Bool {
        let (first, last) = (resource.original, resource.current)
        func matches(_ pattern: NamePattern?, _ text: (Resource.Identity) -> String) -> Bool {
            pattern.map { $0.matches(text(first)) || $0.matches(text(last)) } ?? true
        }
        guard matches(kind, \.kind), matches(name, \.name), matches(group, \.group),
            matches(version, \.version), matches(namespace, \.effectiveNamespace)
        else { return false }
        let metadata = resource.content["metadata"]
        return labels.map { $0.matches(metadata?["labels"]) } ?? true
            && annotations.map { $0.matches(metadata?["annotations"]) } ?? true
    }

    /// The one object that the target names; nil where it says less than that.
    var identity: Resource.Identity? {
        guard let kind = kind?.literal, let name = name?.literal else { return nil }
        return Resource.Identity(
            group: group?.literal ?? "", version: version?.literal ?? "", kind: kind,
            namespace: namespace?.literal ?? "", name: name)
    }
}

/// A regular expression that has to match a whole name; most are the name itself.
struct NamePattern {
    private let text: String
    private let regex: GoRegex?

    init(_ text: String) throws(SystemError) {
        self.text = text
        let isPlain = !text.utf8.contains { #".*+?()|[]{}^$\"#.utf8.contains($0) }
        // As kustomize puts it together: `a)|(b` is one there, too.
        regex = isPlain ? nil : try GoRegex("^(?:\(text))$")
    }

    /// The name, where the pattern is one.
    var literal: String? { regex == nil ? text : nil }

    func matches(_ name: String) -> Bool {
        regex?.matches(name) ?? (name == text)
    }
}

/// `app=api,tier!=db,env in (a, b),!legacy`: what Kubernetes takes to select by labels.
struct LabelSelector {
    private enum Requirement {
        case among(String, [String])
        case notAmong(String, [String])
        case exists(String)
        case isMissing(String)
    }

    private let requirements: [Requirement]

    init(_ text: String) {
        requirements = LabelSelector.split(text).compactMap(LabelSelector.requirement)
    }

    func matches(_ labels: Composed?) -> Bool {
        requirements.allSatisfy { requirement in
            switch requirement {
            case .among(let key, let values): labels?[key]?.string.map(values.contains) ?? false
            case .notAmong(let key, let values): !(labels?[key]?.string.map(values.contains) ?? false)
            case .exists(let key): labels?[key] != nil
            case .isMissing(let key): labels?[key] == nil
            }
        }
    }

    /// At commas, except those in brackets.
    private static func split(_ text: String) -> [String] {
        var parts = [""]
        var depth = 0
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if character == ",", depth == 0 {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts.map(trimmed).filter { !$0.isEmpty }
    }

    private static func requirement(_ text: String) -> Requirement? {
        if let open = text.firstIndex(of: "("), text.hasSuffix(")") {
            let words = text[..<open].split(separator: " ")
            let values = text[text.index(after: open)...].dropLast().split(separator: ",").map {
                trimmed(String($0))
            }
            guard words.count == 2 else { return nil }
            return words[1] == "notin"
                ? .notAmong(String(words[0]), values) : .among(String(words[0]), values)
        }
        if text.hasPrefix("!") { return .isMissing(trimmed(String(text.dropFirst()))) }
        guard let equals = text.firstIndex(of: "=") else { return .exists(text) }
        let value = trimmed(String(text[equals...].drop { $0 == "=" }))
        let key = text[..<equals]
        return key.hasSuffix("!")
            ? .notAmong(trimmed(String(key.dropLast())), [value]) : .among(trimmed(String(key)), [value])
    }

    private static func trimmed(_ text: String) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
