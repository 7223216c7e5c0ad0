internal import System

/// What git's configuration can make run or reach, and what holds instead in a repository that gx.yaml names: such a
/// repository is not chosen by who runs gx. What the user or the system has set stays; what stands in the
/// repository's own files starts nothing.
///
/// docs/trust.md is the same table for people.
enum RunningSettings {
    /// A setting, with `*` for any subsection, and what it is where neither user nor system has set it.
    struct Rule {
        var key: String
        var harmless: String
        /// All values count, and an empty one takes those before it away.
        var isList = false
    }

    static let rules: [Rule] = [
        Rule(key: "core.fsmonitor", harmless: "false"),
        Rule(key: "core.hookspath", harmless: "/dev/null"),
        Rule(key: "core.sshcommand", harmless: "ssh"),
        Rule(key: "core.askpass", harmless: ""),
        Rule(key: "core.editor", harmless: "true"),
        Rule(key: "core.pager", harmless: "cat"),
        Rule(key: "core.alternaterefscommand", harmless: "true"),
        Rule(key: "sequence.editor", harmless: "true"),
        Rule(key: "pager.*", harmless: "false"),
        Rule(key: "credential.helper", harmless: "", isList: true),
        Rule(key: "credential.*.helper", harmless: "", isList: true),
        Rule(key: "gpg.program", harmless: "gpg"),
        Rule(key: "gpg.openpgp.program", harmless: "gpg"),
        Rule(key: "gpg.x509.program", harmless: "gpgsm"),
        Rule(key: "gpg.ssh.program", harmless: "ssh-keygen"),
        Rule(key: "gpg.ssh.defaultkeycommand", harmless: ""),
        Rule(key: "log.showsignature", harmless: "false"),
        Rule(key: "diff.external", harmless: "true"),
        Rule(key: "diff.*.command", harmless: "true"),
        Rule(key: "diff.*.textconv", harmless: "cat"),
        Rule(key: "interactive.difffilter", harmless: "cat"),
        Rule(key: "merge.*.driver", harmless: "false"),
        Rule(key: "filter.*.clean", harmless: ""),
        Rule(key: "filter.*.smudge", harmless: ""),
        Rule(key: "filter.*.process", harmless: ""),
        Rule(key: "filter.*.required", harmless: "false"),
        Rule(key: "remote.*.uploadpack", harmless: "git-upload-pack"),
        Rule(key: "remote.*.receivepack", harmless: "git-receive-pack"),
        Rule(key: "remote.*.proxy", harmless: ""),
        Rule(key: "http.proxy", harmless: ""),
        Rule(key: "http.*.proxy", harmless: ""),
        Rule(key: "http.curloptresolve", harmless: "", isList: true),
        Rule(key: "http.*.curloptresolve", harmless: "", isList: true),
        Rule(key: "http.sslverify", harmless: "true"),
        Rule(key: "http.*.sslverify", harmless: "true"),
        Rule(key: "http.sslkeytype", harmless: "PEM"),
        Rule(key: "http.sslcerttype", harmless: "PEM"),
        Rule(key: "http.cookiefile", harmless: ""),
        Rule(key: "http.*.cookiefile", harmless: ""),
        Rule(key: "http.savecookies", harmless: "false"),
        Rule(key: "http.*.savecookies", harmless: "false"),
        Rule(key: "http.delegation", harmless: "none"),
        Rule(key: "http.*.delegation", harmless: "none"),
        Rule(key: "http.emptyauth", harmless: "false"),
        Rule(key: "http.*.emptyauth", harmless: "false"),
        Rule(key: "fetch.bundleuri", harmless: ""),
        Rule(key: "transfer.bundleuri", harmless: "false"),
        Rule(key: "submodule.recurse", harmless: "false"),
        Rule(key: "hook.*.command", harmless: "true"),
        Rule(key: "hook.*.enabled", harmless: "false"),
        Rule(key: "gc.recentobjectshook", harmless: "true"),
        Rule(key: "gc.auto", harmless: "0"),
        Rule(key: "maintenance.auto", harmless: "false"),
        Rule(key: "trailer.*.command", harmless: "true"),
        Rule(key: "trailer.*.cmd", harmless: "true"),
        Rule(key: "tar.*.command", harmless: "false"),
    ]

    /// Those that hold whatever the repository says: what it does not set itself, its hooks do.
    static let always = ["core.hookspath", "core.fsmonitor", "gc.auto", "maintenance.auto"]

    /// Those that say by whom a server is vouched for, which no other value takes back: with them a repository is
    /// refused.
    static let refused = [
        "http.sslcainfo", "http.*.sslcainfo", "http.sslcapath", "http.*.sslcapath", "http.proxysslcainfo",
        "http.*.proxysslcainfo",
    ]

    /// The rule for a key, in git's own spelling: section and name in lower case.
    static func rule(for key: String) -> Rule? { rules.first { isMeant(key, by: $0.key) } }

    static func isRefused(_ key: String) -> Bool { refused.contains { isMeant(key, by: $0) } }

