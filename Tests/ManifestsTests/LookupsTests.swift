import Git
import TestSupport
import Testing
import YAML

@testable import Manifests

/// What a checkout keeps while it goes from commit to commit is what a fresh one reads.
@Suite struct LookupsTests {
    private let scratch: ScratchRepository
    private let repository: Repository

    init() throws {
        scratch = try ScratchRepository()
        repository = try scratch.repository()
    }

    /// Files to write, or to remove where there is no text; text that starts with `-> ` is a link.
    private static let steps: [(why: String, files: [String: String?])] = [
        (
            "no base yet",
            ["prod/kustomization.yaml": "resources: [../base]\nimages: [{name: api, newTag: v1}]\n"]
        ),
        ("a base that can't be read", ["base/kustomization.yaml": "resources: [api.yaml\n"]),
        ("the base is put right", ["base/kustomization.yaml": "resources: [api.yaml, ../more]\n"]),
        ("a file that was missing", ["base/api.yaml": deployment("api", "api:1")]),
        ("an image of the base", ["base/api.yaml": deployment("api", "api:1", "sidecar:2")]),
        ("a folder that was missing", ["more/kustomization.yml": "resources: [web.yaml]\n"]),
        ("a file in it", ["more/web.yaml": deployment("web", "web:1")]),
        (
            "another name",
            ["more/kustomization.yml": nil, "more/kustomization.yaml": "resources: [web.yaml]\n"]
        ),
        (
            "a patch of the overlay",
            [
                "prod/kustomization.yaml": "resources: [../base]\npatches: [{path: patch.yaml}]\n",
                "prod/patch.yaml": "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: web}\n",
            ]
        ),
        (
            "what it says",
            [
                "prod/patch.yaml":
                    "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: web, labels: {a: b}}\n"
            ]
        ),
        (
            "a file that uses nothing",
            [
                "base/kustomization.yaml": "resources: [api.yaml, ../more, c.yaml]\n",
                "base/c.yaml": "kind: ConfigMap\n",
            ]
        ),
        ("and goes on to", ["base/c.yaml": "kind: Secret\n"]),
        ("and then uses something", ["base/c.yaml": deployment("c", "c:1")]),
        (
            "files that are only named",
            [
                "more/kustomization.yaml":
                    "resources: [web.yaml]\nconfigMapGenerator: [{name: c, files: [c.txt]}]\n",
                "more/c.txt": "1",
            ]
        ),
        ("what they hold", ["more/c.txt": "2"]),
        ("and when they are gone", ["more/c.txt": nil]),
        ("a link", ["prod/kustomization.yaml": "resources: [../link]\n", "link": "-> base"]),
        ("that leads elsewhere", ["link": "-> more"]),
        ("to a folder of its own", ["link": nil, "link/kustomization.yaml": "resources: [own.yaml]\n"]),
        ("with a file", ["link/own.yaml": deployment("own", "own:1")]),
        ("nothing is left", ["link/kustomization.yaml": nil, "base/kustomization.yaml": nil]),
    ]

    @Test func buildsFollowWhatTheyAreMadeOf() throws {
        var tree: ObjectID?
        let checkout = Checkout(TreeFiles(repository, tree: nil), in: repository, cache: FileCache())
        for (why, files) in Self.steps {
            let next = try repository.tree(editing: tree, try files.map(edit))
            try checkout.move(to: next, try repository.changes(from: tree, to: next))
            tree = next
            let fresh = try Checkout(repository, tree: next)
            for folder in ["prod", "base", "more", "link"] {
                let (kept, new) = (try build(folder, in: checkout), try build(folder, in: fresh))
                #expect(kept == new, "\(folder): \(why)")
            }
        }
    }

    /// What is kept is not made anew where a change makes no difference to it.
    @Test func buildsStayWhereNothingTheyUseChanges() throws {
        let settings = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: c}\ndata: {a: "
        var files = [
            "base/kustomization.yaml": "resources: [api.yaml, c.yaml]\n", "base/api.yaml": deployment(),
            "base/c.yaml": settings + "b}\n", "base/README.md": "1",
        ]
        var tree = try repository.tree(editing: nil, try files.map(edit))
        let checkout = try Checkout(repository, tree: tree)
        func isKept(after path: String, _ text: String) throws -> Bool {
            _ = try build("base", in: checkout)
            files[path] = text
            let next = try repository.tree(editing: nil, try files.map(edit))
            try checkout.move(to: next, try repository.changes(from: tree, to: next))
            tree = next
            return checkout.build(of: .path("base")) != nil
        }
        #expect(try isKept(after: "base/README.md", "2"))
        #expect(try isKept(after: "base/c.yaml", settings + "c}\n"))
        #expect(try !isKept(after: "base/c.yaml", settings + "c}\n---\n" + deployment("web")))
        #expect(try !isKept(after: "base/c.yaml", settings + "d}\n"))
        #expect(try !isKept(after: "base/c.yaml", "a: [\n"))
        #expect(try !isKept(after: "base/api.yaml", deployment("api", "api:2")))
    }

    /// Whether a file may deploy depends on whether a chart is beside it.
    @Test func whoPicksFilesLooksAtOthers() throws {
        let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\n"
        let files: [String: String?] = [
            "charts/Chart.yaml": "name: x\nversion: 1.0.0\n", "charts/app.yaml": application,
            "apps/charts/app.yaml": application,
        ]
        let tree = try repository.tree(editing: nil, try files.map(edit))
        let checkout = Checkout(TreeFiles(repository, tree: tree), in: repository, cache: FileCache())
        #expect(try checkout.deployingFiles().contains { $0.file == "apps/charts/app.yaml" })
    }

    private func edit(_ path: String, _ text: String?) throws -> TreeEdit {
        guard let text else { return .remove(path: path) }
        let link = text.hasPrefix("-> ")
        return .put(
            path: path, mode: link ? .symbolicLink : .file,
            id: try repository.write(blob: Array(text.dropFirst(link ? 3 : 0).utf8)))
    }

    /// Everything that a build gives, and what it looks at.
    private func build(_ folder: String, in checkout: Checkout) throws -> [String] {
        var build = KustomizeBuild(checkout)
        let own = try checkout.noting { try build.build(folder) }.lookups
        let lookups = checkout.builds.all(own)
        let reading = build.reading
        return reading.resources.map { "\($0.name) \($0.content.value) \($0.files.sorted())" }
            + reading.uses.map { "\($0.artifact) \($0.pins.map(\.line))" }
            + reading.notes.map { "\($0.file): \($0.text)" }
            + [reading.files, lookups.files, lookups.places].map { "\($0.sorted())" }
    }
}
