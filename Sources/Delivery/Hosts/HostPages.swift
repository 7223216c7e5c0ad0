public import Git

/// Where the host of a repository shows commits and pull requests. Nothing is asked of it.
public struct HostPages: Sendable {
    /// What the host calls the repository: `acme/infra`; nil where there is no remote, or it is on this machine.
    public let name: String?
    private let kind: HostKind
    /// `https://host/owner/name`; nil where the host is not known to have such pages.
    private let root: String?

    public init(of repository: Repository) throws {
        guard let remote = try repository.remotes.preferred else {
            self.init(kind: .other, host: "", path: nil)
            return
        }
        let host = try Host(remote: remote, of: repository, nil)
        self.init(kind: host.kind, host: host.address?.host ?? "", path: host.address?.path)
    }

    init(kind: HostKind, host: String, path: String?) {
        self.kind = kind
        name = path
        switch kind {
        case .github, .gitlab, .gitea: root = path.map { "https://\(host)/\($0)" }
        case .gerrit, .other: root = nil
        }
    }

    public func commit(_ id: ObjectID) -> String? {
        root.map { $0 + (kind == .gitlab ? "/-/commit/" : "/commit/") + id.description }
    }

    /// - Parameter number: Its number, without `#` or `!` in front.
    public func pullRequest(_ number: String) -> String? {
        root.map { root in
            switch kind {
            case .gitlab: "\(root)/-/merge_requests/\(number)"
            case .gitea: "\(root)/pulls/\(number)"
            default: "\(root)/pull/\(number)"
            }
        }
    }
}
