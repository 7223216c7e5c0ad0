public import Git
public import Manifests
internal import System

/// Places as they were at a moment of an environment, for reading its files.
public final class PastPlaces: PlaceResolver {
    private let present: any PlaceResolver
    private let commit: (Place) throws -> ObjectID?
    /// What is asked about, in words.
    private let name: String

    init(_ present: any PlaceResolver, of name: String, _ commit: @escaping (Place) throws -> ObjectID?) {
        (self.present, self.name, self.commit) = (present, name, commit)
    }

    public func tip(of place: Place) throws -> Tip {
        guard let commit = try commit(place) else { throw LedgerError.nothingThen(name) }
        return Tip(repository: try present.tip(of: place).repository, ref: "\(commit)", commit: commit)
    }

    public func isThere(_ place: Place) throws -> Bool { try commit(place) != nil }

    public func branches(of repository: String?) throws -> [String] { try present.branches(of: repository) }
}

extension Ledger {
    /// Places as they were at a moment: each at the newest commit that it had then.
    ///
    /// - Parameter environments: Those that the moment's name stands for: deployments are counted in all of them.
    ///   None stands for all.
    /// - Throws: `LedgerError.tooShallow`; `.nothingThen` where none of their places had a commit yet.
    public func places(
        at moment: Moment, of environments: Set<String>, in repository: Repository,
        _ present: any PlaceResolver
    ) throws -> any PlaceResolver {
        guard let accepts = try commits(until: moment, of: environments, in: repository) else {
            return present
        }
        let name = moment.environment.isEmpty ? "this repository" : moment.environment
        let places = PastPlaces(present, of: name) { [self] place in
            guard let number = tables.number(of: place) else { return nil }
            let index = (0..<tables.commits.count).last {
                Int(tables.commits[$0].place) == number && accepts($0)
            }
            if index == nil, tables.places[number].isComplete == 0 {
                throw LedgerError.tooShallow(toKnow: "what \(name) was made of then")
            }
            return index.map { tables.commits[$0].id }
        }
        let own = series.filter { environments.isEmpty || environments.contains($0.environment) }
        let isThere = try unique(own.map { place(of: $0.last) }).map(places.isThere)
        guard isThere.contains(true) else { throw LedgerError.nothingThen(name) }
        return places
    }

    /// Whether a commit, by its number, happened before a moment; nil where all did.
    private func commits(
        until moment: Moment, of environments: Set<String>, in repository: Repository
    ) throws -> ((Int) -> Bool)? {
        switch moment.when {
        case .now: return nil
        case .deploymentsAgo(let count):
            let limit = try firstDeployment(ofLast: count, in: environments)
            guard limit < self.count else { return nil }
            let first = Int(tables.deployments[limit].commit)
            let (place, time) = (tables.commits[first].place, tables.commits[first].time)
            return { [self] index in
                // In the environment's own place the commits are in order; elsewhere the clock has to do.
                tables.commits[index].place == place ? index < first : tables.commits[index].time < time
            }
        case .date(let text):
            let time = try repository.date(text)
            return { [self] in tables.commits[$0].time <= time.seconds }
        }
    }
}
