internal import Git
internal import Ledger
internal import Manifests
internal import System

/// Finds the deployment that each app of an environment goes back to.
struct ReturnSearch {
    enum Answer {
        /// By its number in the ledger.
        case deployment(Int)
        /// There is none, and why.
        case none(Refusal)
        /// The question does not concern the app.
        case unconcerned
        /// Nothing goes back at all, and why.
        case stop(Refusal)
    }

    let request: RollbackRequest
    let ledger: Ledger
    let repository: Repository
    let holds: Holds
    let outcomes: Outcomes
    let environment: String
    /// What of each app goes back.
    let chosen: [String: ChosenArtifacts]
    private let lines = Lines()

    init(
        request: RollbackRequest, ledger: Ledger, repository: Repository, holds: Holds, outcomes: Outcomes,
        environment: String, chosen: [String: ChosenArtifacts]
    ) {
        (self.request, self.ledger, self.repository) = (request, ledger, repository)
        (self.holds, self.outcomes, self.environment) = (holds, outcomes, environment)
        self.chosen = chosen
    }

    /// What apps were looked up for.
    private final class Lines {
        var known: [String: [Int]] = [:]
        /// By app and the family of an artifact.
        var led: [String: [String: Set<Pinned>]] = [:]
    }

    /// The deployments of an app, newest first, whatever it was called; none where it was never there.
    func line(of app: String) -> [Int] {
        if let known = lines.known[app] { return known }
        let line = ledger.series(of: app, in: environment).map { ledger.lineage(endingWith: $0.last) } ?? []
        lines.known[app] = line
        return line
    }

    /// What ran after a deployment, of what goes back of the app.
    func state(_ number: Int, of app: String) -> [Pinned]? {
        (chosen[app] ?? ChosenArtifacts()).state(of: ledger[number].after)
    }

    /// The deployments that what runs now comes from, newest first.
    private func line(leadingTo app: String, _ chain: [Int]) -> [Int] {
        guard let chosen = chosen[app], !chosen.isAll else { return ledger.line(of: chain) }
        return ledger.line(of: chain, choosing: chosen.state)
    }

    /// Whether a deployment is one of an app, under the name that it has or one before.
    private func isDeployment(_ number: Int, of app: String) -> Bool {
        ledger[number].app == app || line(of: app).contains(number)
    }

    /// The deployments that the apps go back to, in their order.
    func answers(for apps: [String]) throws -> [(app: String, answer: Answer)] {
        if goesTogether, apps.count > 1, let newcomer = try newcomer() {
            return [(newcomer.app, .stop(newcomer.refusal))]
        }
        if goesTogether, apps.count > 1, let numbers = try wholeState() {
            return apps.map { app in
                let own = numbers.first { isDeployment($0, of: app) }
                return (app, own.map(Answer.deployment) ?? .unconcerned)
            }
        }
        return try apps.map { app in
            let line = line(of: app)
            guard !line.isEmpty else {
                return (app, .none(absent(app, "\(environment) never had \(app), as far as history goes")))
            }
            return (app, try answer(for: app, line))
        }
    }

    /// Whether it is the environment as a whole that goes back.
    private var goesTogether: Bool { request.allApps && request.artifacts.isEmpty }

    /// The apps that an environment had at the moment that all of it goes back to, and has no more, under no name: what
    /// they ran can't be edited.
    ///
    /// - Parameter apps: Those that it has.
    func gone(besides apps: [String]) throws -> [Refusal] {
        guard goesTogether else { return [] }
        let lasting = Set(apps.flatMap(line))
        let old = ledger.series.filter { $0.environment == environment && ledger[$0.last].after == nil }
            .map { Array(ledger.deployments(endingWith: $0.last)) }
            .filter { lasting.isDisjoint(with: $0) }
        let was: [Int]
        switch request.point {
        case .previous, .deploymentsAgo:
            guard !old.isEmpty, let numbers = try wholeState() else { return [] }
            was = numbers.filter { number in old.contains { $0.contains(number) } }
        case .date(let text):
            let time = try repository.date(text)
            was = old.compactMap { ledger.deployment(in: $0, at: time) }
        case .commit(let id): was = try old.compactMap { try ledger.deployment(in: $0, after: id) }
        case .named(let text):
            guard !old.isEmpty, !apps.contains(where: { named(text, line(of: $0), of: $0) != nil }),
                case .commit(let id) = try ledger.subject(text, in: repository, asking: [environment])
            else { return [] }
            was = try old.compactMap { try ledger.deployment(in: $0, after: id) }
        case .before: return []
        }
        return was.map { ledger[$0] }.filter { $0.after != nil }.map { one in
            absent(
                one.app, "\(environment) ran \(one.app) \(one.versions) then, and has no \(one.app) any more",
                hint:
                    "'git checkout \(one.commit.short) -- FILES' brings its files back; named apps go back without it"
            )
        }
    }

