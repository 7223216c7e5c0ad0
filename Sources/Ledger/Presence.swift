internal import Manifests

/// Whether an app in an environment has something that was deployed somewhere.
public struct Presence: Hashable, Sendable {
    public enum Status: Hashable, Sendable {
        /// Since this deployment.
        case now(since: Int)
        /// It came with one deployment, and the other took it away; nil where the whole environment is gone.
        case left(entered: Int, left: Int?)
        /// A promotion that would bring it is open: its branch.
        case inFlight(String)
        /// An environment before this one has it.
        case pending(in: String)
        case notYet
        /// Nothing tells whether it is there: what is in configuration may have been there when the environment was set
        /// up later; a bug is unknown where nobody says what brought it in.
        case unknown
    }

    public var environment: String
    public var app: String
    public var status: Status
    /// Whether a commit of this environment names it: else it came with a version that another environment had.
    public var isNamed: Bool
    /// Whether the environment has the app at all, now.
    public var isThere: Bool

    public var isNow: Bool { if case .now = status { true } else { false } }

    /// Whether the environment has the app, and surely not this.
    public var isMissing: Bool { isThere && !isNow && status != .unknown }

    /// The deployment that brought it, where it is or was.
    public var entered: Int? {
        switch status {
        case .now(let number), .left(let number, _): number
        default: nil
        }
    }
}

/// Where a subject is and is not.
public struct Presences: Sendable {
    /// Sorted by app.
    public var list: [Presence] = []
    /// By app, the versions that have it, as pins say them.
    public var versions: [String: Set<String>] = [:]
    /// By app, the artifacts of those versions.
    public var artifacts: [String: Set<String>] = [:]

    /// Tells those that it will get to next from the others that do not have it.
    ///
    /// - Parameters:
    ///   - before: The environments before one, for an app.
    ///   - flight: The branch of an open promotion that would bring it to an environment, for an app.
    public func expecting(
        before: (_ environment: String, _ app: String) -> [String],
        flight: (_ environment: String, _ app: String) -> String?
    ) -> [Presence] {
        let now = Set(list.filter(\.isNow).map { [$0.environment, $0.app] })
        return list.map { presence in
            guard case .notYet = presence.status else { return presence }
            var presence = presence
            if let branch = flight(presence.environment, presence.app) {
                presence.status = .inFlight(branch)
            } else if let source = before(presence.environment, presence.app).first(where: {
                now.contains([$0, presence.app])
            }) {
                presence.status = .pending(in: source)
            }
            return presence
        }
    }
}

extension Ledger {
    /// Where a subject is: each app that it concerns, in the environments that have or had it, and in those that may
    /// still get it.
    ///
    /// A version that follows one that brought it has it, too, as long as it did not run before; so does an environment
    /// that gets such a version. After a rollback it is gone. What only moves a version that others had before, as the
    /// pull request of a promotion or the manifests of a new cluster do, is in the environments that it changed.
    ///
    /// - Parameter carriers: The deployments that brought it, as `carriers(of:)` found them.
    public func presences(of subject: Subject, broughtBy carriers: [Int]) throws -> Presences {
        var chains: [UInt32: Chains] = [:]
        return try presences(of: subject, broughtBy: carriers, &chains)
    }

    /// The deployments of an app in each of its environments, oldest first.
    struct Chains {
        var series: [Int]
        var numbers: [[Int]]
    }

    /// - Parameter known: By app, what was read for another subject.
    func presences(
        of subject: Subject, broughtBy carriers: [Int], _ known: inout [UInt32: Chains]
    ) throws -> Presences {
        if case .app(let name) = subject { return Presences(list: presences(ofApp: name)) }
        if case .bug(let key) = subject { return try presences(ofBug: key) }
        let wanted = pins(of: subject)
        var bySeries: [UInt32: [Int]] = [:]
        for number in carriers where brings(number) {
            bySeries[tables.deployments[number].series, default: []].append(number)
        }
        let apps = Set(bySeries.keys.map { tables.series[Int($0)].app })
        var found = Presences()
        for app in apps.sorted(by: { tables.string($0) < tables.string($1) }) {
            let read = known[app] ?? chains(of: app)
            known[app] = read
            let (all, chains) = (read.series, read.numbers)
            var carrying = wanted
            var lacking: Set<PinnedRow> = []
            if wanted.isEmpty {
                for series in all {
                    guard let first = bySeries[UInt32(series)]?.first(where: isVersion) else { continue }
                    carrying.formUnion(news(of: first, subject, chains))
                }
                (carrying, lacking) = try judged(subject, in: tables.string(app), seeds: carrying)
                let artifacts = Set(carrying.map(\.artifact))
                while extend(&carrying, of: artifacts, except: lacking, along: chains) {}
            }
            found.versions[tables.string(app)] = Set(carrying.map { tables.string($0.version) })
            found.artifacts[tables.string(app)] = Set(carrying.map { tables.string($0.artifact) })
            let travels = !carrying.isEmpty || mayTravel(subject, all.flatMap { bySeries[UInt32($0)] ?? [] })
            for (series, chain) in zip(all, chains) {
                let own = wanted.isEmpty ? bySeries[UInt32(series)] ?? [] : []
                var presence = presence(in: chain, series, own, carrying, except: lacking)
                if presence.status == .notYet, carrying.isEmpty, let first = chain.first,
                    all.contains(where: { (bySeries[UInt32($0)]?.first ?? .max) < first })
                {
                    presence.status = .unknown
                }
                // An environment that never had it, and has the app no more, is nobody's question.
                if presence.entered != nil || travels && presence.isThere { found.list.append(presence) }
            }
        }
        return found
    }

