/// Writes a detected layout as a gx.yaml for people: what was found, and what else can be said.
public struct ConfigurationWriter {
    private let detected: DetectedLayout
    private var configuration: Configuration { detected.configuration }

    public init(_ detected: DetectedLayout) {
        self.detected = detected
    }

    /// The whole file.
    public var text: String {
        var sections = [
            """
            # What gx knows about this repository. 'gx init' wrote it from what it found: correct what is wrong.
            # Every key is explained in docs/gx-yaml.md.
            version: 1
            """,
            """
            # Where versions go: 'after' is the environment or group that comes before, 'group' names several at
            # once, 'publish: pull-request' asks for a review instead of pushing.
            environments:
            \(environments)
            """,
            """
            # Where the files of environments are; the first line that matches a file wins. {env} stands for a name
            # from above, {app} for an app, {name...} for several folders.
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
            sections.append(
                """
                # These look like environments too, but hold little; add to 'layout' what you deploy from:
                \(detected.leftOut.map { "#  - \(Self.quoted($0))" }.joined(separator: "\n"))
                """)
        }
        sections.append(Self.suggestions)
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

    private var environments: String {
        let environments = configuration.environments.map(\.environment)
        let width = environments.map(\.name.count).max() ?? 0
        return environments.map { environment in
            var settings: [String] = []
            if environment.after.count == 1 {
                settings.append("after: \(Self.quoted(environment.after[0]))")
            } else if !environment.after.isEmpty {
                settings.append("after: [\(environment.after.map(Self.quoted).joined(separator: ", "))]")
            }
            if let group = environment.group { settings.append("group: \(Self.quoted(group))") }
            let name = Self.quoted(environment.name) + ":"
            let padding = String(repeating: " ", count: width + 2 - environment.name.count - 1)
            return "  \(name)\(padding)"
                + (settings.isEmpty ? "{}" : "{ \(settings.joined(separator: ", ")) }")
        }.joined(separator: "\n")
    }

    private static func layout(_ layout: Layout) -> String {
        var lines: [String] = []
        func add(_ key: String, _ value: String?) {
            if let value { lines.append("\(key): \(value)") }
        }
        add("repository", (layout.place.repository?.description).map(quoted))
        add("branch", (layout.place.branch?.description).map(quoted))
        add("proposed", (layout.place.proposed?.description).map(quoted))
        add("path", (layout.path?.description).map(quoted))
        add("env", (layout.environment?.description).map(quoted))
        add("group", (layout.group?.description).map(quoted))
        if !layout.layers.isEmpty { add("layers", list(layout.layers)) }
        if let enabled = layout.enabled {
            add("enabled", "{ file: \(list(enabled.files)), path: \(quoted(enabled.path.description)) }")
        }
        if lines.count == 1, let path = layout.path { return "  - \(quoted(path.description))" }
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