    // MARK: The whole environment

    /// The state of all apps together, where the point is a moment of the environment rather than of an app.
    private func wholeState() throws -> [Int]? {
        switch request.point {
        case .deploymentsAgo(let count): return try state(ago: count)
        case .previous:
            let now = try state(ago: 0)
            var count = 1
            while case let then = try state(ago: count), !then.isEmpty {
                // Each under the name that it has now.
                let back = then.compactMap { number -> (app: String, then: Deployment)? in
                    let heir = now.first { isDeployment(number, of: ledger[$0].app) }
                    guard ledger[number].after != heir.flatMap({ ledger[$0].after }) else { return nil }
                    return (ledger[heir ?? number].app, ledger[number])
                }
                let isRight = try back.allSatisfy { app, then in
                    try isOnLine(then, app) && !isHeld(then, app) && !hasFailed(then, app)
                }
                if !back.isEmpty, isRight { return then }
                count += 1
            }
            return []
        default: return nil
        }
    }

    /// The app that the newest deployment brought for the first time: it had nothing before, and what others had is not
    /// what went wrong.
    private func newcomer() throws -> (app: String, refusal: Refusal)? {
        guard case .previous = request.point else { return nil }
        let then = try state(ago: 1)
        let new = try state(ago: 0).map { ledger[$0] }.filter { one in
            !then.contains { isDeployment($0, of: one.app) }
        }
        guard !then.isEmpty, let one = new.max(by: { $0.number < $1.number }) else { return nil }
        return (
            one.app,
            absent(
                one.app,
                "\(one.app) came with \(one.commit.short), the newest deployment of \(environment), and had nothing before",
                hint:
                    "git revert \(one.commit.short) takes it out; --to goes back further, and a name to one app"
            )
        )
    }

    private func state(ago count: Int) throws -> [Int] {
        try ledger.state(at: Moment("\(environment)~\(count)"), in: repository)
    }

    // MARK: One app

    /// - Parameter chain: The app's deployments, newest first.
    private func answer(for app: String, _ chain: [Int]) throws -> Answer {
        switch request.point {
        case .previous:
            let now = state(chain[0], of: app)
            // What was rolled back before is not gone back to by itself.
            let found = try line(leadingTo: app, chain).first {
                let (number, then) = ($0, ledger[$0])
                guard let state = state(number, of: app), state != now, isOnLine(then, app) else {
                    return false
                }
                return try !isHeld(then, app) && !hasFailed(then, app)
            }
            return try existing(found, app: app, chain: chain, why: "nothing else ran there before")
        case .deploymentsAgo(let count):
            let versions = changes(of: app, chain)
            let found =
                count == 0 ? chain[0] : versions.dropFirst(count - 1).first.flatMap { previous($0, chain) }
            let had =
                versions.count == 1 ? "it has had 1 deployment" : "it has had \(versions.count) deployments"
            return try existing(
                found, app: app, chain: chain, why: "\(had) there, and \(count) would be taken back")
        case .date(let text):
            let time = try repository.date(text)
            return try existing(
                ledger.deployment(in: chain, at: time), app: app, chain: chain,
                why: "it was not there at \(time)")
        case .commit(let id): return try state(after: id, app, chain)
        case .named(let text):
            if let found = named(text, chain, of: app) { return .deployment(found) }
            switch try ledger.subject(text, in: repository, asking: [environment]) {
            case .commit(let id): return try state(after: id, app, chain)
            case .version, .artifact:
                return .none(absent(app, "\(app) \(text) never ran in \(environment)"))
            case .app: throw DeliveryError.noMoment(text)
            case let subject:
                guard let shipped = try shipped(subject, chain) else { return .unconcerned }
                return .deployment(shipped)
            }
        case .before(let text):
            let subject = try ledger.subject(text, in: repository, asking: [environment])
            if case .app = subject { throw DeliveryError.noMoment(text) }
            guard let shipped = try shipped(subject, chain) else { return .unconcerned }
            return try existing(previous(shipped, chain), app: app, chain: chain, why: "it came with \(text)")
        }
    }

