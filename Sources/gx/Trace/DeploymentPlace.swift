import Git
import Ledger
import Manifests

/// Where in the files a deployment was made: the pins that it changed, and the files.
struct DeploymentPlace {
    /// `envs/prod/kustomization.yaml images[0].newTag: 1.4.1 -> 1.4.2`
    private(set) var changes: [String] = []
    /// The app's files that the commit changed.
    private(set) var files: [String] = []

    init(_ one: Deployment, ledger: Ledger, repository: Repository, context: Context) throws {
        let configuration = try context.configuration().configuration
        let after = try Self.app(one, at: one.commit, repository: repository, configuration: configuration)
        let commit = try repository.commit(one.commit)
        let parent = try commit.parents.first.map { try repository.commit($0) }
        let before = try parent.flatMap {
            try Self.app(one, at: $0.id, repository: repository, configuration: configuration)
        }
        changes =
            PinChanges(
                from: (before?.slots ?? []).flatMap(\.pins), to: (after?.slots ?? []).flatMap(\.pins)
            ).lines
        let own = Set((after?.files ?? []) + (before?.files ?? []))
        files = try repository.changes(from: parent?.tree, to: commit.tree).map(\.path).filter(own.contains)
    }

    private static func app(
        _ one: Deployment, at commit: ObjectID, repository: Repository, configuration: Configuration
    ) throws -> AppSnapshot? {
        // Of a layout over several branches and repositories only the place of this commit matters, and it is all that
        // has to be there.
        let estate = try Estate(configuration, resolver: OneCommit(repository, commit))
        return try estate.app(one.app, in: one.environment)
    }
}

/// Every place as if it stood at one commit.
private final class OneCommit: PlaceResolver {
    private let repository: Repository
    private let commit: ObjectID

    init(_ repository: Repository, _ commit: ObjectID) {
        (self.repository, self.commit) = (repository, commit)
    }

    func tip(of place: Place) throws -> Tip {
        Tip(repository: repository, ref: commit.description, commit: commit)
    }

    func branches(of repository: String?) throws -> [String] { try self.repository.branchNames }
}
