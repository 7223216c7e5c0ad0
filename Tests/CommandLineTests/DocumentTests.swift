import Delivery
import Manifests
import System
import Testing
import YAML

/// README.md and the pages of docs/ lead somewhere: each link to a file of the project, each anchor, and each
/// path of the project that they name.
@Suite struct DocumentTests {
    static func pages() throws -> [String] {
        try ["README.md"].filter(Project.has) + Project.files(in: "docs", ".md")
    }

    @Test(arguments: try pages())
    func linksLeadSomewhere(_ page: String) throws {
        let folder = page.split(separator: "/").dropLast().map { $0 + "/" }.joined()
        for link in try Project.read(page).matches(of: /\]\(([^)\s]+)\)/).map(\.output.1)
        where !link.contains("://") {
            let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            let file = parts[0].isEmpty ? page : folder + parts[0]
            guard Project.has(file.replacing("docs/../", with: "")) else {
                Issue.record("\(page) links to \(link), which is not there")
                continue
            }
            guard parts.count > 1 else { continue }
            let anchors = try Self.anchors(of: file)
            #expect(anchors.contains(String(parts[1])), "\(page) links to \(link)")
        }
    }

    @Test(arguments: try pages())
    func pathsAreThoseOfTheProject(_ page: String) throws {
        for path in try Project.read(page).matches(of: /`((Sources|Tests|docs|man|completions)\/[\w.\/-]+)`/)
        {
            #expect(Project.has(String(path.output.1)), "\(page) names \(path.output.1)")
        }
    }

    @Test(arguments: try pages())
    func yamlIsCorrect(_ page: String) throws {
        for block in try Project.read(page).matches(of: /\n```yaml\n((?s).*?)\n```/).map(\.output.1) {
            let bytes = Array(block.utf8)
            _ = try YAMLFile(parsing: bytes)
            if block.hasPrefix("version: 1\n") { _ = try Configuration(parsing: bytes) }
        }
    }

    @Test func theGuideExplainsEveryRefusal() throws {
        let guide = try Project.read("docs/guide.md")
        for code in Refusal.Code.allCases {
            let isExplained = guide.contains("\n| `\(code.rawValue)` |")
            #expect(isExplained, "docs/guide.md does not explain \(code)")
        }
    }

    /// docs/trust.md says what becomes of each setting of this git that sounds as if it started a program, or reached
    /// somewhere.
    @Test func trustNamesEverySettingThatMayRunSomething() throws {
        let page = try Project.read("docs/trust.md")
        let named = page.matches(of: /`([\w.*]+)`/).map { $0.output.1.lowercased() }.filter {
            $0.contains(".")
        }
        let words = [
            "command", "cmd", "program", "helper", "hook", "editor", "pager", "askpass", "proxy", "external",
            "textconv", "driver", "clean", "smudge", "process", "uploadpack", "receivepack", "vcs",
            "promisor",
            "insteadof", "cookie", "delegation", "capath", "cainfo", "tool", "browser", "bundle",
            "templatedir",
            "fsmonitor", "trace2", "recurse", "partialclone", "alternaterefs",
        ]
        // They only sound so: a colour, a number, what git says, a name for messages.
        let harmless = [
            "advice.*", "color.*", "column.*", "completion.commands", "clean.requireforce", "commit.cleanup",
            "rebase.abbreviatecommands", "diff.*.cachetextconv", "merge.*.name", "merge.*.recursive",
            "http.proxyauthmethod",
            "http.proxyssl*", "http.schannel*", "remote.*.proxyauthmethod", "remote.*.partialclonefilter",
            "core.fsmonitorhookversion",
            "core.alternaterefsprefixes", "notes.rewrite.*", "credential.usehttppath", "mergetool.*", "gc.*",
            "uploadpackfilter.*",
        ]
        let output = try Subprocess("git", ["help", "-c"], purpose: "list its settings").run()
        let keys = output.text.lines.map { line in
            line.lowercased().replacing(/<[^>]*>/, with: "*")
        }
        #expect(keys.count > 400)
        for key in keys where key.contains(".") && words.contains(where: { key.contains($0) }) {
            let isNamed = (named + harmless).contains { Glob.matches($0, key) || $0 == key }
            #expect(isNamed, "docs/trust.md does not say what becomes of \(key)")
        }
    }

    /// What headings are called in links: small letters, digits and hyphens.
    private static func anchors(of page: String) throws -> Set<String> {
        let headings = try Project.read(page).split(separator: "\n").filter { $0.hasPrefix("#") }
        return Set(
            headings.map { heading in
                let text = heading.drop { $0 == "#" || $0 == " " }.lowercased().replacing(" ", with: "-")
                return text.filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
            })
    }
}
