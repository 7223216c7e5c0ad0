internal import Git
public import System

/// What the variables of a service of continuous integration say of the build that gx is a step of.
public struct BuildVariables: Hashable, Sendable {
    public var commit: String?
    /// The address of the source repository.
    public var repository: String?
    /// The number of the pull request that is built.
    public var pullRequest: String?

    /// Reads those of GitHub Actions (also Gitea, Forgejo), GitLab CI, Jenkins and Azure Pipelines.
    public init(in environment: ProcessEnvironment) {
        let first = { (names: [String]) -> String? in
            names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        commit = first(["GITHUB_SHA", "CI_COMMIT_SHA", "GIT_COMMIT", "BUILD_SOURCEVERSION"])
        if let server = first(["GITHUB_SERVER_URL"]), let name = first(["GITHUB_REPOSITORY"]) {
            repository = "\(server)/\(name)"
        } else {
            repository = first(["CI_PROJECT_URL", "GIT_URL", "BUILD_REPOSITORY_URI"]).map(Self.withoutUser)
        }
        pullRequest = first(["CI_MERGE_REQUEST_IID", "CHANGE_ID", "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER"])
        // `refs/pull/7/merge`
        let parts = first(["GITHUB_REF"])?.split(separator: "/") ?? []
        if parts.count == 4, parts[1] == "pull" { pullRequest = String(parts[2]) }
    }

    /// An address without the user and the password that a job may have put there.
    public static func withoutUser(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return url }
        let host = url[scheme.upperBound...].prefix { $0 != "/" }
        guard let at = host.lastIndex(of: "@") else { return url }
        return String(url[..<scheme.upperBound] + url[url.index(after: at)...])
    }
}
