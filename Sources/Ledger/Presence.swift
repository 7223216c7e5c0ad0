internal import Manifests
internal import System

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
    /// By app, the versions that have it.
    var pins: [String: Set<PinnedRow>] = [:]

    init(list: [Presence] = []) { self.list = list }

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
        var histories: [UInt32: AppHistory] = [:]
        return try presences(of: subject, broughtBy: carriers, &histories)
    }

    /// - Parameter known: By app, what was read for another subject.
    func presences(
        of subject: Subject, broughtBy carriers: [Int], _ known: inout [UInt32: AppHistory]
    ) throws -> Presences {
        if case .app(let name) = subject { return Presences(list: presences(ofApp: name)) }
        if case .bug(let key) = subject { return try presences(ofBug: key) }
        let wanted = pins(of: subject)
        var bySeries: [Int: [Int]] = [:]
        for number in carriers where brings(number) {
            bySeries[Int(tables.deployments[number].series), default: []].append(number)
        }
        let apps = Set(bySeries.keys.map { tables.series[$0].app })
        var found = Presences()
        for app in apps.sorted(by: { tables.string($0) < tables.string($1) }) {
            let history = known[app] ?? AppHistory(of: app, self)
            known[app] = history
            var carrying = history.withTwins(history.selection(of: wanted))
            var lacking = history.nothing
            if wanted.isEmpty {
                for chain in history.chains {
                    guard let first = bySeries[chain.series]?.first(where: isVersion) else { continue }
                    for pin in news(of: first, in: chain, history, subject) { carrying[pin] = true }
                }
                (carrying, lacking) = try judged(subject, in: history, app, seeds: carrying)
                carrying = history.descendants(of: carrying, except: lacking)
            }
            let isCarried = carrying.contains(true)
            if isCarried { found.pins[tables.string(app)] = history.rows(in: carrying) }
            let all = history.chains.map(\.series)
            let travels = isCarried || mayTravel(subject, all.flatMap { bySeries[$0] ?? [] })
            let states = (carrying: history.states(with: carrying), lacking: history.states(with: lacking))
            for chain in history.chains {
                let own = wanted.isEmpty ? bySeries[chain.series] ?? [] : []
                let version = own.first(where: isVersion)
                var stay = history.stay(
                    in: chain, version: version, configuration: version == nil ? own.first : nil,
                    carrying: states.carrying, lacking: states.lacking)
                // Of an artifact without a version what runs now is asked for, and not what came first.
                if case .artifact(_, nil) = subject, stay.entered != nil, stay.left == nil {
                    stay.entered = history.newest(of: carrying, in: chain) ?? stay.entered
                }
                var presence = presence(of: chain.series, stay, isNamed: !own.isEmpty)
                // Who asks for an artifact asks which version of it runs now.
                if case .artifact(let name, version: nil) = subject, case .now = presence.status {
                    presence.status = .now(since: newest(of: name, endingWith: Int(heads[chain.series]) - 1))
                }
                if presence.status == .notYet, !isCarried, let first = chain.steps.first?.number,
                    all.contains(where: { (bySeries[$0]?.first ?? .max) < first })
                {
                    presence.status = .unknown
                }
                // An environment that never had it, and has the app no more, is nobody's question.
                if presence.entered != nil || travels && presence.isThere { found.list.append(presence) }
            }
        }
        return found
    }

    /// The versions that have a subject, as pins of an app say them.
    public func versions(of app: String, in presences: Presences) -> Set<String> {
        Set((presences.pins[app] ?? []).map { tables.string($0.version) })
    }

    /// The holds that keep those versions out of where they are not, each once.
    public func holds(against presences: Presences, in environments: Set<String>?) throws -> [Hold] {
        let all = try openHolds()
        guard !all.isEmpty else { return [] }
        return unique(
            presences.list.filter { !$0.isNow && environments?.contains($0.environment) ?? true }.flatMap {
                one in
                let pins = (presences.pins[one.app] ?? []).map(pin)
                return all.filter { hold in
                    hold.isFor(one.environment)
                        && pins.contains {
                            hold.trailer.concerns(Version($0.version), of: $0.named.name, one.app)
                        }
                }
            })
    }

    /// The artifacts of those versions, by app.
    public func artifacts(in presences: Presences) -> [String: Set<String>] {
        presences.pins.mapValues { Set(Set($0.map(\.artifact)).map(tables.string)) }
    }

    /// The newest deployment that changed an artifact.
    private func newest(of artifact: String, endingWith last: Int) -> Int {
        let mirrors = tables.position(of: artifact).map(self.mirrors) ?? []
        let own = { (number: Int) in
            self.tables.pins(of: self.tables.deployments[number].state).filter {
                mirrors.contains($0.artifact)
            }
        }
        let now = own(last)
        return deployments(endingWith: last).prefix { own($0) == now }.last ?? last
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
    private func news(
        of number: Int, in chain: AppHistory.Chain, _ history: AppHistory, _ subject: Subject
    ) -> [Int] {
        // Whoever names an issue in a promotion says that the version has it; who sets up an environment does not.
        let isInitial = tables.deployments[number].kind == Deployment.Kind.initial.rawValue
        let isSaid = if case .issue = subject { !isInitial } else { false }
        return history.brought(by: number, in: chain, isNews: !isSaid, self)
    }

    func presence(of series: Int, _ stay: (entered: Int?, left: Int?), isNamed: Bool) -> Presence {
        let isThere = isThere(series)
        let status: Presence.Status
        switch stay {
        case (let entered?, let left?): status = .left(entered: entered, left: left)
        case (let entered?, nil): status = isThere ? .now(since: entered) : .left(entered: entered, left: nil)
        case (nil, _): status = .notYet
        }
        return presence(of: series, status, isNamed: isNamed)
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

    func stateBefore(_ number: Int) -> UInt32 {
        let previous = tables.deployments[number].previous
        return previous == 0 ? 0 : tables.deployments[Int(previous) - 1].state
    }
}

extension Ledger {
    /// Where an app is, and since when it runs its version.
    private func presences(ofApp name: String) -> [Presence] {
        (0..<tables.series.count).filter { heads[$0] > 0 && tables.string(tables.series[$0].app) == name }.map
        {
            series in
            let last = Int(heads[series]) - 1
            let since = versionDeployment(endingWith: last) ?? last
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
