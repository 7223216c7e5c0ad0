import Git
import Ledger
import Manifests
import System
import Terminal

/// The answer to where one subject is, in a sentence.
struct Whereabouts {
    /// As it was asked for.
    let name: String
    let subject: Subject
    /// The deployments that brought it.
    let carriers: [Int]
    let rows: [PresenceTable.Row]
    private let presences: Presences
    /// What the answer depends on, and can't be told.
    let gaps: [Gap]
    /// The environments that have it now, and are not asked about.
    private let elsewhere: Set<String>
    /// Those that have the app, and could have it.
    private let there: Set<String>
    /// Where a commit is that no branch has which an environment is read from; nil for any other subject.
    private let stray: Text?
    /// What keeps it out of where it is not.
    let holds: [Hold]
    private let order: EnvironmentOrder
    private let ledger: Ledger

    /// - Parameters:
    ///   - asked: The environments that are asked about; nil for all.
    ///   - interval: Only what was there at some time in it.
    /// - Throws: `LedgerError.tooShallow` where nothing that is known brought it, and history is missing.
    init(
        _ name: String, _ subject: Subject, in asked: Set<String>?,
        during interval: (from: Timestamp?, to: Timestamp?), _ ledger: Ledger, _ order: EnvironmentOrder,
        promotions: [OpenPromotion]
    ) throws {
        (self.name, self.subject, self.order, self.ledger) = (name, subject, order, ledger)
        carriers = try ledger.carriers(of: subject)
        if carriers.isEmpty, !ledger.isComplete {
            throw LedgerError.tooShallow(toKnow: "where \(name) is")
        }
        stray =
            if carriers.isEmpty, case .commit(let id) = subject { try Self.stray(id, ledger) } else { nil }
        let presences = try ledger.presences(of: subject, broughtBy: carriers)
        let list = presences.expecting(
            before: { order.before($0, app: $1) },
            flight: { promotions.branch(bringing: presences, to: $0, $1, ledger) })
        self.presences = presences
        holds = try ledger.holds(against: presences, in: asked)
        rows = order.sorted(list).filter { asked?.contains($0.environment) ?? true }
            .map { PresenceTable.Row(name, $0, ledger) }.filter { $0.isThere(during: interval) }
        gaps = ledger.gaps(concerning: subject, in: asked)
        there = Set(list.filter(\.isThere).map(\.environment))
        elsewhere = Set(list.filter(\.isNow).map(\.environment)).subtracting(asked ?? [])
    }

    /// By app, what it came with.
    var artifacts: [String: Set<String>] { ledger.artifacts(in: presences) }

    /// What records tell of it.
    func background() throws -> Background {
        try ledger.background(of: subject, Set(carriers + rows.compactMap { $0.presence.entered }))
    }

    /// Whether all of history was there to answer from.
    var isComplete: Bool { ledger.isComplete && gaps.isEmpty }

    /// Whether there is an environment of which nothing tells whether it is there.
    var cannotTell: Bool { rows.contains { $0.presence.status == .unknown } || rows.isEmpty && !isComplete }

    /// Whether all of the environments that are asked about, and have the app now, have it. Nil where that is not
    /// known, since history is missing.
    var isIn: Bool? {
        let present = rows.filter(\.presence.isThere)
        if !present.isEmpty, present.allSatisfy(\.presence.isNow) { return true }
        if !present.isEmpty, !present.contains(where: \.presence.isMissing) { return nil }
        // One app that surely lacks it is enough.
        let isSure = present.contains { row in
            row.presence.isMissing && !gaps.contains { $0.app ?? row.presence.app == row.presence.app }
        }
        return ledger.isComplete && (isSure || gaps.isEmpty) ? false : nil
    }

    /// `PROJ-7 is in dev, qa and staging, and not in prod yet`.
    ///
    /// - Parameter environment: The one environment or group that is asked about.
    func sentence(asked environment: String?, now: Timestamp) -> Text {
        if let stray, rows.isEmpty { return "\(name, .emphasis) \(stray)" }
        if carriers.isEmpty, rows.isEmpty {
            return "\(name, .emphasis) changed nothing that an environment runs"
        }
        if case .app = subject, environment == nil { return versions }
        let clauses = clauses(now: now, isShort: environment == nil)
        var text: Text = ""
        if environment != nil {
            switch isIn {
            case true?: text += "\("yes", .success): "
            case false?: text += "\("no", .failure): "
            case nil: text += "\("cannot tell", .warning): "
            }
        }
        text += "\(name, .emphasis) "
        var verb = ""
        for (index, clause) in clauses.enumerated() {
            if index > 0 { text += index == clauses.count - 1 ? ", and " : ", " }
            if clause.verb != verb { text += "\(clause.verb) " }
            verb = clause.verb
            text += clause.text
        }
        if clauses.isEmpty {
            text += environment.map { "is not in \($0, .environment)" } ?? "is in no environment"
        }
        if environment != nil, isIn != true, !elsewhere.isEmpty {
            text +=
                "; it is in \(Failure.list(order.names(elsewhere, among: there), "and"), .environment)"
        }
        return text
    }

