internal import Git
internal import System

/// What kind of host a remote is on, as far as pull requests go.
public enum HostKind: String, Sendable, CaseIterable {
    case github, gitlab, gitea, gerrit
    /// Takes branches; requests are opened by hand.
    case other

    /// As people call it.
    public var name: String {
        switch self {
        case .github: "GitHub"
        case .gitlab: "GitLab"
        case .gitea: "Gitea or Forgejo"
        case .gerrit: "Gerrit"
        case .other: "this host"
        }
    }
}

/// The address of a remote, as far as it names a host.
struct RemoteAddress: Hashable {
    var host: String
    var port: Int?
    /// Without slashes around it and `.git` at its end: `acme/infra`.
    var path: String

    /// Takes `https://host/path`, `ssh://git@host:22/path` and `git@host:path`; nil for a path on this machine.
    init?(url: String) {
        var rest = url[...]
        if let scheme = rest.firstRange(of: "://") {
            guard rest[..<scheme.lowerBound] != "file" else { return nil }
            rest = rest[scheme.upperBound...]
            guard let slash = rest.firstIndex(of: "/") else { return nil }
            path = String(rest[slash...])
            rest = rest[..<slash]
        } else {
            guard let colon = rest.firstIndex(of: ":"), !rest[..<colon].contains("/") else { return nil }
            path = String(rest[rest.index(after: colon)...])
            rest = rest[..<colon]
        }
        if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        if let colon = rest.lastIndex(of: ":"), let port = Int(rest[rest.index(after: colon)...]) {
            self.port = port
            rest = rest[..<colon]
        }
        guard !rest.isEmpty else { return nil }
        host = rest.lowercased()
        path = String(path.drop { $0 == "/" })
        while path.hasSuffix("/") { path.removeLast() }
        if path.hasSuffix(".git") { path.removeLast(4) }
    }
}

/// A host, and how it is asked to merge a branch.
struct Host {
    let kind: HostKind
    /// Nil on this machine.
    let address: RemoteAddress?
    let environment: ProcessEnvironment

    /// What `--host` says, else the setting `gx.host`, else the address.
    ///
    /// - Throws: `PublishingError.unknownHost` for a setting that names none.
    init(remote: String, of repository: Repository, _ given: HostKind?) throws {
        environment = repository.environment
        address = RemoteAddress(url: try repository.url(ofRemote: remote, forPush: true))
        if let given {
            kind = given
        } else if let setting = try repository.setting("gx.host") {
            guard let named = HostKind(rawValue: setting.lowercased()) else {
                throw PublishingError.unknownHost(setting)
            }
            kind = named
        } else {
            kind = address.flatMap { Self.kind(of: $0, in: repository.environment) } ?? .other
        }
    }

    /// By the job that gx is a step of, where that is on the same host; else by the name.
    static func kind(of address: RemoteAddress, in environment: ProcessEnvironment) -> HostKind? {
        if environment["CI_SERVER_HOST"]?.lowercased() == address.host { return .gitlab }
        if let server = environment["GITHUB_SERVER_URL"],
            RemoteAddress(url: server + "/")?.host == address.host
        {
            let isOther = environment["GITEA_ACTIONS"] != nil || environment["FORGEJO_ACTIONS"] != nil
            return isOther ? .gitea : .github
        }
        if address.port == 29418 { return .gerrit }
        let labels = address.host.split { $0 == "." || $0 == "-" }.map(String.init)
        for label in labels {
            switch label {
            case "github": return .github
            case "gitlab": return .gitlab
            case "gitea", "forgejo", "codeberg": return .gitea
            case "gerrit", "review", "googlesource": return .gerrit
            default: continue
            }
        }
        return nil
    }
}
