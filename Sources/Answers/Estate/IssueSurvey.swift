import Git
import Ledger
import Manifests
import System

/// Finds the issues that a page tells about: those that wait somewhere, and those of the newest changes.
struct IssueSurvey {
    private let survey: EstateSurvey
    private var ledger: Ledger { survey.ledger }
    /// The newest deployment of an environment and app.
    private let series: [[String]: Int]
    private let positions: [String: Int]

    init(_ survey: EstateSurvey, series: [[String]: Int]) {
        self.survey = survey
        self.series = series
        positions = Dictionary(
            survey.environments.enumerated().map { ($0.element, $0.offset) },
            uniquingKeysWith: { first, _ in first })
    }

    struct Found {
        /// What waits first, then newest first.
        var issues: [EstateReport.Issue]
        var leftOut: Int
        var isAllThatWaits: Bool
    }

    func issues(
        of apps: [EstateReport.App], _ changes: [EstateReport.Change]
    ) throws -> Found {
        var seen: Set<String> = []
        let mayWait = try apps.flatMap(candidates).filter { seen.insert($0).inserted }
        let recent = changes.flatMap(\.issues).filter { seen.insert($0).inserted }
        let apps = Dictionary(apps.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var found: [EstateReport.Issue] = []
        var asked = 0
        for key in mayWait + recent where found.count < survey.limits.issues {
            asked += 1
            if let issue = try issue(key, apps) { found.append(issue) }
        }
        found.sort { a, b in
            if a.waitsFor.isEmpty != b.waitsFor.isEmpty { return !a.waitsFor.isEmpty }
            return (a.time.seconds, b.key) > (b.time.seconds, a.key)
        }
        return Found(
            issues: found, leftOut: mayWait.count + recent.count - asked,
            isAllThatWaits: asked >= mayWait.count)
    }

    /// The issues that environments before another one got after the version that it still runs.
    private func candidates(of app: EstateReport.App) throws -> [String] {
        var keys: [String] = []
        for (name, cell) in zip(survey.environments, app.cells) {
            guard cell?.standing != nil, let newest = series[[name, app.name]],
                let pins = ledger[newest].after
            else { continue }
            for other in before(name, app.name) {
                if let last = series[[other, app.name]] {
                    keys += try mentions(after: pins, endingWith: last)
                }
            }
        }
        return keys
    }

    /// All environments that come before one, however long before.
    private func before(_ environment: String, _ app: String) -> [String] {
        var found: [String] = []
        var next = [environment]
        while let name = next.popLast() {
            for other in survey.environmentOrder.before(name, app: app) where !found.contains(other) {
                found.append(other)
                next.append(other)
            }
        }
        return found
    }

    /// What deployments named since an environment last had one of these versions; nothing where it never had.
    private func mentions(after pins: [Pinned], endingWith last: Int) throws -> [String] {
        var keys: [String] = []
        let artifacts = Set(pins.map(\.artifact))
        for number in ledger.deployments(endingWith: last).lazy.prefix(200) {
            let one = ledger[number]
            let common = (one.after ?? []).filter { artifacts.contains($0.artifact) }
            if !common.isEmpty, common.allSatisfy(pins.contains) { return keys }
            if one.isVersion { keys += try ledger.issues(broughtBy: number) }
        }
        return []
    }

    private func issue(_ key: String, _ apps: [String: EstateReport.App]) throws -> EstateReport.Issue? {
        let carriers = try ledger.carriers(of: .issue(key))
        guard let first = carriers.first else { return nil }
        let origin = ledger[first]
        let presences = try ledger.presences(of: .issue(key), broughtBy: carriers)
        let promotions = survey.overview.rows.flatMap { $0.cells.flatMap { $0?.promotions ?? [] } }
        let all = presences.expecting(before: survey.environmentOrder.before) {
            promotions.branch(bringing: presences, to: $0, $1, ledger)
        }.filter { positions[$0.environment] != nil && apps[$0.app] != nil }
        guard !all.isEmpty else { return nil }
        var pullRequests: [String] = []
        for number in carriers.prefix(50) {
            for request in ledger.mentions(of: number).pullRequests where !pullRequests.contains(request) {
                pullRequests.append(request)
            }
        }
        let record = survey.records.issue(key)
        let url = record?.url ?? survey.estate.configuration.issues.url?.filled { $0 == "key" ? key : nil }
        return EstateReport.Issue(
            key: key, title: try record?.title ?? survey.commit(origin.commit)?.subject ?? "",
            kind: record?.kind, status: record?.status, url: url, pullRequests: pullRequests,
            time: origin.time,
            who: origin.who, presences: grouped(all), waitsFor: waits(all),
            artifacts: carried(carriers, apps),
            states: states(all))
    }

    /// What changed with the first deployments that brought it: an app's artifacts each once.
    private func carried(_ carriers: [Int], _ apps: [String: EstateReport.App]) -> [EstateReport.Issue
        .Carried]
    {
        var found: [EstateReport.Issue.Carried] = []
        for one in carriers.lazy.map({ ledger[$0] }) where one.isVersion && one.kind != .rollback {
            for pin in one.after ?? [] where !(one.before?.contains(pin) ?? false) {
                let isKnown = found.contains { $0.app == one.app && $0.artifact == pin.artifact }
                guard !isKnown, found.count < 6, let app = apps[one.app] else { continue }
                let build = survey.records.build(pin.artifact, pin.version)
                found.append(
                    EstateReport.Issue.Carried(
                        app: one.app, artifact: pin.artifact, version: pin.version,
                        workloads: app.artifacts.first { $0.artifact == pin.artifact }?.workloads ?? [],
                        pipeline: build?.pipeline, author: build?.author))
            }
        }
        return found
    }

    /// The stages that do not have it although one before has.
    private func waits(_ all: [Presence]) -> [Int] {
        let now = Set(all.filter(\.isNow).map { [$0.environment, $0.app] })
        let waiting = all.filter { presence in
            // What is held does not wait.
            presence.isThere && !presence.isNow && presence.state != .unknown && !isHeld(presence)
                && survey.environmentOrder.before(presence.environment, app: presence.app).contains {
                    now.contains([$0, presence.app])
                }
        }
        return survey.stages.indices.filter { index in
            waiting.contains { stage(of: $0) == index }
        }
    }

    /// Whether the version that would bring it is kept out.
    private func isHeld(_ presence: Presence) -> Bool {
        let row = survey.overview.rows.first { $0.app == presence.app }
        let index = survey.overview.environments.firstIndex { $0.name == presence.environment }
        guard let row, let index, let cell = row.cells[index], !cell.heldNow.isEmpty else { return false }
        return survey.environmentOrder.before(presence.environment, app: presence.app).allSatisfy { name in
            guard let pins = series[[name, presence.app]].flatMap({ ledger[$0].after }) else { return true }
            return cell.heldNow.contains { hold in
                pins.contains { hold.trailer.concerns(Version($0.version), of: $0.named.name, presence.app) }
            }
        }
    }

    private func stage(of presence: Presence) -> Int? {
        positions[presence.environment].flatMap { position in
            survey.stages.firstIndex { $0.members.contains(position) }
        }
    }

    private func states(_ all: [Presence]) -> [EstateReport.Issue.State?] {
        survey.stages.indices.map { index in
            let states = Set(all.filter { stage(of: $0) == index }.map(\.state))
            if states.isEmpty { return nil }
            if states == [.all] { return .all }
            if states.contains(.all) { return .some }
            return [.flying, .left, .none].first(where: states.contains) ?? EstateReport.Issue.State.unknown
        }
    }

    /// What environments have in common that came to it in the same way.
    private struct Sameness: Hashable {
        var app: String
        var state: EstateReport.Issue.State
        var entered: ObjectID?
        var left: ObjectID?

        init(_ presence: EstateReport.Issue.Presence) {
            (app, state) = (presence.app, presence.state)
            (entered, left) = (presence.entered?.commit, presence.left?.commit)
        }
    }

    private func grouped(_ all: [Presence]) -> [EstateReport.Issue.Presence] {
        let sorted = all.sorted {
            ($0.app, positions[$0.environment] ?? 0) < ($1.app, positions[$1.environment] ?? 0)
        }
        let each = sorted.compactMap { presence -> EstateReport.Issue.Presence? in
            guard let position = positions[presence.environment] else { return nil }
            let (entered, left) = presence.deployments(ledger)
            return EstateReport.Issue.Presence(
                app: presence.app, environments: [position], state: presence.state, entered: entered,
                left: left)
        }
        return each.merged(by: Sameness.init) { $0.environments += $1.environments }
    }
}

extension Presence {
    fileprivate var state: EstateReport.Issue.State {
        switch status {
        case .now: .all
        case .left: .left
        case .inFlight: .flying
        case .pending, .notYet: .none
        case .unknown: .unknown
        }
    }

    fileprivate func deployments(_ ledger: Ledger) -> (entered: Deployment?, left: Deployment?) {
        guard case .left(_, let left) = status else { return (entered.map { ledger[$0] }, nil) }
        return (entered.map { ledger[$0] }, left.map { ledger[$0] })
    }
}
