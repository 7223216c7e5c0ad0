internal import Git
internal import Manifests
internal import System

/// Places as a push finds them, or leaves them: the branches that it moves stand where it says, or are not there; the others
/// stand where this repository knows them.
final class MovedPlaces: PlaceResolver {
    private let known: KnownPlaces
    private let repository: Repository
    private let moved: [String: ObjectID?]

    init(_ repository: Repository, _ moved: [String: ObjectID?]) {
        (self.repository, self.moved) = (repository, moved)
        known = KnownPlaces(repository)
    }

    func tip(of place: Place) throws -> Tip {
        guard place.repository == nil, let branch = try place.branch ?? repository.defaultBranch,
            let moved = moved[branch]
        else { return try known.tip(of: place) }
        guard let commit = moved else { throw ManifestsError.noBranch(branch: branch, repository: nil) }
        return Tip(repository: repository, ref: "refs/heads/\(branch)", commit: commit)
    }

    func branches(of name: String?) throws -> [String] {
        let branches = try known.branches(of: name)
        guard name == nil else { return branches }
        return unique(branches + moved.keys.sorted()).filter { moved[$0] != .some(nil) }
    }

    /// An environment's branch may be new.
    func isThere(_ place: Place) throws -> Bool {
        do {
            _ = try tip(of: place)
            return true
        } catch ManifestsError.noBranch { return false }
    }
}
