internal import System

/// Writes a detected layout as a gx.yaml for people: what was found, and what else can be said.
public struct ConfigurationWriter {
    private let detected: DetectedLayout
    private var configuration: Configuration { detected.configuration }

    public init(_ detected: DetectedLayout) {
        self.detected = detected
    }

    /// The whole file.
    public var text: String {
        let text = text(with: Self.suggestions)
        // What is said is read more willingly than what might be.
        return text.count(where: \.isNewline) < Self.length ? text : self.text(with: nil)
    }

    /// How many lines people read.
    private static let length = 40

    private func text(with suggestions: String?) -> String {
        var sections = [
            """
            # What gx knows about this repository. 'gx init' wrote it from what it found: correct what is wrong.
            # Every key is explained in docs/gx-yaml.md.
            version: 1
            """,
            """
            # Where versions go: 'after' is the environment or group that comes before, 'group' names several at
            # once, 'publish: pull-request' asks for a review instead of pushing.\(question)
            environments:
            \(environments)
            """,
            """
            \(layoutComment)
            layout:
            \(configuration.layouts.map(Self.layout).joined(separator: "\n"))
            """,
        ]
        if !configuration.shared.isEmpty {
            let files = configuration.shared.map { "  - \(Self.quoted($0.description))" }
            sections.append(
                """
                # Files that several environments read.
                shared:
                \(files.joined(separator: "\n"))
                """)
        }
        if !detected.leftOut.isEmpty {
            let shown = detected.leftOut.prefix(5).map { "#  - \(Self.quoted($0))" }
            sections.append(
                """
                # These look like environments too, but hold little; add to 'layout' what you deploy from:
                \(shown.joined(separator: "\n"))
                """)
        }
        if let suggestions { sections.append(suggestions) }
        return sections.joined(separator: "\n\n") + "\n"
    }

    private static let suggestions = """
        # Configuration that moves along with a version, and what a promotion never changes:
        # promote:
        #   files: [settings.yaml]
        #   protect: ["**.replicas", "**.resources"]

        # The tracker's keys, so that answers name issues:
        # issues:
        #   keys: [PROJ]
        #   url: https://tracker.example.com/browse/{key}
        """

    /// What nobody can know from the files.
    private var question: String {
        let all = configuration.environments.map(\.environment)
        guard all.count > 1 else {
            let isDeployed = configuration.layouts.contains { $0.deployer != nil }
            return "\n# Nothing says how this one is called: name it here"
                + (isDeployed ? ", and with 'env: NAME' beside what deploys." : " and in 'env' below.")
        }
        if all.allSatisfy(\.after.isEmpty) {
            return
                "\n# Nothing says which of them comes before which: write it, as in 'prod: { after: dev }'."
        }
        let isProven = configuration.layouts.contains { $0.deployer != nil }
        return isProven && !detected.isOrdered ? "\n# Their order is guessed from their names." : ""
    }

    private var layoutComment: String {
        let isDeployed = configuration.layouts.contains { $0.deployer != nil }
        let isMatched = configuration.layouts.contains { $0.deployer == nil }
        var lines: [String] = []
        if isDeployed {
            lines.append(
                "# What deploys, and where its objects are: they say which files belong to which environment and app."
            )
        }
        if isMatched {
            lines += [
                "# Where the files of environments are; the first line that matches a file wins. {env} stands for a name",
                "# from above, {app} for an app, {name...} for several folders.",
            ]
        }
        return lines.joined(separator: "\n")
    }

    private var environments: String {
        let environments = configuration.environments.map(\.environment)
        let entries = environments.map { (name: Self.quoted($0.name) + ":", settings: Self.settings(of: $0)) }
        guard environments.count <= 16 else {
            return Self.packed(entries.map { "\($0.name) \($0.settings)" })
        }
        let width = entries.map(\.name.count).max() ?? 0
        let lines = zip(environments, entries).map { environment, entry in
            let padding = String(repeating: " ", count: width + 1 - entry.name.count)
            return (
                line: "  \(entry.name)\(padding)\(entry.settings)",
                evidence: detected.evidence[environment.name]
            )
        }
        let end = lines.map(\.line.count).max() ?? 0
        return lines.map { line, evidence in
            guard let evidence else { return line }
            return line + String(repeating: " ", count: end - line.count) + "  # \(evidence.onOneLine)"
        }.joined(separator: "\n")
    }

    /// Many entries of a mapping on few lines.
    private static func packed(_ entries: [String]) -> String {
        var lines: [String] = []
        for entry in entries {
            if let last = lines.last, last.count + entry.count + 6 <= 118 {
                lines[lines.count - 1] = last + ", " + entry
            } else {
                lines.append(entry)
            }
        }
        return "  { " + lines.joined(separator: ",\n    ") + " }"
    }

    private static func settings(of environment: Environment) -> String {
        var settings: [String] = []
        if environment.after.count == 1 {
            settings.append("after: \(quoted(environment.after[0]))")
        } else if !environment.after.isEmpty {
            settings.append("after: [\(environment.after.map(quoted).joined(separator: ", "))]")
        }
        if let group = environment.group { settings.append("group: \(quoted(group))") }
        return settings.isEmpty ? "{}" : "{ \(settings.joined(separator: ", ")) }"
    }

    private static func layout(_ layout: Layout) -> String {
        var lines: [String] = []
        func add(_ key: String, _ value: String?) {
            if let value { lines.append("\(key): \(value)") }
        }
        add("repository", (layout.place.repository?.description).map(quoted))
        add("branch", (layout.place.branch?.description).map(quoted))
        add("proposed", (layout.place.proposed?.description).map(quoted))
        add(layout.deployer?.rawValue ?? "path", (layout.path?.description).map(quoted))
        add("env", (layout.environment?.description).map(quoted))
        add("group", (layout.group?.description).map(quoted))
        if !layout.layers.isEmpty { add("layers", list(layout.layers)) }
        switch layout.enabled {
        case .everywhere?: add("enabled", "true")
        case .named(let names)?: add("enabled", "[\(names.map(quoted).joined(separator: ", "))]")
        case .switched(let turned)?:
            add("enabled", "{ file: \(list(turned.files)), path: \(quoted(turned.path.description)) }")
        case nil: break
        }
        if lines.count == 1, layout.deployer == nil, let path = layout.path {
            return "  - \(quoted(path.description))"
        }
        return "  - " + lines.joined(separator: "\n    ")
    }

    private static func list(_ templates: [Template]) -> String {
        templates.count == 1
            ? quoted(templates[0].description)
            : "[\(templates.map { quoted($0.description) }.joined(separator: ", "))]"
    }

    /// Plain where that reads back as the same string, in a list of `[…]` too.
    private static func quoted(_ text: String) -> String {
        let isPlain =
            text.first.map { $0.isLetter } ?? false
            && text.allSatisfy { $0.isLetter || $0.isNumber || "-_./".contains($0) }
            && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
        if isPlain { return text }
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
