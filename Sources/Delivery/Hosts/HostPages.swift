public import Git

/// Where the host of a repository shows commits and pull requests. Nothing is asked of it.
public struct HostPages: Sendable {
    /// What the host calls the repository: `acme/infra`; nil where there is no remote, or it is on this machine.
    public let name: String?
    /// `https://host/owner/name`.
    private let root: String
    /// Nil where the host is not known to have such pages.
    private let commitPage: String?
    private let requestPage: String?

    public init(of repository: Repository) throws {
        guard let remote = try repository.remotes.preferred else {
            self.init(kind: .other, host: "", path: nil)
            return
        }
        let host = try Host(remote: remote, of: repository, nil)
        self.init(kind: host.kind, host: host.address?.webHost ?? "", path: host.address?.path)
    }

    init(kind: HostKind, host: String, path: String?) {
        name = path
        root = "https://\(host)/\(path ?? "")"
        commitPage = path == nil ? nil : kind.type.commitPage
        requestPage = path == nil ? nil : kind.type.requestPage
    }

    public func commit(_ id: ObjectID) -> String? { commitPage.map { "\(root)/\($0)\(id)" } }

    /// - Parameter number: Its number, without `#` or `!` in front.
    public func pullRequest(_ number: String) -> String? { requestPage.map { "\(root)/\($0)\(number)" } }
}
