internal import CStandIns
internal import Glibc

/// The environment of this process with changes on top: what is looked up in it, and what programs get.
public struct ProcessEnvironment: Sendable, Equatable {
    /// New values; nil takes a variable away.
    private(set) var changes: [String: String?]

    /// The environment of this process as it is, or with changes (nil takes a variable away).
    public init(_ changes: [String: String?] = [:]) {
        self.changes = changes
    }

    /// A variable's value; nil where it is not set.
    public subscript(name: String) -> String? {
        if let change = changes[name] { return change }
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// This environment with more changes.
    public func setting(_ more: [String: String?]) -> ProcessEnvironment {
        ProcessEnvironment(changes.merging(more) { _, new in new })
    }

    /// Calls `body` with `NAME=value` strings for exec. Values that are not changed keep their bytes, whatever they are.
    @unsafe func withCEnvironment<Result>(
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let added = changes.compactMap { name, value in value.map { "\(name)=\($0)" } }.sorted()
        return unsafe withCStrings(added) { addedStrings in
            var strings: [UnsafeMutablePointer<CChar>?] = unsafe []
            var next = unsafe gx_environment()
            while let entries = unsafe next, let entry = unsafe entries.pointee {
                if unsafe changes[ProcessEnvironment.name(of: entry)] == nil { unsafe strings.append(entry) }
                unsafe next = entries + 1
            }
            return unsafe body(strings + addedStrings)
        }
    }

    private static func name(of entry: UnsafeMutablePointer<CChar>) -> String {
        guard let equals = unsafe strchr(entry, 0x3d) else { return unsafe String(cString: entry) }
        let bytes = unsafe UnsafeRawBufferPointer(start: entry, count: equals - entry)
        return unsafe String(decoding: bytes, as: UTF8.self)
    }
}

extension ProcessEnvironment {
    /// Without the tokens for hosts and the keys of secrets: for programs that need none.
    public var withoutTokens: ProcessEnvironment {
        let names = [
            "GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN", "GITLAB_TOKEN",
            "CI_JOB_TOKEN", "GITEA_TOKEN", "FORGEJO_TOKEN", "BITBUCKET_TOKEN", "AZURE_DEVOPS_EXT_PAT",
            "SYSTEM_ACCESSTOKEN", "SOPS_AGE_KEY",
            "GX_WEBHOOK_SECRET", "SLACK_WEBHOOK_URL", "TEAMS_WEBHOOK_URL", "GRAFANA_TOKEN",
        ]
        return setting(Dictionary(uniqueKeysWithValues: names.map { ($0, nil) }))
    }
}
