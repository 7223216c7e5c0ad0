internal import Git
internal import Manifests

/// A branch that is merged into the branch of an environment: what comes of it.
struct BranchMerge {
    /// What is merged.
    struct Source {
        /// The branch.
        var name: String
        /// Nil where it is only proposed.
        var environment: String?
        var tip: Tip
    }

    enum Outcome {
        case everythingThere
        case refused([Refusal])
        /// The tree that it becomes, too.
        case step(Step, tree: ObjectID)
    }

    private let source: Source
    private let environment: String
    private let place: Place
    private let estate: Estate
    private let base: Tip

    /// - Throws: `DeliveryError.otherRepository` where the two have no repository in common.
    init(_ source: Source, into environment: String, at place: Place, estate: Estate) throws {
        (self.source, self.environment, self.place, self.estate) = (source, environment, place, estate)
        base = try estate.tip(of: place)
        guard source.tip.repository.commonDirectory == base.repository.commonDirectory else {
            throw DeliveryError.otherRepository(source.name, environment)
        }
    }

    func outcome() throws -> Outcome {
        let ours = try BranchRestorations(of: environment, base, since: source.tip.commit).undone()
        guard ours.conflicts.isEmpty else {
            return .refused(
                ours.conflicts.map {
                    conflict(
                        "\($0) was changed after a rollback took it back, so what it is to be can't be told",
                        byHand)
                })
        }
        let repository = base.repository
        if try repository.isAncestor(source.tip.commit, of: base.commit) {
            guard ours.commit != base.commit else { return .everythingThere }
            let tree = try repository.commit(ours.commit).tree
            return .step(try step(becoming: tree, .tree(tree)), tree: tree)
        }
        guard try repository.mergeBase(base.commit, source.tip.commit) != nil else {
            return .refused([
                conflict(
                    "\(source.name) and \(environment) have no common history, so they can't be merged",
                    "where a hydrator prepares each branch, name its branch with 'proposed' in gx.yaml")
            ])
        }
        switch try repository.mergeTrees(ours.commit, source.tip.commit) {
        case .conflicts(let paths):
            let more = paths.count > 5 ? " and \(paths.count - 5) more" : ""
            return .refused([
                conflict(
                    "\(source.name) does not merge into \(environment): both changed \(paths.prefix(5).joined(separator: ", "))\(more)",
                    byHand)
            ])
        case .clean(let tree):
            return .step(
                try step(becoming: tree, .merge(tree: tree, other: source.tip.commit)), tree: tree)
        }
    }

    private func step(becoming tree: ObjectID, _ content: Step.Content) throws -> Step {
        let after = try estate.apps(in: environment, at: place, tree: tree)
        return Step(
            place: place, base: base, environments: [environment],
            changes: try estate.versionChanges(
                in: environment, at: place, becoming: after, from: source.environment),
            configuration: [], content: content)
    }

    private var byHand: String {
        "merge by hand: git switch \(place.branch ?? "") && git merge \(source.name)"
    }

    private func conflict(_ message: String, _ hint: String) -> Refusal {
        Refusal(code: .conflict, environment: environment, app: nil, message: message, hint: hint)
    }

    /// The secrets that the apps of the tree will look for in vain.
    func secretGaps(_ tree: ObjectID, encryptedKeys: @escaping EncryptedKeys) throws -> [String] {
        guard let before = source.environment else { return [] }
        let checkout = try Checkout(base.repository, tree: tree)
        let after = try estate.apps(in: environment, at: place, tree: tree)
        return try after.flatMap { app -> [String] in
            guard let origin = try estate.app(app.app, in: before) else { return [] }
            let here = try SecretScope(
                of: app, among: { after }, checkout: { _ in checkout }, encryptedKeys: encryptedKeys)
            let there = try SecretScope(of: origin, in: estate, encryptedKeys: encryptedKeys)
            return try SecretGap.all(of: app, here, comparedWith: before, there).map(\.warning)
        }
    }
}
