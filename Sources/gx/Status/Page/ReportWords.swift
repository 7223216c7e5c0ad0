import Answers
import Ledger

/// What an estate comes down to, in sentences.
extension EstateReport {
    /// The one thing that everybody wants to know.
    var answer: String {
        guard let goal else {
            let names = environments.count == 1 ? environments[0] : "\(environments.count) environments"
            return "\(Self.count(apps.count, one: "app")) in \(names)."
        }
        let before = Self.joined(goal.before)
        let verb = goal.same == 1 ? "runs" : "run"
        if goal.same == goal.compared, goal.compared > 1 {
            return "All \(goal.compared) apps run the same in \(goal.name) as in \(before)."
        }
        return
            "\(goal.same) of \(Self.count(goal.compared, one: "app")) \(verb) the same in \(goal.name) as in \(before)."
    }

    /// What else is worth a look; empty where nothing is.
    var remarks: String {
        var sentences: [String] = []
        if let goal, !goal.waiting.isEmpty {
            let count = goal.waiting.count
            let things = Self.count(count, one: "feature or fix", many: "features and fixes")
            sentences.append(
                "\(isAllThatWaits ? "" : "at least ")\(things) \(count == 1 ? "waits" : "wait") for \(goal.name)"
            )
        }
        for kind in OpenPromotion.Kind.allCases {
            let count = promotions.count { $0.kind == kind }
            guard count > 0 else { continue }
            sentences.append("\(Self.count(count, one: kind.rawValue)) \(count == 1 ? "is" : "are") open")
        }
        // The timeline ends with the newest deployment, which may be long ago: "the last" days end now.
        let first = source.now.localDay - EstateSurvey.Limits().days + 1
        let rollbacks = days.reduce(0) { $0 + ($1.day >= first ? $1.rollbacks : 0) }
        if rollbacks > 0 {
            sentences.append(
                "\(Self.count(rollbacks, one: "rollback")) in the last \(EstateSurvey.Limits().days) days")
        }
        guard let first = sentences.first else { return "" }
        sentences[0] = first.prefix(1).uppercased() + first.dropFirst()
        return sentences.joined(separator: "; ") + "."
    }

    static func count(_ count: Int, one: String, many: String? = nil) -> String {
        "\(count) \(count == 1 ? one : many ?? one + "s")"
    }

    /// `a`, `a and b`, `a, b and c`.
    static func joined(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }
}

extension EstateReport.Issue.State {
    /// A sign, and what it means, for whoever sees and whoever hears it.
    var sign: String {
        switch self {
        case .all: "●"
        case .some: "◐"
        case .left: "↶"
        case .flying: "»"
        case .none: "○"
        case .unknown: "?"
        }
    }

    var words: String {
        switch self {
        case .all: "in"
        case .some: "in some"
        case .left: "taken back"
        case .flying: "on its way"
        case .none: "not yet"
        case .unknown: "cannot tell"
        }
    }
}
