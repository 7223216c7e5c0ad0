import ArgumentParser

/// A hook of Git that gx answers.
enum HookName: String, Choice {
    case preCommit = "pre-commit"
    case commitMsg = "commit-msg"
    case prePush = "pre-push"
    case preReceive = "pre-receive"
    case update
    case postReceive = "post-receive"

    /// What Git hands over on the command line.
    var arguments: [String] {
        switch self {
        case .preCommit, .preReceive, .postReceive: []
        case .commitMsg: ["FILE"]
        case .prePush: ["REMOTE", "URL"]
        case .update: ["REF", "OLD", "NEW"]
        }
    }

    /// Whether Git says on standard input what it is about.
    var readsInput: Bool { [.prePush, .preReceive, .postReceive].contains(self) }

    /// Those of a clone that people work in, and those of a repository that they push to.
    static func usual(inBare isBare: Bool) -> [HookName] {
        isBare ? [.preReceive, .postReceive] : [.preCommit, .commitMsg, .prePush]
    }
}
