extension Ledger {
    /// The deployments of an app in an environment up to one, newest first, also those that it had under another name.
    ///
    /// An app was renamed where it came with the very commit by which another one went that ran the same.
    public func lineage(endingWith number: Int) -> [Int] {
        var line = Array(deployments(endingWith: number))
        while let first = line.last, let former = former(of: first) {
            // A new name alone is no deployment.
            if tables.deployments[former].state == tables.deployments[first].state { line.removeLast() }
            line += deployments(endingWith: former)
        }
        return line
    }

    /// The last deployment that an app had under the name before the one that it came with.
    private func former(of number: Int) -> Int? {
        let row = tables.deployments[number]
        guard row.previous == 0, row.state != 0, row.basis != Deployment.Basis.horizon.rawValue else {
            return nil
        }
        // What one commit did stands together.
        let isOwn = { [self] (other: Int) in tables.deployments[other].commit == row.commit }
        let together =
            Array((0..<number).reversed().prefix(while: isOwn)) + (number + 1..<count).prefix(while: isOwn)
        let environment = tables.series[Int(row.series)].environment
        let gone = together.map { tables.deployments[$0] }.filter {
            $0.state == 0 && tables.series[Int($0.series)].environment == environment
        }.map { Int($0.previous) - 1 }
        let same = gone.filter { tables.deployments[$0].state == row.state }
        guard same.isEmpty else { return same.count == 1 ? same[0] : nil }
        let alike = gone.filter {
            tables.main(of: tables.deployments[$0])?.artifact == tables.main(of: row)?.artifact
        }
        return alike.count == 1 ? alike[0] : nil
    }
}
