internal import Git
internal import Ledger
internal import Manifests
internal import System

extension StepWrite {
    /// Pushes the step to a branch of its own, and has the host ask for it to be merged.
    ///
    /// - Parameter pending: The tips of the remote's promotion branches, by name.
    func propose(_ options: PullRequestOptions, to remote: String, pending: [String: ObjectID]) throws
        -> StepResult
    {
        let name = try PromotionBranch.name(of: step)
        let proposals = try Proposals(pending, beside: step)
        let result = try offer(
            on: name, expecting: pending[name],
            keeping: { if case .stays(let commit) = try proposals.fate() { commit.id } else { nil } },
            options, to: remote)
        if case .landed(let landing) = result, !proposals.replaced.isEmpty {
            let host = try Host(remote: remote, of: repository, options.host).talk()
            try close(proposals.replaced, for: landing, host, on: remote)
        }
        return result
    }

    /// Pushes the step to a branch, and has the host ask for it to be merged.
    ///
    /// - Parameters:
    ///   - tip: Where the branch is on the remote; nil where it is not there.
    ///   - kept: What is on the branch already, and is left alone.
    func offer(
        on name: String, expecting tip: ObjectID?, keeping kept: () throws -> ObjectID?,
        _ options: PullRequestOptions, to remote: String
    ) throws -> StepResult {
        let host = try Host(remote: remote, of: repository, options.host)
        let talk = try host.talk()
        // What can be wrong with it is better found out before anything is pushed.
        if options.autoMerge, !talk.canMergeByItself {
            throw host.kind.tokenVariable == nil || talk.isAuthorized
                ? PublishingError.noAutoMerge(host.kind) : PublishingError.noToken(host.kind)
        }
        let way = try talk.way(of: self, on: name, options)
        var request = PullRequest(host: host.kind, target: branch, url: nil, isOpen: way.opens)
        var landing: Landing
        if way.isBranch, let commit = try kept() {
            landing = self.landing(commit, on: name, remote: remote)
            if way.opens, options.autoMerge {
                try report(
                    .warning(
                        "\(name) is open as it is to be, so nothing was pushed that could ask \(host.kind.name) to merge by itself: it needs a token\(host.kind.tokenVariable.map { " in \($0)" } ?? "")"
                    ))
            }
        } else {
            landing = self.landing(try commit(way.message), on: name, remote: remote)
            let expectation: PushUpdate.Expectation = way.isBranch ? .exactly(tip) : .ancestor
            let update = PushUpdate(way.ref, to: landing.commit, expecting: expectation)
            let note = try way.isBranch ? holdNote(on: landing.commit, for: remote) : nil
            var result = try repository.push(
                [update] + (note.map { [$0] } ?? []), to: remote, options: way.options, isAtomic: note != nil,
                timeout: timeout)
            if let note {
                // The request comes first: what its message says of holds is lost only if somebody takes it out.
                if [.notesRefused, .notAtomic].contains(result.outcome) {
                    result = try repository.push(
                        [update], to: remote, options: way.options, isAtomic: false, timeout: timeout)
                } else if result.landed(note.name) {
                    try RecordStore(repository).adopt(note)
                }
            }
            switch result.outcome {
            case .landed: break
            case .moved where way.isBranch, .locked: return .moved(branch: name, reason: "\(name) moved")
            case .unreachable: throw GitError.remoteFailed(remote: remote, message: result.message)
            default:
                throw PublishingError.rejected(
                    branch: name, remote: remote, message: way.explain(result.message))
            }
            request.url = result.remoteMessages.lazy.compactMap(Self.url).first
            try warn(of: way.missing, request, at: request.url)
            if !result.remoteMessages.isEmpty { try report(.host(result.remoteMessages)) }
        }
        landing.pullRequest = request
        if talk.isAuthorized {
            try ask(talk, for: &landing, request: request, options: options)
        } else if !way.opens {
            landing.pullRequest?.url = talk.pageToOpen(name, into: branch)
        }
        return .landed(landing)
    }

    /// Records the holds that come with changes, for the case that the message gets lost when the host merges it. What
    /// the commit only says is in force when it is merged, by its message.
    private func holdNote(on commit: ObjectID, for remote: String) throws -> PushUpdate? {
        guard !step.isOnlyWords, !step.holds.isEmpty else { return nil }
        let records = try Record.holds(of: step, commit: repository.commit(commit), for: branch)
        return try RecordStore(repository).commit(records, to: commit, .deployments, onNotesOf: remote)
    }