    private func previous(_ number: Int, _ chain: [Int]) -> Int? { chain.first { $0 < number } }

    /// The deployments that changed a version of what goes back, newest first.
    private func changes(of app: String, _ chain: [Int]) -> [Int] {
        guard let chosen = chosen[app], !chosen.isAll else { return chain.filter { ledger[$0].isVersion } }
        return chain.filter { ledger[$0].changes.contains { chosen.contains($0.named) } }
    }

    private func state(after id: ObjectID, _ app: String, _ chain: [Int]) throws -> Answer {
        try existing(
            ledger.deployment(in: chain, after: id), app: app, chain: chain,
            why: "it was not there at \(id.short)")
    }

    private func existing(_ number: Int?, app: String, chain: [Int], why: String) throws -> Answer {
        if let number, state(number, of: app) != nil { return .deployment(number) }
        let first = ledger[chain[chain.count - 1]]
        if first.basis == .horizon {
            throw LedgerError.tooShallow(toKnow: "what \(environment)/\(app) ran then")
        }
        let day = "\(first.time)".prefix(10)
        let parts = chosen[app]?.names ?? []
        let what = parts.isEmpty ? app : "\(parts.joined(separator: " and ")) of \(app)"
        return .none(
            absent(
                app, "\(environment) has nothing of \(what) to go back to: \(why)",
                hint:
                    "its history begins on \(day) with \(first.commit.short); where its files were elsewhere before, a layout for the old path in gx.yaml leads further back"
            ))
    }

    private func absent(_ app: String, _ message: String, hint: String? = nil) -> Refusal {
        Refusal(code: .absent, environment: environment, app: app, message: message, hint: hint)
    }

    /// The deployment that brought something which is still there: the earliest that belongs to it.
    ///
    /// - Throws: `LedgerError.unknown` where a source or a record that can't be read could say something else: going
    ///   back to a version that has it after all would be worse than not going.
    private func shipped(_ subject: Subject, _ chain: [Int]) throws -> Int? {
        let names = unique(chain.map { ledger[$0].app })
        guard let app = names.first else { return nil }
        let carriers = try ledger.carriers(of: subject)
        let presences = try ledger.presences(of: subject, broughtBy: carriers).list.filter {
            $0.environment == environment && names.contains($0.app)
        }
        let found = presences.first { $0.entered != nil } ?? presences.first
        if let gap = ledger.gaps(concerning: subject, in: [environment], app: app).first {
            throw LedgerError.unknown("when \(subject) came to \(environment)/\(app)", gap)
        }
        var status = found?.status
        // What went with the name that the app had is still there.
        if case .left(let since, let left?) = status, !chain.contains(left) { status = .now(since: since) }
        switch status {
        case .now(let since):
            // Commits of the same issue that came before; if something was taken back in between, another time.
            let own = Set(carriers)
            let earlier = chain.drop { $0 > since }.prefix { ![.rollback, .race].contains(ledger[$0].kind) }
            return earlier.last(where: own.contains) ?? since
        case .left(let entered, _): return request.point.isBefore ? nil : entered
        case .notYet, .pending, .inFlight, .unknown, nil:
            if !ledger.isComplete {
                throw LedgerError.tooShallow(toKnow: "when \(subject) came to \(environment)/\(app)")
            }
            return nil
        }
    }

    /// The newest deployment with a version by this name, a tag, a digest or both: of the artifact that says the app's
    /// version, else of any.
    private func named(_ text: String, _ chain: [Int], of app: String) -> Int? {
        let wanted = text.hasPrefix("version:") ? String(text.dropFirst(8)) : text
        func says(_ pin: Pinned) -> Bool {
            let version = Version(pin.version)
            return [version.description, version.tag, version.digest].contains(wanted)
        }
        let chosen = chosen[app] ?? ChosenArtifacts()
        return chain.first { ledger[$0].main.map { says($0) && chosen.contains($0.named) } ?? false }
            ?? chain.first { state($0, of: app)?.contains(where: says) ?? false }
    }

