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
}
