internal import Git
internal import System

/// A remote's host: of what kind it is, and where.
struct Host {
    let kind: HostKind
    /// Nil on this machine.
    let address: RemoteAddress?
    let environment: ProcessEnvironment

    /// What is given, else the setting `gx.host`, else what the address says.
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

    /// How it is talked to.
    ///
    /// - Throws: `PublishingError.badToken` where a token would go where it must not.
    func talk() throws -> any ReviewHost { try kind.type.init(self) }

    /// By the job that gx is a step of, where that is on the same host; else by the name.
    static func kind(of address: RemoteAddress, in environment: ProcessEnvironment) -> HostKind? {
        if environment["CI_SERVER_HOST"]?.lowercased() == address.host { return .gitlab }
        if isServer(of: environment, address) { return isGiteaJob(environment) ? .gitea : .github }
        if address.port == Gerrit.sshPort { return .gerrit }
        let labels = [address.host] + address.host.split { $0 == "." || $0 == "-" }.map(String.init)
        return labels.lazy.compactMap { label in
            HostKind.allCases.first { $0.type.labels.contains(label) }
        }.first
    }

    /// Whether gx is a step of a job on this very host. Gitea and Forgejo have GitHub's variables.
    var isOfJob: Bool { address.map { Self.isServer(of: environment, $0) } ?? false }

    private static func isServer(of environment: ProcessEnvironment, _ address: RemoteAddress) -> Bool {
        environment["GITHUB_SERVER_URL"].flatMap { RemoteAddress(url: $0 + "/")?.host } == address.host
    }

    private static func isGiteaJob(_ environment: ProcessEnvironment) -> Bool {
        environment["GITEA_ACTIONS"] != nil || environment["FORGEJO_ACTIONS"] != nil
    }

    /// The first of some variables that is not empty.
    func variable(_ names: String...) -> String? {
        names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }
}