    private static func isMeant(_ key: String, by pattern: String) -> Bool {
        guard let star = pattern.firstIndex(of: "*") else { return pattern == key }
        let (head, tail) = (pattern[..<star], pattern[pattern.index(after: star)...])
        return key.count > head.count + tail.count && key.hasPrefix(head) && key.hasSuffix(tail)
    }

    /// Settings that take the place of a repository's own.
    static func replacing(_ settings: [ScopedSetting]) -> [(key: String, value: String)] {
        var replaced: [(String, String)] = []
        let own = settings.filter { !$0.isProtected }.map(\.key).filter { rule(for: $0) != nil }
        for key in unique(own + always) {
            guard let rule = rule(for: key) else { continue }
            let theirs = settings.filter { $0.isProtected && $0.key == key }.map(\.value)
            if rule.isList {
                replaced += [(key, "")] + theirs.map { (key, $0) }
            } else {
                // Hooks of the user's own folder are the user's, but for other repositories than these.
                let value = always.contains(key) ? rule.harmless : theirs.last ?? rule.harmless
                replaced.append((key, value))
            }
        }
        return replaced
    }
}

/// A setting, and whether the user or the system made it: not a file of the repository.
struct ScopedSetting: Equatable {
    var key: String
    var value: String
    var isProtected: Bool

    /// Reads `git config --list --show-scope -z`.
    static func all(in output: [UInt8]) -> [ScopedSetting] {
        let fields = output.split(separator: 0, omittingEmptySubsequences: false)
        return stride(from: 0, to: fields.count - 1, by: 2).map { index in
            let scope = String(decoding: fields[index], as: UTF8.self)
            let parts = fields[index + 1].split(
                separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
            return ScopedSetting(
                key: String(decoding: parts.first ?? [], as: UTF8.self),
                value: parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : "true",
                isProtected: ["system", "global", "command"].contains(scope))
        }
    }
}

extension Repository {
    /// The same repository, where nothing that its own files say starts a program or opens a connection: for one that
    /// somebody else's gx.yaml names. What is missing is not fetched, and no hook runs.
    public func guarded() throws(GitError) -> Repository {
        let list = GitCommand(
            ["config", "--list", "--show-scope", "-z"], in: workTree ?? gitDirectory,
            environment: environment.setting(["GIT_DIR": gitDirectory]))
        let settings = ScopedSetting.all(in: try list.output("read the configuration").stdout)
        if let setting = settings.first(where: { !$0.isProtected && RunningSettings.isRefused($0.key) }) {
            throw GitError.unsupported(
                "\(setting.key) in the configuration of \(commonDirectory): set it with 'git config --global'"
            )
        }
        var replaced = RunningSettings.replacing(settings)
        replaced += [("safe.bareRepository", "explicit"), ("protocol.ext.allow", "never")]
        var variables: [String: String?] = [
            "GIT_NO_LAZY_FETCH": "1",
            // An older git does not know that one; and no run of git but those that fetch or push connects.
            "GIT_ALLOW_PROTOCOL": Guard.noProtocol,
            "GIT_EXTERNAL_DIFF": nil,
        ]
        if workTree == nil { variables["GIT_DIR"] = gitDirectory }
        if settings.contains(where: { !$0.isProtected && $0.key == "core.gitproxy" }) {
            variables["GIT_PROXY_COMMAND"] = ""
        }
        let environment = environment.setting(variables).addingSettings(replaced)
        let handle = try RepositoryHandle(at: location, environment: environment)
        return try Repository(handle, at: location, environment: environment, quarantine: quarantine)
    }
}

/// How runs of git know that their repository is not the user's own.
enum Guard {
    static let noProtocol = "none"
    /// Those that git knows by itself; whatever else a URL names is a program, `git-remote-NAME`.
    static let protocols = ["file", "git", "http", "https", "ssh"]

    /// The protocols for a run of git that is meant to connect; nil where git may decide.
    static func protocols(in environment: ProcessEnvironment) -> String? {
        guard environment["GIT_ALLOW_PROTOCOL"] == noProtocol else { return nil }
        guard let own = ProcessEnvironment()["GIT_ALLOW_PROTOCOL"], own != noProtocol else {
            return protocols.joined(separator: ":")
        }
        let allowed = own.split(separator: ":").filter { protocols.contains(String($0)) }
        return allowed.isEmpty ? noProtocol : allowed.joined(separator: ":")
    }
}

extension ProcessEnvironment {
    /// With settings of git on top, by its variables for them.
    func addingSettings(_ settings: [(key: String, value: String)]) -> ProcessEnvironment {
        // A count that git itself would refuse counts for nothing.
        let count = self["GIT_CONFIG_COUNT"].flatMap { Int($0) } ?? 0
        let first = (0..<100_000).contains(count) ? count : 0
        var variables: [String: String?] = ["GIT_CONFIG_COUNT": String(first + settings.count)]
        for (index, setting) in settings.enumerated() {
            variables["GIT_CONFIG_KEY_\(first + index)"] = setting.key
            variables["GIT_CONFIG_VALUE_\(first + index)"] = setting.value
        }
        return self.setting(variables)
    }
}
