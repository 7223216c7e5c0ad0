import Answers
import Ledger
import System
import Terminal

/// The issues that one side has and the other does not have yet, and how sure that is.
struct BacklogAnswer {
    let view: BacklogTable
    let table: Table
    let sentence: Text
    /// What is not known, and could say something else.
    let gaps: [Gap]
    private let backlog: Backlog
    private let isComplete: Bool

    init(
        _ before: DiffSide, after: DiffSide, app: String?, _ ledger: Ledger, _ order: EnvironmentOrder
    ) throws {
        let (sources, targets) = (Set(before.members), Set(after.members))
        let ahead = ledger.deployments(in: sources, aheadOf: targets, app: app)
        let issues = try ledger.issuePresences(app: app, contained: ahead)
        backlog = Backlog(of: issues, in: sources, notIn: targets)
        // Of any issue, since none is asked about by name.
        gaps = ledger.gaps(concerning: .issue(""), in: sources.union(targets), app: app)
        isComplete = ledger.isComplete && gaps.isEmpty
        view = BacklogTable(backlog: backlog, ledger: ledger, order: order)
        table = try view.table(sources, targets)
        sentence = view.sentence(before.text, after.text)
    }

    var isEmpty: Bool { backlog.items.isEmpty }

    var status: ExitStatus { isComplete ? .done : .cannotTell }

    var json: JSON {
        .object([
            Schema.backlog.field, JSON.Field("complete", .bool(isComplete)),
            JSON.Field("count", .int(backlog.issues.count)), JSON.Field("issues", view.json),
        ])
    }
}
