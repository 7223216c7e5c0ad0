import Git
import TestSupport

@testable import Manifests

/// A manifest repository of a test: its gx.yaml, its files by path, and what gx reads in them.
final class Scene: PlaceResolver {
    let scratch: ScratchRepository
    let repository: Repository
    let configuration: Configuration
    private(set) var estate: Estate!
    private var tips: [String?: ObjectID] = [:]

    /// A folder for each environment, and others that belong to none.
    static let folders = """
        version: 1
        environments: { dev: {}, staging: { after: dev }, prod: { after: staging } }
        layout: [ "{env}/**" ]
        """

    /// Files whose text starts with `-> ` are symbolic links.
    init(_ files: [String: String], gx: String = folders, branches: [String: [String: String]] = [:]) throws {
        scratch = try ScratchRepository()
        repository = try scratch.repository()
        configuration = try Configuration(parsing: Array(gx.utf8))
        try commit(files, to: nil)
        for (branch, files) in branches { try commit(files, to: branch) }
        estate = try Estate(configuration, resolver: self)
    }

    /// The same, of which nothing has been asked yet.
    func unread() throws -> Estate { try Estate(configuration, resolver: self) }

    private func commit(_ files: [String: String], to branch: String?) throws {
        let edits = try files.map { path, text in
            text.hasPrefix("-> ")
                ? TreeEdit.put(
                    path: path, mode: .symbolicLink,
                    id: try repository.write(blob: Array(text.dropFirst(3).utf8)))
                : TreeEdit.put(path: path, id: try repository.write(blob: Array(text.utf8)))
        }
        let tree = try repository.tree(editing: nil, edits)
        tips[branch] = try repository.createCommit(tree: tree, parents: [], message: "Files")
    }

    func tip(of place: Place) throws -> Tip {
        guard let commit = tips[place.branch] else {
            throw ManifestsError.noBranch(branch: place.branch, repository: place.repository)
        }
        return Tip(repository: repository, ref: place.branch ?? "main", commit: commit)
    }

    func branches(of repository: String?) -> [String] { tips.keys.compactMap { $0 }.sorted() }

    /// The names of the apps of an environment.
    func apps(_ environment: String) throws -> [String] { try estate.apps(in: environment).map(\.app) }

    func app(_ name: String, in environment: String) throws -> AppSnapshot {
        guard let app = try estate.app(name, in: environment) else { throw NotThere(name: name) }
        return app
    }

    struct NotThere: Error {
        var name: String
    }

    /// What the apps of an environment run: `ghcr.io/acme/api 1.4.2 from prod/kustomization.yaml images[0].newTag`.
    func pins(_ environment: String) throws -> [String] {
        try estate.apps(in: environment).flatMap { $0.slots.map(\.line) }
    }

    /// The same without where it says so.
    func versions(_ environment: String) throws -> [String] {
        try estate.apps(in: environment).flatMap { $0.slots.map { "\($0.artifact) \($0.version)" } }
    }

    /// What was left alone in an environment, and why.
    func notes(_ environment: String) throws -> [String] {
        var notes: [String] = []
        for note in try estate.apps(in: environment).flatMap(\.notes) {
            let line = "\(note.file): \(note.text)"
            if !notes.contains(line) { notes.append(line) }
        }
        return notes
    }
}

extension Slot {
    var line: String { "\(artifact) \(version) from \(pins.map(\.line).joined(separator: " and "))" }
}

extension Pin {
    /// Where it stands.
    var line: String { "\(file) \(path)" + (inner.map { " > \($0)" } ?? "") }
}

/// A Deployment with containers of these images, each called like the image.
func deployment(_ name: String = "api", _ images: String...) -> String {
    let containers = (images.isEmpty ? ["ghcr.io/acme/\(name):1.0"] : images).map { image in
        let name = image.split(separator: "/").last?.prefix { $0 != ":" && $0 != "@" } ?? ""
        return "      - { name: \(name), image: \"\(image)\" }"
    }
    return """
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: \(name) }
        spec:
          template:
            spec:
              containers:
        \(containers.map { "      " + $0 }.joined(separator: "\n"))

        """
}
