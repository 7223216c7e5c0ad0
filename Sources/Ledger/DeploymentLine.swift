extension Ledger {
    /// The deployments that what runs now comes from, newest first: without those that a rollback took back, and
    /// without the rollback.
    ///
    /// - Parameter chain: The deployments of an app in an environment, newest first.
    public func line(of chain: [Int]) -> [Int] {
        var line: [Int] = []
        for number in chain.reversed() {
            let state = tables.deployments[number].state
            let kind = Deployment.Kind(rawValue: tables.deployments[number].kind)
            if kind == .rollback || kind == .race,
                let earlier = line.lastIndex(where: { tables.deployments[$0].state == state })
            {
                line.removeSubrange((earlier + 1)...)
            } else {
                line.append(number)
            }
        }
        return line.reversed()
    }

    /// The same for some artifacts of the app alone: the deployments that changed them.
    ///
    /// - Parameter state: What they are in of all that runs; nil where none of them does.
    public func line(of chain: [Int], choosing state: ([Pinned]?) -> [Pinned]?) -> [Int] {
        var line: [(number: Int, state: [Pinned]?)] = []
        var last: [Pinned]?
        for number in chain.reversed() {
            let deployment = self[number]
            let now = state(deployment.after)
            guard now != last || line.isEmpty else { continue }
            last = now
            let isBack = deployment.changes.contains { change in
                [.rollback, .race].contains(change.kind)
                    && now?.contains(Pinned(change.artifact, at: change.after)) ?? false
            }
            if isBack, let earlier = line.lastIndex(where: { $0.state == now }) {
                line.removeSubrange((earlier + 1)...)
            } else {
                line.append((number, now))
            }
        }
        return line.map(\.number).reversed()
    }
}

extension Pinned {
    fileprivate init(_ artifact: String, at version: String?) {
        self.init(artifact: artifact, version: version ?? "")
    }
}
