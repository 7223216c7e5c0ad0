import Git
import Secrets
import Terminal
import YAML

/// What the user is told when a command does not get to its end. All errors of all modules become one
/// of these, and only here.
struct Failure: Error {
    /// What is wrong, and where: lower case, without a full stop.
    var message: String
    /// What to do next.
    var hint: String?
    var status: ExitStatus

    init(_ message: String, hint: String? = nil, status: ExitStatus = .error) {
        self.message = message
        self.hint = hint
        self.status = status
    }

    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as GitError:
            self.init(error.description, hint: error.hint, status: Self.status(of: error))
        case let error as YAMLError: self.init(error.description, hint: error.hint)
        case let error as SecretsError: self.init(error.description, hint: error.hint)
        default: self.init(usage: error)
        }
    }

    private static func status(of error: GitError) -> ExitStatus {
        if case .missingObject(_, isShallow: true) = error { .cannotTell } else { .error }
    }

    /// The lines that tell it: `gx: error: …`, then `gx: hint: …`. Further lines of either are indented,
    /// so that text from elsewhere cannot pass for one of ours.
    var lines: [Text] {
        Self.paragraph("gx: \("error:", .failure)", message)
            + (hint.map { Self.paragraph("gx: \("hint:", .emphasis)", $0) } ?? [])
    }

    private static func paragraph(_ label: Text, _ text: String) -> [Text] {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return lines.enumerated().map { index, line in index == 0 ? "\(label) \(line)" : "    \(line)" }
    }
}
