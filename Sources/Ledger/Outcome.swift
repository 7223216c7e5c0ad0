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
    private let finished: [Key: [FinishedDeployment]]

    fileprivate init(undoing: [Int: Int], records: [(ObjectID, Record)]) {
        self.undoing = undoing
        var finished: [Key: [FinishedDeployment]] = [:]
        for (commit, record) in records.sorted(by: { $0.1.time < $1.1.time }) {
            guard let one = FinishedDeployment(record) else { continue }
            finished[Key(commit: commit, environment: one.environment), default: []].append(one)
        }
        self.finished = finished
    }

    public subscript(deployment: Deployment) -> Outcome {
        if undoing[deployment.number] != nil { return .rolledBack }
        return record(of: deployment)?.outcome ?? .unknown
    }

    /// The newest record of how a deployment ended; nil where there is none.
    public func record(of deployment: Deployment) -> FinishedDeployment? {
        finished[Key(commit: deployment.commit, environment: deployment.environment)]?
            .last { $0.app == nil || $0.app == deployment.app }
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
    public func outcomes(in repository: Repository) throws -> Outcomes {
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
        return Outcomes(undoing: undoing, records: records)
    }

    /// The number of the deployment that a rollback or race undoes.
    private func undone(by number: Int) -> Int? {
        let row = tables.deployments[number]
        let isRollback = [Deployment.Kind.rollback, .race].contains { $0.rawValue == row.kind }
        return isRollback && row.related != 0 ? Int(row.related) - 1 : nil
    }
}