    private func chains(of app: UInt32) -> Chains {
        let all = (0..<tables.series.count).filter { tables.series[$0].app == app && heads[$0] > 0 }
        return Chains(
            series: all,
            numbers: all.map { Array(deployments(endingWith: Int(heads[$0]) - 1)).reversed() })
    }

    /// Whether a deployment can bring something: one that goes back to what there was cannot.
    private func brings(_ number: Int) -> Bool {
        switch Deployment.Kind(rawValue: tables.deployments[number].kind) {
        case .rollback, .race, .removal, nil: false
        default: true
        }
    }

    /// Whether an issue that is in configuration only may be meant for further environments.
    private func mayTravel(_ subject: Subject, _ carriers: [Int]) -> Bool {
        guard case .issue = subject else { return false }
        return carriers.contains { !isVersion($0) }
    }

    /// The pins that came with a deployment, and carry the subject to wherever they are deployed.
    private func news(of number: Int, _ subject: Subject, _ chains: [[Int]]) -> Set<PinnedRow> {
        let row = tables.deployments[number]
        var new = Set(tables.pins(of: row.state)).subtracting(tables.pins(of: stateBefore(number)))
        // Whoever names an issue in a promotion says that the version has it; who sets up an environment does not.
        if case .issue = subject, row.kind != Deployment.Kind.initial.rawValue { return new }
        for other in chains.joined() where other < number && !new.isEmpty {
            guard tables.deployments[other].commit != row.commit else { continue }
            new.subtract(tables.pins(of: tables.deployments[other].state))
        }
        return new
    }

    /// Adds the versions that first came after one that has it, in any environment, and may have it, too; false where
    /// there are no more.
    func extend(
        _ carrying: inout Set<PinnedRow>, of artifacts: Set<UInt32>, except lacking: Set<PinnedRow>,
        along chains: [[Int]]
    ) -> Bool {
        let count = carrying.count
        for chain in chains {
            var old: Set<PinnedRow> = []
            var isSince = false
            for number in chain {
                let pins = tables.pins(of: tables.deployments[number].state)
                isSince = isSince || pins.contains(where: carrying.contains)
                for pin in pins where artifacts.contains(pin.artifact) {
                    if !isSince {
                        old.insert(pin)
                    } else if !old.contains(pin), !lacking.contains(pin) {
                        carrying.insert(pin)
                    }
                }
            }
        }
        return carrying.count > count
    }

    func presence(
        in chain: [Int], _ series: Int, _ own: [Int], _ carrying: Set<PinnedRow>,
        except lacking: Set<PinnedRow>
    ) -> Presence {
        let version = own.first(where: isVersion)
        let configuration = own.first { !isVersion($0) }
        var entered: Int?
        var left: Int?
        for number in chain {
            let state = tables.deployments[number].state
            let pins = tables.pins(of: state)
            var has = pins.contains(where: carrying.contains)
            if let version, !pins.contains(where: lacking.contains),
                bringsForward(number, since: version, in: chain)
            {
                has = true
            }
            if let configuration, version == nil, number >= configuration, state != 0 { has = true }
            if has, entered == nil || left != nil {
                (entered, left) = (number, nil)
            } else if !has, entered != nil, left == nil {
                left = number
            }
        }
        let isThere = isThere(series)
        let status: Presence.Status
        switch (entered, left) {
        case (let entered?, let left?): status = .left(entered: entered, left: left)
        case (let entered?, nil): status = isThere ? .now(since: entered) : .left(entered: entered, left: nil)
        case (nil, _): status = .notYet
        }
        return self.presence(of: series, status, isNamed: !own.isEmpty)
    }

    private func presence(of series: Int, _ status: Presence.Status, isNamed: Bool) -> Presence {
        let row = tables.series[series]
        return Presence(
            environment: tables.string(row.environment), app: tables.string(row.app), status: status,
            isNamed: isNamed, isThere: isThere(series))
    }

    /// Whether an app is in an environment now: a branch that is gone takes its environment along.
    private func isThere(_ series: Int) -> Bool {
        guard heads[series] > 0, case let head = Int(heads[series]) - 1 else { return false }
        return tables.deployments[head].state != 0 && isOpen(head)
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
    private func presences(ofApp name: String) -> [Presence] {
        (0..<tables.series.count).filter { heads[$0] > 0 && tables.string(tables.series[$0].app) == name }.map
        {
            series in
            let last = Int(heads[series]) - 1
            let since = deployments(endingWith: last).first(where: isVersion) ?? last
            let status: Presence.Status =
                if isThere(series) { .now(since: since) } else if tables.deployments[last].state != 0 {
                    .left(entered: since, left: nil)
                } else {
                    .left(entered: previous(since) ?? since, left: since)
                }
            return presence(of: series, status, isNamed: true)
        }
    }
}
