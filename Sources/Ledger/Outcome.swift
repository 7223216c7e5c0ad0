public import Git
internal import Manifests

/// How a deployment went.
public enum Outcome: String, Hashable, Sendable, CaseIterable {
    case succeeded, failed
    /// A later rollback undoes it, or a record says so.
    case rolledBack = "rolled back"
    /// A newer commit arrived while it was being verified. Only a record can tell.
    case superseded
    /// Nothing says it: never to be counted as success.
    case unknown
}

/// How the deployments of a ledger went: by the deployments after them, and by records.
public struct Outcomes: Sendable {
    private struct Key: Hashable {
        var commit: ObjectID
        var environment: String
    }

    /// By number, the rollback that undoes a deployment.
    private let undoing: [Int: Int]
    /// Oldest first.
    private let finished: [Key: [(said: FinishedDeployment, record: Record)]]

    fileprivate init(
        undoing: [Int: Int], records: [(ObjectID, Record)], signedBy signatures: Signatures?
    ) throws {
        self.undoing = undoing
        var finished: [Key: [(said: FinishedDeployment, record: Record)]] = [:]
        for (commit, record) in records.sorted(by: { $0.1.time < $1.1.time }) {
            guard let one = FinishedDeployment(record) else { continue }
            let key = Key(commit: commit, environment: one.environment)
            if let signatures, one.outcome == .succeeded {
                guard record.signature != nil else { continue }
                // That something went wrong is not hidden by what may be nobody's word. Of all others the signature is
                // looked at when something rests on it: that takes a program each.
                let isNews = finished[key]?.contains { $0.said.outcome != .succeeded } == true
                if isNews, try record.signer(on: commit, by: signatures) == nil { continue }
            }
            finished[key, default: []].append((one, record))
        }
        self.finished = finished
    }

    /// Whether the newest record of how a deployment ended is signed by somebody whose key is known.
    ///
    /// - Parameters:
    ///   - commit: The one that deployed.
    public func isSigned(
        _ commit: ObjectID, in environment: String, of app: String, by signatures: Signatures
    ) throws -> Bool {
        let record = newest(Key(commit: commit, environment: environment), app)?.record
        return try record?.signer(on: commit, by: signatures) != nil
    }

    private func newest(_ key: Key, _ app: String) -> (said: FinishedDeployment, record: Record)? {
        finished[key]?.last { $0.said.app == nil || $0.said.app == app }
    }

    public subscript(deployment: Deployment) -> Outcome {
        if undoing[deployment.number] != nil { return .rolledBack }
        return record(of: deployment)?.outcome ?? .unknown
    }

    /// The newest record of how a deployment ended; nil where there is none.
    public func record(of deployment: Deployment) -> FinishedDeployment? {
        newest(Key(commit: deployment.commit, environment: deployment.environment), deployment.app)?.said
    }

    /// What the newest record says of a deployment by its number.
    func recorded(_ number: Int, in ledger: Ledger) -> Outcome {
        finished.isEmpty ? .unknown : record(of: ledger[number])?.outcome ?? .unknown
    }

    func undoing(_ number: Int) -> Int? { undoing[number] }

    /// The number of the rollback, or race, that undoes a deployment; nil where none does.
    public func undoing(_ deployment: Deployment) -> Int? { undoing[deployment.number] }
}

extension Ledger {
    /// Reads how deployments went. Records are taken from a repository, and from all that environments are in.
    ///
    /// - Parameter signatures: By whose keys it has to be signed that something succeeded; nil where anybody's word counts.
    public func outcomes(in repository: Repository, signedBy signatures: Signatures? = nil) throws -> Outcomes
    {
        var undoing: [Int: Int] = [:]
        for number in 0..<count {
            if let undone = undone(by: number) { undoing[undone] = number }
        }
        var folders: Set<String> = []
        var records: [(ObjectID, Record)] = []
        for repository in [repository] + tips.map(\.repository)
        where folders.insert(repository.commonDirectory).inserted {
            records += try RecordStore(repository).all(.deployments, with: FinishedDeployment.type)
        }
        return try Outcomes(undoing: undoing, records: records, signedBy: signatures)
    }

    /// The number of the deployment that a rollback or race undoes.
    private func undone(by number: Int) -> Int? {
        let row = tables.deployments[number]
        let isRollback = [Deployment.Kind.rollback, .race].contains { $0.rawValue == row.kind }
        return isRollback && row.related != 0 ? Int(row.related) - 1 : nil
    }
}
