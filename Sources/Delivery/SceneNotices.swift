internal import Git
internal import Manifests
internal import System

/// What a user may take for what counts where gx writes, and does not.
struct SceneNotices {
    private let scene: FetchedEstate
    private let repository: Repository

    /// - Parameter repository: The user's own clone.
    init(_ scene: FetchedEstate, in repository: Repository) {
        (self.scene, self.repository) = (scene, repository)
    }

    func all() throws -> [String] { try [rules(), remotes()].compactMap { $0 } }

    /// The work tree's gx.yaml, where it is another one than that at the fetched tip.
    private func rules() throws -> String? {
        let name = ConfigurationSource.fileName
        guard let root = repository.workTree, let own = try readFile("\(root)/\(name)"),
            try own != rules(at: scene.tip.commit, in: scene.tip.repository)
        else { return nil }
        // A clone that is only behind has rules that counted once.
        let isBehind = try head().map { head in
            try own == rules(at: head, in: repository)
                && repository.isAncestor(head, of: scene.tip.commit)
        }
        guard isBehind != true else { return nil }
        let branch = scene.tip.ref.trimmingPrefix("refs/remotes/").trimmingPrefix("refs/heads/")
        return "\(name) of the work tree differs from that of \(branch), which counts for what is written"
    }

    /// A remote that git pushes to, where it is another one than git reads from.
    private func remotes() throws -> String? {
        let address = try scene.places.address(of: Place())
        guard let remote = address.remote, let other = try address.repository.pushRemote(for: address.branch),
            other != remote
        else { return nil }
        return
            "git pushes \(address.branch) to \(other), and reads it from \(remote), where environments are deployed from: it goes to \(remote)"
    }

    /// The commit that is checked out; nil where there is none yet.
    private func head() throws -> ObjectID? {
        switch try repository.head {
        case .branch(let name): try repository.reference("refs/heads/\(name)")
        case .detached(let id): id
        case .unborn: nil
        }
    }

    private func rules(at commit: ObjectID, in repository: Repository) throws -> [UInt8]? {
        let tree = try repository.commit(commit).tree
        return try repository.entry(at: ConfigurationSource.fileName, inTree: tree).map {
            try repository.blob($0.id)
        }
    }
}
