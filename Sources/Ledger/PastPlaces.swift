public import Git
public import Manifests

/// Places as they were at a moment of an environment, for reading its files.
public final class PastPlaces: PlaceResolver {
    private let present: any PlaceResolver
    private let commit: (Place) throws -> ObjectID

    init(_ present: any PlaceResolver, _ commit: @escaping (Place) throws -> ObjectID) {
        (self.present, self.commit) = (present, commit)
    }

    public func tip(of place: Place) throws -> Tip {
        let commit = try commit(place)
        return Tip(repository: try present.tip(of: place).repository, ref: "\(commit)", commit: commit)
    }

    public func branches(of repository: String?) throws -> [String] { try present.branches(of: repository) }
}

extension Ledger {
    /// Places as they were at a moment: each at the newest commit that it had then.
    ///
    /// - Parameter environments: Those that the moment's name stands for: deployments are counted in all of them.
    /// - Throws: `LedgerError.tooShallow`, `.nothingThen` where a place had no commit yet.
    public func places(
        at moment: Moment, of environments: Set<String>, in repository: Repository,
        _ present: any PlaceResolver
    ) throws -> any PlaceResolver {
        let limit: Int
        switch moment.when {
        case .now: return present
        case .deploymentsAgo(let count):
            limit = try firstDeployment(ofLast: count, in: environments)
            guard limit < self.count else { return present }
        case .date(let text):
            let time = try repository.date(text)
            return PastPlaces(present) { [self] place in
                try newest(of: place, moment) { tables.commits[$0].time <= time.seconds }
            }
        }
        let first = Int(tables.deployments[limit].commit)
        let time = tables.commits[first].time
        return PastPlaces(present) { [self] place in
            // In the environment's own place the commits are in order; elsewhere the clock has to do.
            try newest(of: place, moment) { index in
                tables.commits[index].place == tables.commits[first].place
                    ? index < first : tables.commits[index].time < time
            }
        }
    }

    private func newest(of place: Place, _ moment: Moment, where accepts: (Int) -> Bool) throws -> ObjectID {
        let number = (0..<tables.places.count).first { index in
            tables.string(tables.places[index].branch) == place.branch ?? ""
                && tables.string(tables.places[index].repository) == place.repository ?? ""
        }
        if let number {
            let index = (0..<tables.commits.count).last {
                Int(tables.commits[$0].place) == number && accepts($0)
            }
            if let index { return tables.commits[index].id }
        }
        if !isComplete { throw LedgerError.tooShallow(toKnow: "what \(moment.environment) was made of then") }
        throw LedgerError.nothingThen(moment.environment)
    }
}