    /// `is not on main, which environments are read from: it is on feature`
    private static func stray(_ id: ObjectID, _ ledger: Ledger) throws -> Text? {
        guard try !ledger.isOnBranch(id) else { return nil }
        let read = unique(ledger.tips.map(\.shortName))
        var text: Text = "is not on "
        text +=
            read.count > 3
            ? "any of the \(read.count) branches" : Text(Failure.list(read, "or"), .environment)
        text += ", which environments are read from"
        guard let repository = ledger.tips.map(\.repository).first(where: { $0.contains(id) }),
            let branch = try repository.branchNames.first(where: { name in
                try repository.tip(of: name).map { try repository.isAncestor(id, of: $0) } ?? false
            })
        else { return text }
        return text + ": it is on \(branch, .environment)"
    }

    /// `web runs 3.5.1 in dev, qa and staging, and 3.4.1 in prod`.
    private var versions: Text {
        let present = rows.filter(\.presence.isNow)
        guard !present.isEmpty else { return "\(name, .emphasis) is in no environment any more" }
        var found: [(version: String, environments: Set<String>)] = []
        for row in present {
            let version = row.entered?.version ?? "–"
            if let index = found.firstIndex(where: { $0.version == version }) {
                found[index].environments.insert(row.presence.environment)
            } else {
                found.append((version, [row.presence.environment]))
            }
        }
        guard found.count <= 4 else {
            return "\(name, .emphasis) runs \(found.count) versions in \(present.count) environments"
        }
        var text: Text = "\(name, .emphasis) runs "
        for (index, one) in found.enumerated() {
            if index > 0 { text += index == found.count - 1 ? ", and " : ", " }
            text += "\(one.version, .version) in \(names(one.environments), .environment)"
        }
        return text
    }

    /// What is to be said of which environments: in now, partly, was in, on its way, not yet.
    private func clauses(now: Timestamp, isShort: Bool) -> [(verb: String, text: Text)] {
        let places = Dictionary(grouping: rows, by: \.presence.environment).values
        let isNow = { (row: PresenceTable.Row) in row.presence.isNow }
        let isMissing = { (row: PresenceTable.Row) in row.presence.isMissing }
        var clauses: [(verb: String, text: Text)] = []
        let present = places.filter { $0.contains(where: isNow) && !$0.contains(where: isMissing) }.joined()
        if !present.isEmpty {
            let rows = present.filter(isNow)
            let apps = Set(rows.map(\.presence.app)).count
            let count = apps > 1 ? " (\(apps) apps)" : ""
            clauses.append(("is", "in \(names(rows))\(count)" + (isShort ? "" : since(rows, now))))
        }
        let partly = places.filter { $0.contains(where: isNow) && $0.contains(where: isMissing) }.joined()
        if !partly.isEmpty { clauses.append(("is", "partly in \(names(Array(partly)))")) }
        let absent = places.filter { !$0.contains(where: isNow) }.joined()
        let left = absent.filter { $0.left != nil }
        for rows in ends(of: left) { clauses.append(("was", "in \(names(rows))" + until(rows))) }
        let flying = absent.filter { if case .inFlight = $0.presence.status { true } else { false } }
        if !flying.isEmpty { clauses.append(("is", "on its way to \(names(flying)) (a promotion is open)")) }
        let told = Set((left + flying).map(\.presence.environment))
        let missing = absent.filter { !told.contains($0.presence.environment) && isMissing($0) }
        if !missing.isEmpty { clauses.append(("is", "not in \(names(missing)) yet")) }
        return clauses
    }

    private func names(_ rows: [PresenceTable.Row]) -> Text {
        Text(names(Set(rows.map(\.presence.environment))), .environment)
    }

    private func since(_ rows: [PresenceTable.Row], _ now: Timestamp) -> Text {
        let times = rows.compactMap { $0.entered?.time }
        guard let first = times.min(), let last = times.max() else { return "" }
        if rows.contains(where: { $0.entered?.basis == .horizon }) {
            return " (since before this clone's history)"
        }
        let span = span(now.seconds - first.seconds)
        return first == last ? " since \(minute(first)) (\(span))" : " since \(minute(first)) at the earliest"
    }

    /// Environments that lost it in the same way and at the same time, the first first; all together where there are
    /// too many for a sentence.
    private func ends(of rows: [PresenceTable.Row]) -> [[PresenceTable.Row]] {
        guard !rows.isEmpty else { return [] }
        let ends = Dictionary(grouping: rows) { row in row.left.map { "\(minute($0.time)) \($0.words)" } ?? ""
        }
        .sorted { $0.key < $1.key }.map(\.value)
        return ends.count > 3 ? [rows] : ends
    }

    private func until(_ rows: [PresenceTable.Row]) -> Text {
        let left = rows.compactMap(\.left).sorted { $0.time < $1.time }
        guard let first = left.first, let last = left.last else { return "" }
        return minute(first.time) == minute(last.time)
            ? " until \(minute(last.time)) (\(last.words))"
            : ", the last until \(minute(last.time)) (\(last.words))"
    }

    private func names(_ members: Set<String>) -> String {
        let all = Set(rows.filter { $0.presence.isThere }.map(\.presence.environment))
        return Failure.list(order.names(members, among: all), "and")
    }
}

extension PresenceTable.Row {
    /// Whether it was there at some time of an interval; what is not there yet is in none.
    fileprivate func isThere(during interval: (from: Timestamp?, to: Timestamp?)) -> Bool {
        if interval.from == nil, interval.to == nil { return true }
        guard let entered else { return false }
        return interval.to.map { entered.time < $0 } ?? true
            && interval.from.map { from in left.map { from < $0.time } ?? true } ?? true
    }
}