    /// Has the host open a request for the branch, or brings the one that is open up to date. Only where there is none
    /// in the end that failed: what else was wished of it is told, and can be had by the same command again.
    private func ask(
        _ host: any ReviewHost, for landing: inout Landing, request: PullRequest,
        options: PullRequestOptions
    ) throws {
        let hosted: HostedRequest
        let isNew: Bool
        let first = words()
        do {
            if let open = try host.find(landing.branch, into: branch) {
                (hosted, isNew) = (open, false)
            } else {
                hosted = try host.create(landing.branch, into: branch, first, isDraft: isDraft)
                isNew = true
            }
        } catch {
            throw PublishingError.api(request.host, branch: landing.branch, message: error.message)
        }
        landing.pullRequest?.isOpen = true
        landing.pullRequest?.url = hosted.url ?? request.url
        if isNew { try decorate(hosted, host, request: request) }
        let gates = try judging(hosted, landing.commit, step)
        landing.gates = gates.answers
        // What gates say is known only now.
        let wanted = words(gates.answers)
        if isNew ? wanted != first : hosted.differs(from: wanted, longest: type(of: host).longest) {
            do { try host.update(hosted, wanted) } catch {
                try warn(
                    "its title and text stay as they are", words: error.message, hosted: hosted,
                    request: request)
            }
        }
        // Whoever else merges it, and a queue that has it, has to know.
        if let words = try gates.tell() {
            try report(
                .warning(
                    "the status \(GateStatus.name) of \(hosted.url ?? "the request") stays as it is: \(request.host.name) says '\(words.onOneLine)'"
                ))
        }
        guard options.autoMerge else { return }
        guard gates.answers.areOpen else { return }
        var message = message
        message.trailers += gates.evidence
        let answer: MergeAnswer
        do {
            // A host that waits for its own conditions would not ask when a window is open.
            answer = try host.merge(hosted, at: landing.commit, message, waits: !gates.isGated)
        } catch { answer = .refused(error.message) }
        switch answer {
        case .waits: landing.pullRequest?.merges = .byItself
        case .merged: landing.pullRequest?.merges = .merged
        case .refused(let words):
            try warn("it does not merge by itself", words: words, hosted: hosted, request: request)
        }
    }

    /// What gx.yaml wishes for a request that is new: people may change it.
    private func decorate(_ hosted: HostedRequest, _ host: any ReviewHost, request: PullRequest) throws {
        guard !labels.isEmpty || !reviewers.isEmpty else { return }
        do {
            let missing = try host.add(labels: labels, reviewers: reviewers, to: hosted)
            try warn(of: missing, request, at: hosted.url)
        } catch let error as HostError {
            try warn(
                "without all its labels and reviewers", words: error.message, hosted: hosted, request: request
            )
        }
    }

    private func warn(of missing: [String], _ request: PullRequest, at url: String?) throws {
        guard !missing.isEmpty else { return }
        try report(
            .warning(
                "\(url ?? "the request") goes without \(missing.joined(separator: ", ")): gx can't ask \(request.host.name) for that"
            ))
    }

    private func warn(
        _ what: String, words: String, hosted: HostedRequest, request: PullRequest
    ) throws {
        let place = hosted.url ?? "the request \(hosted.number)"
        try report(.warning("\(place) is open, but \(what): \(request.host.name) says '\(words.onOneLine)'"))
    }

    /// Takes away what was replaced: the requests, with a word that names the new one, and the branches.
    private func close(
        _ proposals: [Proposals.Proposal], for landing: Landing, _ host: any ReviewHost, on remote: String
    ) throws {
        for proposal in proposals {
            if host.isAuthorized {
                do {
                    try host.retire(
                        proposal.branch, into: branch,
                        "Replaced by \(landing.pullRequest?.url ?? landing.branch).")
                } catch {
                    try report(
                        .warning(
                            "the request of \(proposal.branch) stays as it is: \(error.message.onOneLine)"))
                }
            }
            let deletion = PushUpdate(
                "refs/heads/\(proposal.branch)", to: nil, expecting: .exactly(proposal.tip.id))
            let result = try repository.push([deletion], to: remote, isAtomic: false, timeout: timeout)
            if result.outcome == .landed {
                try report(.warning("\(proposal.branch) is replaced, and was deleted"))
            } else {
                try report(
                    .warning("\(proposal.branch) is replaced, but could not be deleted: \(result.message)"))
            }
        }
    }

    private static func url(in line: String) -> String? {
        guard let start = line.firstRange(of: "https://") ?? line.firstRange(of: "http://") else {
            return nil
        }
        return String(line[start.lowerBound...].prefix { !$0.isWhitespace })
    }
}
