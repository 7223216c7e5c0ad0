import Git
import Ledger
import Terminal

/// The exchange of notes between a repository and its remote.
struct NotesSync {
    /// Of Argo CD's hydrator and of gitops-promoter: they are only read.
    private static let foreign = ["refs/notes/hydrator.", "refs/notes/promoter."]

    let repository: Repository
    let remote: String

    /// - Parameter remote: By default the one that is pushed to.
    init(_ repository: Repository, remote: String?) throws {
        self.repository = repository
        let branch = try repository.head.branch ?? repository.defaultBranch ?? "main"
        guard let remote = try remote ?? repository.pushRemote(for: branch) else {
            throw Failure("there is no remote to exchange notes with", hint: "git remote add origin URL")
        }
        self.remote = remote
    }

    /// Fetches and pushes until both sides have all notes of gx; those of other programs are fetched.
    func run() throws -> NotesTraffic {
        var traffic = NotesTraffic()
        traffic.received = try repository.fetchForeignNotes(under: Self.foreign, from: remote)
        traffic += try repository.exchangeNotes(under: RecordStore.prefix, with: remote)
        return traffic
    }

    func summary(_ traffic: NotesTraffic) -> Text {
        "\(remote, .emphasis): \(traffic.received) notes came, \(traffic.sent) went"
    }
}
