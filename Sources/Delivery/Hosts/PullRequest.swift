internal import Git
internal import Manifests

/// How a pull request is to be made.
public struct PullRequestOptions: Sendable {
    /// Where the remote's address does not tell.
    public var host: HostKind?
    /// Whether the host merges by itself once it may.
    public var autoMerge: Bool
    /// Whether an open promotion of the same app to the same environment, to another version, is replaced.
    public var supersede: Bool

    public init(host: HostKind? = nil, autoMerge: Bool = false, supersede: Bool = false) {
        (self.host, self.autoMerge, self.supersede) = (host, autoMerge, supersede)
    }
}

/// A request to merge a promotion.
public struct PullRequest: Hashable, Sendable {
    public var host: HostKind
    /// The branch that it is to be merged into.
    public var target: String
    /// Where to look at it, or to open it where that was not possible.
    public var url: String?
    /// False where the host knows of the branch only: somebody has to open the request.
    public var isOpen: Bool
}

extension StepWrite {
    /// Pushes the step to a branch of its own, and has the host ask for it to be merged.
    func propose(_ options: PullRequestOptions, to remote: String, pending: [String: ObjectID]) throws
        -> StepResult
    {
        let host = try Host(remote: remote, of: repository, options.host)
        let name = try PromotionBranch.name(of: step)
        let way = try host.way(of: self, on: name, options)
        let proposals = try Proposals(pending, repository)
        var landing = landing(try commit(way.message), on: name, remote: remote)
        var request = PullRequest(host: host.kind, target: branch, url: nil, isOpen: way.opens)

        if let open = proposals[name], way.isBranch, try isSame(open.commit, landing.commit) {
            landing.commit = open.commit.id
        } else {
            let expectation: PushUpdate.Expectation = way.isBranch ? .exactly(pending[name]) : .ancestor
            let update = PushUpdate(way.ref, to: landing.commit, expecting: expectation)
            let result = try repository.push(
                [update], to: remote, options: way.options, isAtomic: false, timeout: timeout)
            switch result.outcome {
            case .landed: break
            case .moved where way.isBranch, .locked: return .moved(branch: name, reason: "\(name) moved")
            case .unreachable: throw GitError.remoteFailed(remote: remote, message: result.message)
            default:
                throw PublishingError.rejected(
                    branch: name, remote: remote, message: way.explain(result.message))
            }
            request.url = result.remoteMessages.lazy.compactMap(Self.url).first
            if !result.remoteMessages.isEmpty { try report(.host(result.remoteMessages)) }
        }
        if way.isBranch { try close(proposals.replaced(by: step), on: remote) }
        landing.pullRequest = try host.open(request, from: landing, message, options, timeout)
        return .landed(landing)
    }

    /// Whether an open promotion has the same change on the same base.
    private func isSame(_ open: Commit, _ new: ObjectID) throws -> Bool {
        let new = try repository.commit(new)
        return open.tree == new.tree && open.parents == new.parents && open.message == new.message
    }

    private func close(_ proposals: [Proposals.Proposal], on remote: String) throws {
        for proposal in proposals {
            let deletion = PushUpdate(
                "refs/heads/\(proposal.branch)", to: nil, expecting: .exactly(proposal.commit.id))
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
