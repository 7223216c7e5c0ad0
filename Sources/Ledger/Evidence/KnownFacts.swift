public import Git
internal import Manifests
internal import System
internal import YAML

/// What explains a deployment: why it was made, what made it, and how it went.
public enum Fact: String, Hashable, Sendable, CaseIterable {
    /// An issue, in the commit's message, in those by which a promoted version came, or in what the release contains.
    case issue
    /// A record of the deployment, or of the build of a version that it brought.
    case record
    /// An outcome that is not unknown.
    case outcome
}

/// Tells which facts are known of deployments.
public struct KnownFacts {
    private let ledger: Ledger
    private let outcomes: Outcomes
    /// The environments and apps that records of a commit are of; nil stands for all.
    private var records: [ObjectID: [(environment: String?, app: String?)]] = [:]
    /// By environment and app, the newest deployment.
    private let newest: [[String]: Int]

    public init(_ ledger: Ledger, in repository: Repository) throws {
        self.ledger = ledger
        newest = Dictionary(
            ledger.series.map { ([$0.environment, $0.app], $0.last) }, uniquingKeysWith: { first, _ in first }
        )
        outcomes = try ledger.outcomes(in: repository)
        var folders: Set<String> = []
        for repository in [repository] + ledger.tips.map(\.repository)
        where folders.insert(repository.commonDirectory).inserted {
            for (commit, record) in try RecordStore(repository).all(.deployments, with: "\"type\"") {
                records[commit, default: []].append((record["environment"]?.string, record["app"]?.string))
            }
        }
    }

    /// Whether a deployment lacks all of several facts. Rollbacks, and what was there before history begins, explain
    /// themselves.
    public func isWithout(_ facts: Set<Fact>, _ deployment: Deployment) throws -> Bool {
        guard deployment.basis != .horizon, deployment.undone == nil else { return false }
        // What is in releases is asked last: it may have to be read from a source.
        return try [Fact.outcome, .record, .issue].filter(facts.contains).allSatisfy {
            try lacks($0, deployment)
        }
    }

    /// The facts that a deployment lacks.
    public func missing(of deployment: Deployment) throws -> [Fact] {
        try Fact.allCases.filter { try lacks($0, deployment) }
    }

    private func lacks(_ fact: Fact, _ one: Deployment) throws -> Bool {
        switch fact {
        case .outcome: return outcomes[one] == .unknown
        case .record:
            let isRecorded = records[one.commit, default: []].contains {
                $0.environment ?? one.environment == one.environment && $0.app ?? one.app == one.app
            }
            return !isRecorded && one.brought.allSatisfy { ledger.evidence?.build(of: $0) == nil }
        case .issue:
            let isNamed = origins(of: one).contains { !ledger.mentions(of: $0).issues.isEmpty }
            return try !isNamed && ledger.releases(in: one.number).allSatisfy(\.issues.isEmpty)
        }
    }
}

extension KnownFacts {
    /// A deployment, and those by which what it promotes came to the environments before.
    private func origins(of one: Deployment) -> Set<Int> {
        var found: Set = [one.number]
        var open = [one]
        while let next = open.popLast() {
            for number in promoted(by: next) where found.insert(number).inserted {
                open.append(ledger[number])
            }
        }
        return found
    }

    /// The deployments that a promotion takes over: those of the environment before since it ran what the promotion's
    /// own ran until then. Where it never did, those of the very versions.
    private func promoted(by one: Deployment) -> [Int] {
        guard let source = one.source, let last = newest[[source, one.app]] else { return [] }
        let tables = ledger.tables
        let commit = tables.deployments[one.number].commit
        let before = ledger.stateBefore(one.number)
        var chain: [Int] = []
        for number in ledger.deployments(endingWith: last) {
            let row = tables.deployments[number]
            guard number < one.number || row.commit == commit else { continue }
            if row.state == before { return chain }
            chain.append(number)
        }
        let brought = one.brought
        return Array(chain.prefix { Set(brought).isSubset(of: ledger[$0].after ?? []) })
    }
}

extension Deployment {
    /// The versions that ran after it and not before.
    var brought: [Pinned] {
        let before = Set(before ?? [])
        return (after ?? []).filter { !before.contains($0) }
    }
}