    /// Whether what runs now came from there: none of its artifacts was rolled back from what it was then, also where
    /// others of the app went on.
    private func isOnLine(_ deployment: Deployment, _ app: String) -> Bool {
        let chain = line(of: app)
        let now = chain.first.flatMap { state($0, of: app) } ?? []
        let then = (chosen[app] ?? ChosenArtifacts()).state(of: deployment.after) ?? []
        return then.allSatisfy { now.contains($0) || led(to: $0, app, chain) }
    }

    /// Whether all that a deployment changed was rolled back since, and does not run.
    func wasTakenBack(_ number: Int, of app: String) -> Bool {
        let chain = line(of: app)
        let now = chain.first.flatMap { ledger[$0].after } ?? []
        let brought = ledger[number].changes.compactMap { change in
            ledger[number].after?.first { $0.artifact == change.artifact && $0.version == change.after }
        }
        return !brought.isEmpty && brought.allSatisfy { !now.contains($0) && !led(to: $0, app, chain) }
    }

    private func led(to pin: Pinned, _ app: String, _ chain: [Int]) -> Bool {
        let family = pin.named.family
        if let known = lines.led[app]?[family] { return known.contains(pin) }
        func own(_ pins: [Pinned]?) -> [Pinned] { (pins ?? []).filter { $0.named.family == family } }
        let line = ledger.line(of: chain) { own($0) }
        let pins = Set(line.flatMap { own(ledger[$0].after) })
        lines.led[app, default: [:]][family] = pins
        return pins.contains(pin)
    }

    /// What lies between what runs and what is gone back to, and is passed over since it failed.
    func skipped(from app: String, to number: Int) throws -> [String] {
        guard case .previous = request.point else { return [] }
        let chain = line(of: app)
        let now = chain.first.flatMap { state($0, of: app) }
        let failed = try line(leadingTo: app, chain).prefix { $0 > number }
            .filter { state($0, of: app) != nil && state($0, of: app) != now }.map { ledger[$0] }
            .filter { try hasFailed($0, app) }
        return unique(
            failed.map { one in
                "\(app) \(one.versions) is recorded as failed in \(environment): passed over"
            })
    }

    /// Whether what ran then failed there, by the newest record of any deployment of it.
    private func hasFailed(_ deployment: Deployment, _ app: String) throws -> Bool {
        let chosen = chosen[app] ?? ChosenArtifacts()
        let then = chosen.state(of: deployment.after)
        let said = line(of: app).lazy.map { ledger[$0] }
            .filter { chosen.state(of: $0.after) == then }
            .compactMap { outcomes.record(of: $0)?.outcome }
            .filter { [.failed, .succeeded, .rolledBack].contains($0) }
        // What succeeded once beside others is not what failed beside these.
        if !chosen.isAll, said.contains(.succeeded) { return false }
        return said.first.map { $0 != .succeeded } ?? false
    }

    /// Whether what ran then is kept out now.
    private func isHeld(_ deployment: Deployment, _ app: String) throws -> Bool {
        let chosen = chosen[app] ?? ChosenArtifacts()
        let now = line(of: app).first.flatMap { ledger[$0].after }
        return try (chosen.state(of: deployment.after) ?? []).contains { pin in
            guard now?.contains(pin) != true else { return false }
            let hold = try holds.hold(
                on: Version(pin.version), of: pin.named.name, app, in: environment)
            return hold != nil
        }
    }
}

extension Deployment {
    /// What it left running, each version once.
    fileprivate var versions: String { versions(\.after) }

    /// What ran before or after it, each version once.
    func versions(_ state: KeyPath<Deployment, [Pinned]?>) -> String {
        unique((self[keyPath: state] ?? []).map { Version($0.version).short }).joined(separator: ", ")
    }
}

extension RollbackRequest.Point {
    fileprivate var isBefore: Bool { if case .before = self { true } else { false } }
}
