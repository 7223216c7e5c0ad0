public import Git
internal import Manifests

extension Ledger {
    /// The deployments that somebody names, newest first: `prod/api` is the newest that changed a version, `prod/api~2`
    /// the second before it, a commit all that it made, `COMMIT:prod/api` one of those.
    ///
    /// - Throws: `LedgerError.unknownDeployment`.
    public func deployments(named text: String) throws -> [Int] {
        if let colon = text.firstIndex(of: ":"),
            let commit = try commit(named: String(text[..<colon]))
        {
            let name = text[text.index(after: colon)...]
            let found = deployments(by: commit).filter { "\(self[$0].environment)/\(self[$0].app)" == name }
            if !found.isEmpty { return found }
        } else if let (series, back) = series(named: text) {
            let versions = deployments(endingWith: series.last).filter { self[$0].isVersion }
            if versions.indices.contains(back) { return [versions[back]] }
            if !isComplete { throw LedgerError.tooShallow(toKnow: "what \(text) was") }
        } else if let commit = try commit(named: text) {
            let found = deployments(by: commit)
            if !found.isEmpty { return found.reversed() }
        }
        throw LedgerError.unknownDeployment(text)
    }

    /// The newest deployment of an environment, and of an app in it, that a commit has; nil for none.
    public func deployment(in environment: String, of app: String?, at commit: ObjectID) throws -> Int? {
        let numbers = series.filter { $0.environment == environment && (app == nil || $0.app == app) }
            .flatMap { Array(deployments(endingWith: $0.last)) }.sorted(by: >)
        for number in numbers {
            let id = self[number].commit
            for tip in tips where tip.repository.contains(id) && tip.repository.contains(commit) {
                if try tip.repository.isAncestor(id, of: commit) { return number }
            }
        }
        return nil
    }

    private func series(named text: String) -> (series: Series, back: Int)? {
        let all = series
        let exact = { (name: Substring) in all.first { "\($0.environment)/\($0.app)" == name } }
        if let found = exact(text[...]) { return (found, 0) }
        guard let tilde = text.lastIndex(of: "~"), let found = exact(text[..<tilde]) else { return nil }
        let count = text[text.index(after: tilde)...]
        guard let back = count.isEmpty ? 1 : Int(count), back >= 0 else { return nil }
        return (found, back)
    }

    private func commit(named text: String) throws -> ObjectID? {
        guard !text.isEmpty else { return nil }
        for tip in tips {
            if let id = try tip.repository.resolve(text) { return id }
        }
        return nil
    }

    private func deployments(by commit: ObjectID) -> [Int] {
        (0..<count).filter { self.tables.commits[Int(self.tables.deployments[$0].commit)].id == commit }
    }
}
