internal import Git
internal import Manifests

/// Places as a plan would leave them: what is planned on top of it is read from there. The commits are written to a
/// quarantine that goes with it.
final class PlannedPlaces: PlaceResolver {
    private let current: any PlaceResolver
    private var tips: [Place: Tip] = [:]

    init(_ current: any PlaceResolver, with tip: Tip, of place: Place) {
        self.current = current
        tips[place] = tip
    }

    init(_ current: any PlaceResolver, after steps: [Step]) throws {
        self.current = current
        for step in steps where !step.isEmpty {
            let base = step.base.repository
            let repository = base.isQuarantined ? base : try base.quarantined()
            let parent = try repository.commit(step.base.commit)
            let commit = try repository.writeCommit(
                tree: step.writeTree(in: repository), parents: [parent.id], message: "planned\n",
                author: parent.author, committer: parent.committer)
            tips[step.place] = Tip(repository: repository, ref: step.base.ref, commit: commit)
        }
    }

    func tip(of place: Place) throws -> Tip { try tips[place] ?? current.tip(of: place) }

    func branches(of repository: String?) throws -> [String] { try current.branches(of: repository) }

    func prepare(_ places: [Place]) throws { try current.prepare(places) }
}
