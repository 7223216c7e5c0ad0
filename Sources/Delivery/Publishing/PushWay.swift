/// How a promotion gets to a host by a push.
struct PushWay {
    /// What is pushed to.
    var ref: String
    var message: CommitMessage
    /// Push options.
    var options: [String] = []
    /// Whether the push itself opens the request.
    var opens = false
    /// Labels and reviewers that a push can't ask for.
    var missing: [String] = []
    /// Where the host's answer needs words of ours.
    var explain: (String) -> String = { $0 }

    /// Whether the promotion has a branch of its own, which others see.
    var isBranch: Bool { ref.hasPrefix("refs/heads/") }
}
