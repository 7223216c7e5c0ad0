import ArgumentParser
import Delivery
import Git
import Ledger
import System
import Terminal
import YAML

/// What the user is told when a command does not get to its end. The modules say what is wrong; which of their errors is
/// an answer, and which exit status that is, is decided here and only here.
struct Failure: Error {
    /// What is wrong, and where: lower case, without a full stop.
    var message: String
    /// What to do next.
    var hint: String?
    var status: ExitStatus
    /// Whether it is the question that is wrong, and not where it is asked.
    private(set) var isOfQuestion = false

    init(_ message: String, hint: String? = nil, status: ExitStatus = .error) {
        self.message = message
        self.hint = hint
        self.status = status
    }

    init(_ error: any Error) {
        switch error {
        case let failure as Failure:
            self = failure
            isOfQuestion = status == .error
        case let error as any Explained:
            self.init(error.description, hint: error.hint, status: Self.status(of: error))
        case let error where GX.exitCode(for: error) == .validationFailure:
            self.init(usage: error)
            isOfQuestion = true
        default: self.init(String(describing: error))
        }
    }

    /// What is an answer, or the lack of one, and no error.
    private static func status(of error: any Explained) -> ExitStatus {
        switch error {
        case GitError.missingObject, GitError.badObject, GitError.tooShallow: .cannotTell
        case LedgerError.unknownSubject, LedgerError.unknown, LedgerError.tooShallow: .cannotTell
        case LedgerError.nothingThen, DeliveryError.unconcerned: .no
        case VerificationError.tooShallow: .cannotTell
        case VerificationError.notAnnounced: .no
        default: .error
        }
    }

    /// For programs.
    var json: JSON {
        [
            "schema": Schema.error.json, "message": .string(message), "hint": hint.map(JSON.string) ?? .null,
            "status": .int(Int(status.rawValue)),
        ]
    }

    /// The lines that tell it: `gx: error: …`, then `gx: hint: …`. Further lines of either are indented,
    /// so that text from elsewhere cannot pass for one of ours.
    var lines: [Text] {
        Self.paragraph("gx: \("error:", .failure)", message)
            + (hint.map { Self.paragraph("gx: \("hint:", .emphasis)", $0) } ?? [])
    }

    private static func paragraph(_ label: Text, _ text: String) -> [Text] {
        let lines = text.replacing("\t", with: "  ").split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return lines.enumerated().map { index, line in index == 0 ? "\(label) \(line)" : "    \(line)" }
    }
}
