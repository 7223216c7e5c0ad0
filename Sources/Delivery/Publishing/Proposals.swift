internal import Git
internal import Ledger
internal import Manifests
internal import System

/// The promotions that are open on a remote, read from their branches.
struct Proposals {
    struct Proposal {
        var branch: String
        var tip: Commit
        /// What gx committed there last; nil where it is not to be seen any more.
        var own: Commit?
        /// What others committed there, newest first.
        var foreign: [Commit] = []
        /// Whether all of it is in the target branch, or was squashed or picked into it: the branch is a leftover.
        var isMerged = false

        /// Whether a version comes from no environment: somebody gave it.
        var isGiven: Bool { own.map { DeployTrailer.all(in: $0).contains { $0.source == nil } } ?? false }

        /// By environment and app.
        var versions: [Target: Set<Version>] {
            own.map { Proposals.versions(of: DeployTrailer.all(in: $0)) } ?? [:]
        }
    }

    struct Target: Hashable {
        var environment: String
        var app: String
    }

    private let all: [Proposal]
    private let step: Step
    private let repository: Repository
    private let name: String

    /// - Parameters:
    ///   - tips: Of the remote's promotion branches, by name.
    ///   - step: What is to be proposed beside them.
    ///   - relate: Has this clone know what one of them and the base of the step have in common.
    init(
        _ tips: [String: ObjectID], beside step: Step, relating relate: (ObjectID) throws -> Void = { _ in }
    ) throws {
        self.step = step
        let repository = step.base.repository
        let name = try PromotionBranch.name(of: step)
        (self.repository, self.name) = (repository, name)
        all = try tips.sorted { $0.key < $1.key }.map { branch, id in
            let tip = try repository.commit(id)
            // Only where it matters, git is asked which commits are on the branch.
            guard branch == name || !tip.isOfGx || PromotionBranch.isRollback(branch) else {
                return Proposal(branch: branch, tip: tip, own: tip)
            }
            try relate(id)
            return try Self.proposal(branch, tip: tip, on: step.base.commit, repository: repository)
        }
    }

    private static func proposal(
        _ branch: String, tip: Commit, on base: ObjectID, repository: Repository
    ) throws -> Proposal {
        let difference = try repository.difference(base, tip.id)
        var proposal = Proposal(branch: branch, tip: tip)
        proposal.isMerged = Set(difference.onlyRight).isSubset(of: difference.equivalent)
        // What others left there is shown, not counted: a branch of thousands of commits is none of gx's.
        for id in difference.onlyRight.prefix(100) {
            let commit = try repository.commit(id)
            if commit.isOfGx {
                proposal.own = proposal.own ?? commit
            } else if try !commit.isUpdate(in: repository) {
                proposal.foreign.append(commit)
            }
        }
        return proposal
    }

    // MARK: The branch of the step

    /// What becomes of the branch that the step would be proposed on.
    enum Fate {
        /// It proposes just this already: it is left alone, since approvals and checks are bound to its commit.
        case stays(Commit)
        /// It is made, or made anew.
        case isMade
        /// Others committed there, and what they did would be lost.
        case isOthers([Commit])
    }

    func fate() throws -> Fate {
        guard let proposal = all.first(where: { $0.branch == name }), !proposal.isMerged else {
            return .isMade
        }
        if try isSame(proposal) { return .stays(proposal.tip) }
        if !proposal.foreign.isEmpty { return .isOthers(proposal.foreign) }
        if let own = proposal.own, try isAmended(own) { return .isOthers([own]) }
        return .isMade
    }

    /// Whether merging the branch does to the target what the step does. Foreign commits may do more.
    private func isSame(_ proposal: Proposal) throws -> Bool {
        guard let own = proposal.own, own.marks == step.marks else { return false }
        guard case .clean(let merged) = try repository.mergeTrees(step.base.commit, proposal.tip.id) else {
            return false
        }
        if case .merge(_, let other) = step.content {
            guard try repository.isAncestor(other, of: proposal.tip.id) else { return false }
        }
        if try merged == step.writeTree(in: repository) { return true }
        guard !proposal.foreign.isEmpty, case .files(let files) = step.content else { return false }
        return try files.allSatisfy { file in
            let there = try repository.entry(at: file.path, inTree: merged).map { try repository.blob($0.id) }
            return there == file.new
        }
    }

    /// Whether somebody changed the commit after gx wrote it: somebody else than whoever promotes is its committer, and
    /// not its author; or it changes files that are as they were on the target, and that the same promotion leaves alone.
    private func isAmended(_ own: Commit) throws -> Bool {
        guard own.marks == step.marks, case .files(let files) = step.content, let parent = own.parents.first
        else { return false }
        let before = try repository.commit(parent).tree
        let changes = try repository.changes(from: before, to: own.tree)
        let base = try repository.commit(step.base.commit).tree
        let planned = Set(files.map(\.path))
        // Other rules may make another change of the same wish.
        let rules = ConfigurationSource.fileName
        guard
            try repository.entry(at: rules, inTree: base)?.id
                == repository.entry(at: rules, inTree: before)?.id
        else { return false }
        let others = try changes.contains { change in
            try !planned.contains(change.path)
                && repository.entry(at: change.path, inTree: base)?.id == change.old?.id
        }
        guard !others, own.author.email != own.committer.email else { return others }
        return try !repository.identity().hasSuffix("<\(own.committer.email)>")
    }

