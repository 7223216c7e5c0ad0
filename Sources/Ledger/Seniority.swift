public import Manifests

extension Ledger {
    /// Which of two versions of an artifact is the older one: by the order of versions, else by which first came
    /// anywhere that the app is. Nil where nothing tells: one that floats, or both came at once.
    public func direction(
        from old: Version, to new: Version, of artifact: Artifact, app: String
    ) -> Deployment.Direction? {
        switch new.order(to: old) {
        case .earlier: return .down
        case .later: return .up
        case .same, nil: break
        }
        guard !old.isFloating(artifact.kind), !new.isFloating(artifact.kind), !old.isSame(as: new) else {
            return nil
        }
        var firsts: (old: Int?, new: Int?)
        for one in series where one.app == app {
            for number in deployments(endingWith: one.last) {
                for change in tables.changes(of: number) where change.after != 0 {
                    let pin = Pinned(
                        artifact: tables.string(change.artifact), version: tables.string(change.after - 1))
                    guard pin.named.family == artifact.family else { continue }
                    if Version(pin.version).isSame(as: old) { firsts.old = min(firsts.old ?? number, number) }
                    if Version(pin.version).isSame(as: new) { firsts.new = min(firsts.new ?? number, number) }
                }
            }
        }
        // What was never seen is the newer one.
        guard let since = firsts.old, let then = firsts.new else { return firsts.old == nil ? nil : .up }
        if tables.deployments[since].commit == tables.deployments[then].commit { return nil }
        return then < since ? .down : .up
    }

    /// The deployments by which an app first came from one version of an artifact to another, newest first. What was
    /// taken back on the way is no part of it. None where it never came that way.
    ///
    /// - Parameter chain: The app's deployments in an environment, newest first.
    public func passage(
        from old: Version, to new: Version, of artifact: Artifact, in chain: [Int]
    ) -> [Int] {
        func runs(_ version: Version, _ number: Int) -> Bool {
            tables.pins(of: tables.deployments[number].state).contains { row in
                let pin = pin(row)
                return pin.named.family == artifact.family && Version(pin.version).isSame(as: version)
            }
        }
        let oldestFirst = chain.reversed()
        guard let start = oldestFirst.firstIndex(where: { runs(old, $0) }),
            let end = oldestFirst[start...].firstIndex(where: { runs(new, $0) }), start < end
        else { return [] }
        return oldestFirst[oldestFirst.index(after: start)...end].filter { number in
            let kind = Deployment.Kind(rawValue: tables.deployments[number].kind)
            return kind != .rollback && kind != .race && !runs(old, number)
        }.reversed()
    }
}
