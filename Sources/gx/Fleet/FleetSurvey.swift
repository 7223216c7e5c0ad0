import Git
import Ledger
import Manifests
import System
import Terminal

/// What the repositories of a fleet answer to a question, and which of them could not be asked.
struct FleetSurvey {
    struct Reply {
        var member: Fleet.Member
        var result: Result<MemberAnswer, any Error>
        /// Why it is not known whether that is still so: a clone that could not be brought up to date.
        var doubt: (any Error)?

        var error: (any Error)? { if case .failure(let error) = result { error } else { nil } }

        /// Whether it has nothing of what was named.
        var isUnconcerned: Bool {
            guard let error else { return false }
            return switch error {
            case LedgerError.unknownSubject, LedgerError.unknownEnvironment, LedgerError.nothingThen: true
            case ManifestsError.unknownEnvironment, ManifestsError.unknownApp: true
            default: false
            }
        }

        /// Why it did not answer, or not for sure; nil where it did.
        var problem: (any Error)? {
            doubt ?? (isUnconcerned ? nil : error)
        }
    }

    let replies: [Reply]

    init(of question: some FleetQuestion, _ fleet: Fleet, at home: Fleet.Home, _ context: Context) throws {
        let clones = FleetClones(try fleet.members(in: home), home: home, context: context)
        try clones.fetch()
        let told = ToldNotes()
        var replies: [Reply] = []
        let progress = context.progress("asking the fleet", total: clones.members.count)
        for member in clones.members {
            let result = Result { () throws -> MemberAnswer in
                let repository = try clones.open(member)
                return try question.answer(
                    in: Context(of: repository, named: member.name, in: context, told: told))
            }
            replies.append(Reply(member: member, result: result, doubt: clones.failures[member]))
            progress.advance(to: replies.count)
        }
        progress.finish()
        self.replies = replies
    }

    /// What was wrong with the question, wherever it was asked.
    func check() throws {
        let failures = replies.compactMap { reply in reply.error.map { Failure($0) } }
        guard let first = failures.first, failures.count == replies.count, first.isOfQuestion else { return }
        if failures.allSatisfy({ $0.message == first.message }) { throw first }
    }

    /// Names those that did not answer, or may have answered what was.
    func warn(in context: Context) throws {
        for reply in replies {
            guard let problem = reply.problem else { continue }
            let reason = Failure(problem).message.split(whereSeparator: \.isNewline).first ?? ""
            let isOld = reply.doubt != nil && reply.error == nil
            try context.warn(
                "\(reply.member.name, .emphasis): \(reason)\(isOld ? "; it answers as it was fetched last" : "")"
            )
        }
    }

    var answers: [(member: Fleet.Member, answer: MemberAnswer)] {
        replies.compactMap { reply in (try? reply.result.get()).map { (reply.member, $0) } }
    }

    /// Whether all were asked, and are as they were found.
    var isWhole: Bool { replies.allSatisfy { $0.problem == nil } }
}

/// The repositories of a fleet: clones of those that URLs name are brought up to date.
final class FleetClones {
    let members: [Fleet.Member]
    /// Those that were not reached, and why.
    private(set) var failures: [Fleet.Member: any Error] = [:]
    private let repositories: FleetRepositories
    private let context: Context

    init(_ members: [Fleet.Member], home: Fleet.Home, context: Context) {
        self.members = members
        self.context = context
        repositories = FleetRepositories(home)
    }

    func fetch() throws {
        let count = members.count(where: \.isURL)
        guard count > 0 else { return }
        let progress = context.progress("fetching", total: count)
        failures = try repositories.fetch(members) { progress.advance(to: $0) }
        progress.finish()
    }

    func open(_ member: Fleet.Member) throws -> Repository { try repositories.open(member) }
}
