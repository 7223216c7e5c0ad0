import Ledger
import Manifests
import System
import Terminal
import YAML

/// The answers of a fleet as one: the rows of all, each with its repository.
struct FleetAnswer<Question: FleetQuestion> {
    private let survey: FleetSurvey
    private let question: Question
    private let answers: [(member: Fleet.Member, answer: MemberAnswer)]

    /// - Throws: why nobody could answer: what was named is nowhere.
    init(_ survey: FleetSurvey, of question: Question) throws {
        (self.survey, self.question, answers) = (survey, question, survey.answers)
        guard answers.isEmpty else {
            let missing = question.subjects.first { name in
                !answers.contains { $0.answer.known.contains(name) }
            }
            if let missing { throw LedgerError.unknownSubject(missing) }
            return
        }
        let errors = survey.replies.filter(\.isUnconcerned).compactMap(\.error)
        throw errors.first { if case LedgerError.unknownSubject = $0 { true } else { false } } ?? errors.first
            ?? Failure("none of the \(survey.replies.count) repositories could be asked", status: .cannotTell)
    }

    /// One that could not be asked may know better.
    var status: ExitStatus {
        let statuses = answers.map(\.answer.status)
        if statuses.contains(.no), survey.isWhole || question.isRefutedByOne { return .no }
        if !survey.isWhole || statuses.contains(.cannotTell) { return .cannotTell }
        return .done
    }

    func give(_ format: TableFormat, _ out: String?, in context: Context) throws {
        guard format == .table, out == nil else {
            let whole = joined(answers.map { ($0.member, $0.answer.whole) })
            return try context.answer(whole, format: format, out: out, rows: { try rows() }, json: json)
        }
        let output = context.output
        for line in sentences { try output.print(line) }
        let table = fitting(output.screen.width)
        if table.count > 0 {
            try output.print("")
            try output.print(table)
        }
        let legend = unique(answers.flatMap(\.answer.legend))
        if !legend.isEmpty {
            try output.print("")
            for line in Text.lines(of: legend, width: output.screen.width) { try output.print(line) }
        }
        for (member, answer) in answers {
            for remark in answer.remarks { try output.print("\(member.name, .emphasis): \(remark)") }
        }
    }

    // MARK: For people

    /// Those who say the same say it together.
    private var sentences: [Text] {
        var told: [(text: Text, names: [String])] = []
        for (member, answer) in answers {
            guard let sentence = answer.sentence else { continue }
            if let index = told.firstIndex(where: { $0.text.raw == sentence.raw }) {
                told[index].names.append(member.name)
            } else {
                told.append((sentence, [member.name]))
            }
        }
        guard !told.isEmpty else {
            let count = answers.count
            return ["\(count, .emphasis) \(count == 1 ? "repository" : "repositories")"]
        }
        return told.map { text, names in
            let shown = names.count > 3 ? Array(names.prefix(2)) + ["\(names.count - 2) more"] : names
            return "\(shown.listed("and"), .emphasis): \(text)"
        }
    }

    private func fitting(_ width: Int?) -> Table {
        let own = "REPOSITORY".count + Table.gap
        let names = (answers.map(\.member.name.count).max() ?? 0) + Table.gap
        let room = width.map { max(40, $0 - max(own, names)) }
        let shapes = answers.map { $0.answer.tables(room) }
        let count = shapes.map(\.count).min() ?? 0
        let tables = (0..<count).map { shape in
            joined(zip(answers, shapes).map { ($0.member, $1[shape]) })
        }
        return tables.first { table in width.map { table.width <= $0 } ?? true } ?? tables.last
            ?? joined([])
    }

    private func joined(_ tables: [(member: Fleet.Member, table: Table)]) -> Table {
        let table = Table.joined(tables.map { (Text($0.member.name, .emphasis), $0.table) }, as: "REPOSITORY")
        return question.timeColumn.map { table.newestFirst(by: $0.title, limit: question.limit) } ?? table
    }

    // MARK: For programs

    private func rows() throws -> [JSON] {
        sorted(
            try answers.flatMap { member, answer in
                try (answer.rows?() ?? CSV.rows(in: answer.json())).map { $0.of(member) }
            })
    }

    private func sorted(_ rows: [JSON]) -> [JSON] {
        guard let field = question.timeColumn?.field else { return rows }
        let times = rows.map { $0[field]?.string ?? "" }
        guard times.contains(where: { !$0.isEmpty }) else { return rows }
        let order = times.indices.sorted { (times[$0], $1) > (times[$1], $0) }
        return order.prefix(question.limit ?? .max).map { rows[$0] }
    }

    /// The lists of all are one, whose entries say their repository; what each says once stands with the repositories.
    private func json() throws -> JSON {
        let documents = try answers.map { (member: $0.member, fields: try $0.answer.json().fields ?? []) }
        let keys = unique(documents.flatMap { $0.fields.map(\.key) }).filter { $0 != "schema" }
        let lists = keys.filter { key in
            documents.allSatisfy { document in
                let value = document.fields.first { $0.key == key }?.value ?? .array([])
                return value.array?.allSatisfy { $0.fields != nil } ?? false
            }
        }
        let repositories = survey.replies.map { reply in
            let own = documents.first { $0.member == reply.member }?.fields ?? []
            return JSON.object(
                [
                    JSON.Field("repository", .string(reply.member.name)),
                    JSON.Field("address", .string(reply.member.address)),
                    JSON.Field("concerned", .bool(!reply.isUnconcerned)),
                    JSON.Field("error", reply.problem.map { .string(Failure($0).message) } ?? .null),
                ] + own.filter { $0.key != "schema" && !lists.contains($0.key) })
        }
        let isComplete = documents.allSatisfy { document in
            document.fields.first { $0.key == "complete" }?.value.bool ?? true
        }
        let schema = documents.first?.fields.first { $0.key == "schema" }?.value ?? .null
        return .object(
            [
                JSON.Field("schema", schema), JSON.Field("complete", .bool(isComplete && survey.isWhole)),
                JSON.Field("repositories", .array(repositories)),
            ]
                + lists.map { key in
                    let entries = documents.flatMap { document in
                        (document.fields.first { $0.key == key }?.value.array ?? []).map {
                            $0.of(document.member)
                        }
                    }
                    return JSON.Field(key, .array(sorted(entries)))
                })
    }
}

extension JSON {
    /// An entry that says whose it is.
    fileprivate func of(_ member: Fleet.Member) -> JSON {
        .object([JSON.Field("repository", .string(member.name))] + (fields ?? []))
    }
}
