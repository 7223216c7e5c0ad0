/// Whether an app in an environment has something that was deployed somewhere.
public struct Presence: Hashable, Sendable {
    public enum Status: Hashable, Sendable {
        /// Since this deployment.
        case now(since: Int)
        /// It came with one deployment, and the other took it away.
        case left(entered: Int, left: Int)
        case notYet
    }

    public var environment: String
    public var app: String
    public var status: Status
    /// Whether a commit of this environment names it: else it came with a version that another environment had.
    public var isNamed: Bool
}

extension Ledger {
    /// Where a subject is: each app that it concerns, in all environments that ever had it, sorted by app and by the
    /// order in which environments first had it.
    ///
    /// A version that follows one that brought it has it, too, as long as it did not run before; so does an environment
    /// that gets such a version. After a rollback it is gone.
    ///
    /// - Parameter carriers: The deployments that brought it, as `carriers(of:)` found them.
    public func presences(of subject: Subject, broughtBy carriers: [Int]) -> [Presence] {
        let wanted = pins(of: subject)
        var bySeries: [UInt32: [Int]] = [:]
        for number in carriers { bySeries[tables.deployments[number].series, default: []].append(number) }
        let apps = Set(bySeries.keys.map { tables.series[Int($0)].app })
        var found: [Presence] = []
        for app in apps.sorted(by: { tables.string($0) < tables.string($1) }) {
            let all = (0..<tables.series.count).filter { tables.series[$0].app == app && heads[$0] > 0 }
            var carrying = wanted
            var chains: [Int: [Int]] = [:]
            var artifacts: Set<UInt32> = []
            for series in all {
                let chain = Array(deployments(endingWith: Int(heads[series]) - 1)).reversed() as [Int]
                chains[series] = chain
                guard wanted.isEmpty, let first = bySeries[UInt32(series)]?.first(where: isVersion) else {
                    continue
                }
                let new = Set(tables.pins(of: tables.deployments[first].state)).subtracting(
                    tables.pins(of: stateBefore(first)))
                artifacts.formUnion(new.map(\.artifact))
                carrying.formUnion(new)
            }
            while wanted.isEmpty, extend(&carrying, of: artifacts, along: Array(chains.values)) {}
            for series in all {
                found.append(
                    presence(
                        in: chains[series] ?? [], series,
                        wanted.isEmpty ? bySeries[UInt32(series)] ?? [] : [],
                        carrying))
            }
        }
        return found
    }

    /// Adds the versions that first came after one that has it, in any environment; false where there are no more.
    private func extend(
        _ carrying: inout Set<PinnedRow>, of artifacts: Set<UInt32>, along chains: [[Int]]
    ) -> Bool {
        let count = carrying.count
        for chain in chains {
            var old: Set<PinnedRow> = []
            var isSince = false
            for number in chain {
                let pins = tables.pins(of: tables.deployments[number].state).filter {
                    artifacts.contains($0.artifact)
                }
                isSince = isSince || pins.contains(where: carrying.contains)
                if isSince {
                    carrying.formUnion(pins.filter { !old.contains($0) })
                } else {
                    old.formUnion(pins)
                }
            }
        }
        return carrying.count > count
    }

    private func presence(
        in chain: [Int], _ series: Int, _ own: [Int], _ carrying: Set<PinnedRow>
    ) -> Presence {
        let version = own.first(where: isVersion)
        let configuration = own.first { !isVersion($0) }
        var entered: Int?
        var left: Int?
        for number in chain {
            let state = tables.deployments[number].state
            var has = tables.pins(of: state).contains(where: carrying.contains)
            if let version, bringsForward(number, since: version, in: chain) { has = true }
            if let configuration, version == nil, number >= configuration, state != 0 { has = true }
            if has, entered == nil || left != nil {
                (entered, left) = (number, nil)
            } else if !has, entered != nil, left == nil {
                left = number
            }
        }
        let row = tables.series[series]
        let status: Presence.Status =
            if let entered, let left { .left(entered: entered, left: left) } else if let entered {
                .now(since: entered)
            } else {
                .notYet
            }
        return Presence(
            environment: tables.string(row.environment), app: tables.string(row.app), status: status,
            isNamed: !own.isEmpty)
    }

    private func isVersion(_ number: Int) -> Bool {
        tables.deployments[number].kind != Deployment.Kind.configuration.rawValue
    }

    func stateBefore(_ number: Int) -> UInt32 {
        let previous = tables.deployments[number].previous
        return previous == 0 ? 0 : tables.deployments[Int(previous) - 1].state
    }

    /// Whether what runs after `number` first came with `first` or later: what had run before does not have it.
    private func bringsForward(_ number: Int, since first: Int, in chain: [Int]) -> Bool {
        let state = tables.deployments[number].state
        guard number >= first, state != 0 else { return false }
        return !chain.prefix { $0 < first }.contains { tables.deployments[$0].state == state }
    }
}

extension Ledger {
    /// Where an app is, and since when it runs its version.
    public func presences(ofApp name: String) -> [Presence] {
        series.filter { $0.app == name }.map { one in
            let isThere = tables.deployments[one.last].state != 0
            let since = deployments(endingWith: one.last).first(where: isVersion) ?? one.last
            return Presence(
                environment: one.environment, app: name,
                status: isThere ? .now(since: since) : .left(entered: previous(since) ?? since, left: since),
                isNamed: true)
        }
    }
}
