import Answers
import Ledger
import System
import Terminal

/// The answer to where one subject is, in a sentence.
extension Whereabouts {
    /// `PROJ-7 is in dev, qa and staging, and not in prod yet`.
    ///
    /// - Parameter environment: The one environment or group that is asked about.
    func sentence(asked environment: String?, now: Timestamp) -> Text {
        if let stray, rows.isEmpty { return "\(name, .emphasis) \(Self.words(of: stray))" }
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
                "; it is in \(order.names(elsewhere, among: there).listed("and"), .environment)"
        }
        return text
    }

    /// `is not on main, which environments are read from: it is on feature`
    private static func words(of stray: Stray) -> Text {
        var text: Text = "is not on "
        text +=
            stray.read.count > 3
            ? "any of the \(stray.read.count) branches" : Text(stray.read.listed("or"), .environment)
        text += ", which environments are read from"
        return stray.branch.map { text + ": it is on \($0, .environment)" } ?? text
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
        let isNow = { (row: PresenceRow) in row.presence.isNow }
        let isMissing = { (row: PresenceRow) in row.presence.isMissing }
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
        let flying = absent.filter { $0.presence.status.branch != nil }
        for kind in OpenPromotion.Kind.allCases {
            let own = flying.filter {
                $0.presence.status.branch.map(OpenPromotion.Kind.init(ofBranch:)) == kind
            }
            if !own.isEmpty {
                clauses.append(("is", "on its way to \(names(own)) (a \(kind.rawValue) is open)"))
            }
        }
        let told = Set((left + flying).map(\.presence.environment))
        // What a preview does not have it was not made for.
        let missing = absent.filter { row in
            !told.contains(row.presence.environment) && isMissing(row)
                && !(isShort && order.isEphemeral(row.presence.environment))
        }
        if !missing.isEmpty { clauses.append(("is", "not in \(names(missing)) yet")) }
        return clauses
    }

    private func names(_ rows: [PresenceRow]) -> Text {
        Text(names(Set(rows.map(\.presence.environment))), .environment)
    }

    private func since(_ rows: [PresenceRow], _ now: Timestamp) -> Text {
        let times = rows.compactMap { $0.entered?.time }
        guard let first = times.min(), let last = times.max() else { return "" }
        if rows.contains(where: { $0.entered?.basis == .horizon }) {
            return " (since before this clone's history)"
        }
        let span = (now - first).words
        return first == last ? " since \(minute(first)) (\(span))" : " since \(minute(first)) at the earliest"
    }

    /// Environments that lost it in the same way and at the same time, the first first; all together where there are
    /// too many for a sentence.
    private func ends(of rows: [PresenceRow]) -> [[PresenceRow]] {
        guard !rows.isEmpty else { return [] }
        let ends = Dictionary(grouping: rows) { row in row.left.map { "\(minute($0.time)) \($0.words)" } ?? ""
        }
        .sorted { $0.key < $1.key }.map(\.value)
        return ends.count > 3 ? [rows] : ends
    }

    private func until(_ rows: [PresenceRow]) -> Text {
        let left = rows.compactMap(\.left).sorted { $0.time < $1.time }
        guard let first = left.first, let last = left.last else { return "" }
        return minute(first.time) == minute(last.time)
            ? " until \(minute(last.time)) (\(last.words))"
            : ", the last until \(minute(last.time)) (\(last.words))"
    }

    private func names(_ members: Set<String>) -> String {
        let all = Set(rows.filter { $0.presence.isThere }.map(\.presence.environment))
        return order.names(members, among: all).listed("and")
    }
}
