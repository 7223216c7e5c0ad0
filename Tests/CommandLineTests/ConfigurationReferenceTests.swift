import Manifests
import Testing

/// Holds docs/gx-yaml.md to what gx reads: its examples are right, and it names every key.
@Suite struct ConfigurationReferenceTests {
    private static func page() throws -> String { try Project.read("docs/gx-yaml.md") }

    /// The blocks of YAML, each a whole gx.yaml but for its version.
    private static func examples() throws -> [String] {
        var examples: [String] = []
        var open: String?
        for line in try page().split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "```yaml" {
                open = ""
            } else if line == "```" {
                if let example = open { examples.append(example) }
                open = nil
            } else if let example = open {
                open = example + line + "\n"
            }
        }
        return examples
    }

    @Test(arguments: try examples())
    func examplesAreRead(_ example: String) throws {
        let configuration = try Configuration(parsing: Array("version: 1\n\(example)".utf8))
        #expect(!configuration.environments.isEmpty || configuration.fleet != nil)
    }

    /// Each mapping of the file with a key that does not exist: the error says which ones do.
    @Test(arguments: [
        "zzzzzzzzzzzz: 1", "environments: { dev: { zzzzzzzzzzzz: 1 } }", "layout: [ { zzzzzzzzzzzz: 1 } ]",
        "layout: [ { path: '{env}', enabled: { zzzzzzzzzzzz: 1 } } ]", "pins: [ { zzzzzzzzzzzz: 1 } ]",
        "promote: { zzzzzzzzzzzz: 1 }", "pipelines: [ { zzzzzzzzzzzz: 1 } ]", "issues: { zzzzzzzzzzzz: 1 }",
        "apps: { api: { zzzzzzzzzzzz: 1 } }", "verify: { prod: { zzzzzzzzzzzz: 1 } }",
        "verify: { prod: { cluster: { zzzzzzzzzzzz: 1 } } }",
        "verify: { prod: { checks: [ { zzzzzzzzzzzz: 1 } ] } }",
        "environments: { dev: { gates: { zzzzzzzzzzzz: 1 } } }",
        "environments: { dev: { gates: { approvals: { zzzzzzzzzzzz: 1 } } } }",
        "environments: { dev: { gates: { prometheus: { zzzzzzzzzzzz: 1 } } } }",
        "environments: { dev: { gates: { url: { zzzzzzzzzzzz: 1 } } } }", "windows: [ { zzzzzzzzzzzz: 1 } ]",
        "trust: { zzzzzzzzzzzz: 1 }", "notify: [ { zzzzzzzzzzzz: 1 } ]",
        "rollback: { zzzzzzzzzzzz: 1 }", "rollback: { pause: [ { zzzzzzzzzzzz: 1 } ] }",
        "fleet: [ { zzzzzzzzzzzz: 1 } ]",
    ])
    func everyKeyIsNamed(_ text: String) throws {
        let error = try #require(throws: ManifestsError.self) {
            try Configuration(parsing: Array("version: 1\n\(text)\n".utf8))
        }
        guard case .configuration(_, _, _, "unknown key 'zzzzzzzzzzzz'", let hint?) = error,
            let known = hint.firstRange(of: "known here: ")
        else {
            Issue.record("\(error)")
            return
        }
        let page = try Self.page()
        for key in hint[known.upperBound...].split(separator: ", ") {
            let isNamed = page.contains("`\(key)`") || page.contains("\(key):")
            #expect(isNamed, "docs/gx-yaml.md lacks '\(key)'")
        }
    }
}
