/// What kind of host a remote is on, as far as pull requests go.
public enum HostKind: String, Sendable, CaseIterable {
    case github, gitlab, gitea, bitbucket
    case bitbucketServer = "bitbucket-server"
    case azure, gerrit
    /// Takes branches; requests are opened by hand.
    case other

    /// What knows how such a host is talked to. A new kind needs its case here, and a file in this folder.
    var type: any ReviewHost.Type {
        switch self {
        case .github: GitHub.self
        case .gitlab: GitLab.self
        case .gitea: Gitea.self
        case .bitbucket: BitbucketCloud.self
        case .bitbucketServer: BitbucketServer.self
        case .azure: AzureDevOps.self
        case .gerrit: Gerrit.self
        case .other: PlainHost.self
        }
    }

    /// As people call it.
    public var name: String { type.name }

    /// The variables of which one has to hold a token, as people read it; nil where a token is of no use.
    public var tokenVariable: String? { type.tokenVariable }
}
