internal import Git
internal import Manifests

/// How a promotion gets to a host by a push.
struct PushWay {
    /// What is pushed to.
    var ref: String
    var message: CommitMessage
    /// Push options.
    var options: [String] = []
    /// Whether the push itself opens the request.
    var opens = false
    /// Where the host's answer needs words of ours.
    var explain: (String) -> String = { $0 }

    /// Whether the promotion has a branch of its own, which others see.
    var isBranch: Bool { ref.hasPrefix("refs/heads/") }
}

extension Host {
    func way(of write: StepWrite, on name: String, _ options: PullRequestOptions) throws -> PushWay {
        if options.autoMerge, kind != .gitlab, kind != .github { throw PublishingError.noAutoMerge(kind) }
        let message = write.message
        switch kind {
        case .github:
            // What can be wrong with it is better found out before anything is pushed.
            if try !GitHub(self).isAuthorized, options.autoMerge { throw PublishingError.noToken(kind) }
            return PushWay(ref: "refs/heads/\(name)", message: message)
        case .other: return PushWay(ref: "refs/heads/\(name)", message: message)
        case .gitlab: return gitLab(name, message, target: write.branch, options)
        case .gitea: return gitea(name, message, target: write.branch, options)
        case .gerrit: return try gerrit(name, write)
        }
    }

    /// Opens what the push itself did not open, or says where that is done.
    func open(
        _ request: PullRequest, from landing: Landing, _ message: CommitMessage,
        _ options: PullRequestOptions,
        _ timeout: Duration
    ) throws -> PullRequest {
        guard kind == .github else { return request }
        return try GitHub(self).open(request, from: landing, message, options, timeout)
    }

    /// https://docs.gitlab.com/topics/git/commit/#push-options-for-merge-requests
    private func gitLab(
        _ name: String, _ message: CommitMessage, target: String, _ options: PullRequestOptions
    ) -> PushWay {
        // A push option has no line breaks; GitLab makes them of `\n`.
        let description = message.body.replacing("\n", with: "\\n")
        var way = PushWay(
            ref: "refs/heads/\(name)", message: message,
            options: [
                "merge_request.create", "merge_request.target=\(target)",
                "merge_request.title=\(message.subject)",
                "merge_request.description=\(description)", "merge_request.remove_source_branch",
            ], opens: true)
        if options.autoMerge { way.options.append("merge_request.merge_when_pipeline_succeeds") }
        return way
    }

    /// AGit: https://docs.gitea.com/usage/agit and https://forgejo.org/docs/latest/user/agit-support/
    private func gitea(
        _ name: String, _ message: CommitMessage, target: String, _ options: PullRequestOptions
    ) -> PushWay {
        var way = PushWay(
            ref: "refs/for/\(target)", message: message,
            options: ["topic=\(name)", "title=\(message.subject)"], opens: true)
        // An option has no line breaks. Without one, the description is the rest of the commit's message.
        if !message.body.contains("\n") { way.options.append("description=\(message.body)") }
        if options.supersede { way.options.append("force-push=true") }
        way.explain = { words in
            guard words.contains("force-push") else { return words }
            return "a promotion is open already for \(name): replace it with --supersede"
        }
        return way
    }

    /// https://gerrit-review.googlesource.com/Documentation/user-upload.html
    private func gerrit(_ name: String, _ write: StepWrite) throws -> PushWay {
        var message = write.message
        message.trailers.append("Change-Id: I\(try changeID(name, write))")
        return PushWay(ref: "refs/for/\(write.branch)%topic=\(name)", message: message, opens: true)
    }

    /// The same for the same promotion as long as it is open, so that it becomes a patch set of the same change; once
    /// the files have changed on the branch, it is another one.
    private func changeID(_ name: String, _ write: StepWrite) throws -> ObjectID {
        var last = write.base
        if case .files(let files) = write.step.content {
            let commits = try write.repository.commits(
                in: [write.base], touching: files.map(\.path), limit: 1)
            last = commits.first ?? write.base
        }
        let text = ([name, write.branch, "\(last)"] + write.message.trailers).joined(separator: "\n")
        return try ObjectID.hash(ofBlob: Array(text.utf8))
    }
}
