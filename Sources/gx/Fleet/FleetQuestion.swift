import Ledger
import System
import Terminal
import YAML

/// A question that one repository answers, and a fleet of them: each is asked the same, and what they say is put
/// together (`FleetAnswer.swift`).
protocol FleetQuestion: Command {
    associatedtype Format: AnswerFormat

    /// How it is answered in one repository alone.
    func runAlone(in context: Context) throws -> ExitStatus
    /// What one repository of a fleet answers.
    ///
    /// - Throws: what says that it has nothing of what was named counts for nothing, as long as others have it.
    func answer(in member: Context) throws -> MemberAnswer

    var answerOptions: AnswerOptions<Format> { get }
    /// What was asked about, each of which somebody has to know.
    var subjects: [String] { get }
    /// Whether a no of some is one of all, whatever those would say that could not be asked.
    var isRefutedByOne: Bool { get }
    /// The column by which rows go, newest first, and the field; nil where they go by repository.
    var timeColumn: (title: String, field: String)? { get }
    /// Whether the answer is how gx ends, and need not be told.
    var isAssertion: Bool { get }
    /// At most so many rows.
    var limit: Int? { get }
    /// - Throws: what can't be asked of a fleet.
    func checkForFleet() throws
}

extension FleetQuestion {
    var subjects: [String] { [] }
    var isRefutedByOne: Bool { true }
    var timeColumn: (title: String, field: String)? { nil }
    var limit: Int? { nil }
    var isAssertion: Bool { false }

    func run(in context: Context) throws -> ExitStatus {
        guard let found = try context.fleet() else { return try runAlone(in: context) }
        guard let format = answerOptions.format.ofTables else {
            throw Failure(
                "-o \(answerOptions.format.rawValue) is of one repository",
                hint: "name one of the fleet, as in: gx -C ../shop …")
        }
        try checkForFleet()
        let survey = try FleetSurvey(of: self, found.fleet, at: found.home, context)
        try survey.check()
        try survey.warn(in: context)
        let answer = try FleetAnswer(survey, of: self)
        if isAssertion, context.options.quiet { return answer.status }
        try answer.give(format, answerOptions.out, in: context)
        return answer.status
    }
}

/// What one repository answers, as a value that can stand beside those of others.
struct MemberAnswer {
    /// For people: tables that say the same, the last for the narrowest terminal; given the columns that there are.
    var tables: (_ width: Int?) -> [Table]
    /// For files.
    var whole: Table
    /// The rows of CSV, where they are not the first list of objects of `json`.
    var rows: (() throws -> [JSON])?
    /// As it would be alone.
    var json: () throws -> JSON
    /// Of what was asked about, what it knows.
    var known: [String] = []
    var sentence: Text?
    /// What the table needs to be understood, each told once.
    var legend: [String] = []
    /// What people should see besides.
    var remarks: [Text] = []
    var status = ExitStatus.done

    init(
        _ table: Table, whole: Table? = nil, rows: (() throws -> [JSON])? = nil,
        json: @escaping () throws -> JSON
    ) {
        tables = { _ in [table] }
        self.whole = whole ?? table
        self.rows = rows
        self.json = json
    }
}
