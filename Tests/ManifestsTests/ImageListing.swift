import Git
import System
import Testing
import YAML

@testable import Manifests

/// What Tests/Proofs/kustomize_parity.py compares with kustomize: the images of every overlay of every
/// unit, at each of some commits. Runs only where the script names a repository.
struct ImageListing {
    static let variables = ProcessEnvironment()

    @Test(.enabled(if: variables["GX_PROOF_REPOSITORY"] != nil))
    func listImages() throws {
        let repository = try Repository.discover(from: try #require(Self.variables["GX_PROOF_REPOSITORY"]))
        let revisions = try #require(Self.variables["GX_PROOF_REVISIONS"]).split(separator: " ")
        let file = try #require(Self.variables["GX_PROOF_CONFIGURATION"])
        let bytes = try Subprocess("cat", ["--", file], purpose: "proof").run().stdout
        let configuration = try Configuration(parsing: bytes, file: file)
        let cache = FileCache()
        var lines: [JSON] = []
        for revision in revisions {
            let id = try #require(ObjectID(hex: revision))
            let estate = try Estate(configuration, resolver: OneCommit(repository, id), cache: cache)
            for unit in try estate.units {
                let builder = SnapshotBuilder(
                    try estate.checkout(unit.place), configuration, units: try estate.units)
                for folder in try builder.roots(of: unit) {
                    lines.append(try overlay(folder, unit, "\(revision)", builder.checkout))
                }
            }
        }
        let output = try #require(Self.variables["GX_PROOF_OUTPUT"])
        _ = try Subprocess(
            "tee", ["--", output], purpose: "proof", input: Array("\(JSON.array(lines))".utf8)
        )
        .run()
    }

    /// The estate of the repository's newest commit, by the configuration that the variables name.
    static func estate(_ path: String) throws -> Estate {
        let repository = try Repository.discover(from: path)
        let file = try #require(variables["GX_PROOF_CONFIGURATION"])
        let bytes = try Subprocess("cat", ["--", file], purpose: "proof").run().stdout
        let commit = try #require(try repository.resolve("HEAD"))
        return try Estate(
            try Configuration(parsing: bytes, file: file), resolver: OneCommit(repository, commit))
    }

    private func overlay(_ folder: String, _ unit: Unit, _ revision: String, _ checkout: Manifests.Checkout)
        throws -> JSON
    {
        var build = KustomizeBuild(checkout)
        try build.build(folder)
        var reading = build.reading
        reading.settle()
        // An entry of `images` that changes nothing here is a pin all the same, but kustomize shows none.
        let images = Set(
            reading.uses.filter { $0.artifact.kind == .image && $0.workload != nil }.map { use in
                ImageReference(name: use.artifact.name, version: Version(of: use.pins)).description
            })
        return .object([
            JSON.Field("revision", .string(revision)), JSON.Field("environment", .string(unit.environment)),
            JSON.Field("app", unit.app.map(JSON.string) ?? .null), JSON.Field("folder", .string(folder)),
            JSON.Field("images", .array(images.sorted().map(JSON.string))),
            JSON.Field(
                "notes", .array(reading.notes.map { JSON.string("\($0.file): \($0.text)") })),
        ])
    }
}

/// All places stand at one commit.
final class OneCommit: PlaceResolver {
    private let tip: Tip

    init(_ repository: Repository, _ commit: ObjectID) {
        tip = Tip(repository: repository, ref: commit.description, commit: commit)
    }

    func tip(of place: Place) -> Tip { tip }

    func branches(of repository: String?) -> [String] { [] }
}