    // MARK: All that are open

    /// Why the step can't be proposed beside those that are open.
    func refusals(_ options: PullRequestOptions) throws -> [Refusal] {
        guard !options.supersede || options.keepsOthers else { return [] }
        let wanted = Self.versions(of: DeployTrailer.all(of: step))
        var refusals: [Refusal] = []
        for proposal in meeting {
            let others = proposal.versions.filter { wanted[$0.key] != $0.value }
            // All that it proposes is proposed anew.
            guard options.supersede || others.isEmpty && (proposal.branch == name || !wanted.isEmpty) else {
                let targets = others.keys.sorted { ($0.environment, $0.app) < ($1.environment, $1.app) }
                let target = targets.first { wanted[$0] != nil } ?? targets.first
                let versions = target.flatMap { others[$0] }.map {
                    $0.map(\.short).sorted().joined(separator: ", ")
                }
                let place = target.map { "\($0.environment)/\($0.app)" } ?? "other environments"
                refusals.append(
                    refusal(
                        target,
                        "\(proposal.branch) is open, and proposes \(versions ?? "something else") for \(place)"
                    )
                )
                continue
            }
            // What people want to go back goes forward only by people, and so does what they gave a version of their own.
            if options.keepsOthers,
                PromotionBranch.isRollback(proposal.branch) || proposal.isGiven && !others.isEmpty
            {
                let place = Plan.Part(
                    environment: step.environments.first ?? "", app: step.changes.first?.app ?? "")
                refusals.append(
                    GateAnswer(
                        .approvals, verdict: .waiting(until: nil), words: "\(proposal.branch) is open"
                    ).refusal(for: place))
                continue
            }
            if let commits = try foreign(on: proposal) {
                let list = commits.prefix(3).map {
                    "\($0.id.short) '\($0.subject.onOneLine)' by \($0.committer.name.onOneLine)"
                }
                refusals.append(
                    refusal(
                        nil,
                        "\(proposal.branch) has what gx did not commit there: \(list.joined(separator: ", "))"
                            + (commits.count > 3 ? " and \(commits.count - 3) more" : "")))
            }
        }
        return refusals
    }

    private func foreign(on proposal: Proposal) throws -> [Commit]? {
        guard proposal.branch == name else { return proposal.foreign.isEmpty ? nil : proposal.foreign }
        if case .isOthers(let commits) = try fate() { return commits }
        return nil
    }

    private func refusal(_ target: Target?, _ message: String) -> Refusal {
        Refusal(
            code: .pending, environment: target?.environment ?? step.environments.first ?? "",
            app: target?.app ?? (target == nil ? step.changes.first?.app : nil), message: message,
            hint: "merge or close it first, or replace it with --supersede")
    }

    /// The branches besides its own that the step replaces.
    var replaced: [Proposal] { meeting.filter { $0.branch != name } }

    /// Those that are for an environment and app of the step, and not in its branch already. What is bad goes back also
    /// while a promotion waits for its review, and leaves it alone.
    private var meeting: [Proposal] {
        let targets = Set(step.changes.map { Target(environment: $0.environment, app: $0.app) })
        return all.filter { proposal in
            guard !proposal.isMerged,
                proposal.branch == name || !targets.isDisjoint(with: proposal.versions.keys)
            else { return false }
            let isPromotion = PromotionBranch.isPromotion(proposal.branch)
            return !(step.restoration != nil && isPromotion) && !isDone(proposal)
        }
    }

    /// True where the environments have what is proposed: it was merged, and its branch is a leftover.
    private func isDone(_ proposal: Proposal) -> Bool {
        let current = Dictionary(grouping: step.changes) { Target(environment: $0.environment, app: $0.app) }
            .mapValues { Set($0.map(\.old)) }
        let versions = proposal.versions
        return !versions.isEmpty && versions.allSatisfy { current[$0.key] == $0.value }
    }

    private static func versions(of trailers: [DeployTrailer]) -> [Target: Set<Version>] {
        Dictionary(grouping: trailers) { Target(environment: $0.environment, app: $0.app) }
            .mapValues { Set($0.map(\.new)) }
    }
}

extension Commit {
    /// Whether gx wrote it: by what it says for programs.
    fileprivate var isOfGx: Bool { !marks.isEmpty }

    /// What it says for programs of versions.
    fileprivate var marks: Set<String> {
        Set(
            DeployTrailer.all(in: self).map(\.value) + HoldTrailer.all(in: self).map(\.line)
                + GateTrailer.all(in: self).map(\.line))
    }

    /// Whether it only brings the target branch in, as the buttons of hosts do: merging again makes the same.
    fileprivate func isUpdate(in repository: Repository) throws -> Bool {
        guard parents.count == 2 else { return false }
        return try repository.mergeTrees(parents[0], parents[1]) == .clean(tree: tree)
    }
}

extension Step {
    fileprivate var marks: Set<String> {
        Set(DeployTrailer.all(of: self).map(\.value) + holds.map(\.line) + words.map(\.line))
    }
}
