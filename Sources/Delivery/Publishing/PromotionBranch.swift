internal import Git
internal import Ledger
internal import Manifests
internal import System

/// The branch that a promotion is proposed on: `gx/promote/ENVIRONMENT/APP`, the same for the same environments and
/// apps, so that a newer promotion meets the one that is open. A rollback's is `gx/rollback/ENVIRONMENT/APP`, and that
/// of a hold `gx/hold/ENVIRONMENT/APP`.
enum PromotionBranch {
    static let prefixes = ["gx/promote/", "gx/rollback/", "gx/hold/"]

    static func name(of step: Step) throws -> String {
        let apps = unique(step.changes.map(\.app) + step.holds.map(\.app))
        let kind = step.restoration != nil ? 1 : step.changes.isEmpty && !step.holds.isEmpty ? 2 : 0
        return try prefixes[kind] + part(step.environments.isEmpty ? ["all"] : step.environments) + "/"
            + part(apps.isEmpty ? ["configuration"] : apps)
    }

    /// Names in one component of a ref; where they don't fit as they are, with a hash that keeps them apart.
    private static func part(_ names: [String]) throws -> String {
        let exact = names.sorted().joined(separator: "+")
        var text = String(exact.replacing("/", with: "--").map { isPlain($0) ? $0 : "-" })
        while text.contains("..") { text = text.replacing("..", with: ".-") }
        if text.hasPrefix(".") { text = "-" + text.dropFirst() }
        text = String(text.prefix(60))
        let isSame = text == exact.replacing("/", with: "--")
        if isSame, !text.hasSuffix(".lock"), !text.hasSuffix(".") { return text }
        return text + "-" + (try ObjectID.hash(ofBlob: Array(exact.utf8)).short)
    }

    private static func isPlain(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "+-_.".contains(character))
    }
}

/// The promotions that are open on a remote, read from their branches.
struct Proposals {
    struct Proposal {
        var branch: String
        var commit: Commit
        /// By environment and app.
        var versions: [Target: Set<Version>]
    }

    struct Target: Hashable {
        var environment: String
        var app: String
    }

    private let all: [Proposal]

    init(_ tips: [String: ObjectID], _ repository: Repository) throws {
        all = try tips.sorted { $0.key < $1.key }.map { name, tip in
            let commit = try repository.commit(tip)
            return Proposal(
                branch: name, commit: commit, versions: Self.versions(of: DeployTrailer.all(in: commit)))
        }
    }

    /// The branch of this name.
    subscript(branch: String) -> Proposal? { all.first { $0.branch == branch } }

    /// Why the step can't be proposed beside those that are open.
    func refusals(of step: Step, _ options: PullRequestOptions) throws -> [Refusal] {
        guard !options.supersede else { return [] }
        let name = try PromotionBranch.name(of: step)
        let wanted = Self.versions(of: DeployTrailer.all(of: step))
        return meeting(step).compactMap { proposal in
            let others = proposal.versions.filter { wanted[$0.key] != $0.value }
            // All that it proposes is proposed anew.
            if others.isEmpty, proposal.branch == name || !wanted.isEmpty { return nil }
            let targets = others.keys.sorted { ($0.environment, $0.app) < ($1.environment, $1.app) }
            let target = targets.first { wanted[$0] != nil } ?? targets.first
            let versions = target.flatMap { others[$0] }.map {
                $0.map(\.short).sorted().joined(separator: ", ")
            }
            return Refusal(
                code: .pending, environment: target?.environment ?? step.environments.first ?? "",
                app: target?.app,
                message:
                    "\(proposal.branch) is open, and proposes \(versions ?? "something else") for \(target.map { "\($0.environment)/\($0.app)" } ?? "other environments")",
                hint: "merge or close it first, or replace it with --supersede")
        }
    }

    /// The branches besides its own that a step replaces.
    func replaced(by step: Step) throws -> [Proposal] {
        let name = try PromotionBranch.name(of: step)
        return meeting(step).filter { $0.branch != name }
    }

    /// Those that are for an environment and app of the step, and not in its branch already. What is bad goes back also
    /// while a promotion waits for its review, and leaves it alone.
    private func meeting(_ step: Step) -> [Proposal] {
        let name = try? PromotionBranch.name(of: step)
        let targets = Set(step.changes.map { Target(environment: $0.environment, app: $0.app) })
        return all.filter { proposal in
            guard proposal.branch == name || !targets.isDisjoint(with: proposal.versions.keys) else {
                return false
            }
            let isPromotion = proposal.branch.hasPrefix(PromotionBranch.prefixes[0])
            return !(step.restoration != nil && isPromotion) && !isDone(proposal, step)
        }
    }

    /// True where the environments have what is proposed: it was merged, and its branch is a leftover.
    private func isDone(_ proposal: Proposal, _ step: Step) -> Bool {
        let current = Dictionary(grouping: step.changes) { Target(environment: $0.environment, app: $0.app) }
            .mapValues { Set($0.map(\.old)) }
        return !proposal.versions.isEmpty && proposal.versions.allSatisfy { current[$0.key] == $0.value }
    }

    private static func versions(of trailers: [DeployTrailer]) -> [Target: Set<Version>] {
        Dictionary(grouping: trailers) { Target(environment: $0.environment, app: $0.app) }
            .mapValues { Set($0.map(\.new)) }
    }
}
