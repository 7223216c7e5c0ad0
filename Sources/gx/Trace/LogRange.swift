import Answers
import Git
import Ledger
import System

/// `prod~3..prod`, `prod~3..`, `prod@{last week}..prod@{today}`
struct LogRange {
    let environment: String
    private let start: (Int) -> Bool
    private let end: (Int) -> Bool

    init(_ text: String, ledger: Ledger, order: EnvironmentOrder, repository: Repository) throws {
        // A date may hold dots, so the dots of a range are those outside of braces.
        guard let dots = text.ranges(of: "..").first(where: { !text[..<$0.lowerBound].hasOpenBrace }) else {
            throw Failure("'\(text)' is no range", hint: "write ENV~3..ENV or 'ENV@{last friday}..'")
        }
        let from = try Moment(String(text[..<dots.lowerBound]))
        let rest = String(text[dots.upperBound...])
        let to = try Moment(rest.isEmpty ? from.environment : rest)
        guard from.environment == to.environment else {
            throw Failure(
                "a range is of one environment, and '\(text)' names two",
                hint: "compare them with gx trace diff")
        }
        environment = from.environment
        let members = try order.members(of: environment, ledger)
        start = try ledger.isAfter(from, of: members, in: repository)
        end = try ledger.isAfter(to, of: members, in: repository)
    }

    func contains(_ number: Int) -> Bool { start(number) && !end(number) }
}

extension StringProtocol {
    fileprivate var hasOpenBrace: Bool { filter { $0 == "{" }.count > filter { $0 == "}" }.count }
}
