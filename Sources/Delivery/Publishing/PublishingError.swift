public import Git
public import System

/// What keeps a plan from being carried out.
public enum PublishingError: Error, Hashable, Sendable {
    /// Which branch is the default one can't be told.
    case noDefaultBranch(repository: String?, isDetached: Bool)
    /// The host refused the branch for good: it is protected, a hook declined, nobody may push. Its own words.
    case rejected(branch: String, remote: String, message: String)
    /// The connection broke while pushing, and the host can't be asked whether the commit got there.
    case unknownOutcome(branch: String, remote: String, commit: ObjectID, message: String)
    /// Others were faster every time.
    case contended(branch: String, attempts: Int, seconds: Int)
    /// git would not move the work tree of the branch. Its own words.
    case workTree(branch: String, message: String)

    /// The process was told to end, by a signal's name; and whether what it pushed last had landed.
    case toldToEnd(String, landed: Bool)
    /// A request needs a remote.
    case noRemote
    /// The setting `gx.host` names no kind of host.
    case unknownHost(String)
    /// Merging by itself, once it may, is not to be had by a push.
    case noAutoMerge(HostKind)
    /// A host's API needs a token.
    case noToken(HostKind)
    /// A host is asked only with a token.
    case noAccess(HostKind)
    /// What a host's API answers to a question. Its own words.
    case unanswered(HostKind, message: String)
    /// A token would go where nobody should send it, or is none.
    case badToken(String)
    /// The branch is pushed, but the host's API did not open the request. Its own words.
    case api(HostKind, branch: String, message: String)
    /// A hook of this clone does not let the commit be made or pushed. Its own words.
    case hook(String, words: String)
    /// A lock of git stays.
    case locked(branch: String, lock: String)
    /// The setting `gx.timeout` is no length of time.
    case badTimeLimit(String)
}

extension PublishingError: Explained {
    public var description: String { words.message }
    public var hint: String? { words.hint }

    private var words: (message: String, hint: String?) {
        switch self {
        case .noDefaultBranch(let repository, let isDetached):
            (
                "the default branch\(repository.map { " of \($0)" } ?? "") can't be told"
                    + (isDetached ? ": HEAD is detached" : ""),
                "switch to it, or have git remember it: git remote set-head origin --auto"
            )
        case .rejected(let branch, let remote, let message):
            (
                "\(remote) does not take \(branch): \(message)",
                "if it is protected, --pr asks for it to be merged"
            )
        case .unknownOutcome(let branch, let remote, let commit, let message):
            (
                "\(message), and whether \(remote) has the commit can't be told",
                "when it can be reached again: git fetch \(remote) \(branch) && git branch -r --contains \(commit.short)"
            )
        case .contended(let branch, let attempts, let seconds):
            (
                "others were faster to push to \(branch), \(attempts) times in \(seconds) s",
                "nothing was changed: run the command again"
            )
        case .workTree(let branch, let message):
            (
                "the work tree of \(branch) can't be moved along: \(message)",
                "nothing was changed: commit or stash what you have there"
            )
        case .toldToEnd(let signal, let landed):
            (
                "told to end by \(signal): "
                    + (landed
                        ? "the push had landed by then" : "the push had not landed, nothing was changed"),
                landed ? "what comes after a push was left out" : "run the command again"
            )
        case .noRemote:
            ("there is no remote to ask for a merge", "add one, or leave out --pr")
        case .unknownHost(let name):
            (
                "'\(name)' is no kind of host that gx knows",
                "git config gx.host takes \(HostKind.allCases.map(\.rawValue).listed("or"))"
            )
        case .noAutoMerge(let host):
            (
                "\(host.name) has no way to merge by itself that a push could ask for",
                "leave out --auto-merge"
            )
        case .noToken(let host):
            (
                "\(host.name) merges by itself only where its API is asked to",
                host.tokenVariable.map { "set \($0), or leave out --auto-merge" }
            )
        case .noAccess(let host):
            (
                "\(host.name) can't be asked without a token",
                host.tokenVariable.map { "set \($0)" } ?? "gx has no way to ask such a host"
            )
        case .unanswered(let host, let message):
            ("\(host.name) says '\(message.onOneLine)'", "if it is for good, look at what the token may do")
        case .badToken(let reason):
            (reason, "correct the token, or the address of the API")
        case .api(let host, let branch, let message):
            (
                "\(branch) is pushed, but \(host.name) does not open a pull request: \(message)",
                "the same command tries again"
            )
        case .hook(let hook, let words):
            (
                "the hook \(hook) of this clone refuses it\(Self.said(words))",
                "nothing was changed: do what it wants, as for git commit and git push"
            )
        case .locked(let branch, let lock):
            (
                "\(branch) can't be moved: git has locked it by \(lock)",
                "nothing was changed: where no git is at work any more, remove that file"
            )
        case .badTimeLimit(let setting):
            ("the setting gx.timeout is no length of time: '\(setting)'", TimeSpan.hint)
        }
    }
    /// What a program wrote, on one line after a colon.
    private static func said(_ words: String) -> String {
        let lines = words.split(whereSeparator: \.isNewline)
        return lines.isEmpty ? "" : ": \(lines.joined(separator: "; "))"
    }
}
