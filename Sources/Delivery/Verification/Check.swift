internal import Git
internal import Ledger
internal import System

/// Something that is found out by running programs, again and again. It is a value that says what it wants next and
/// takes the answer: who runs programs, and waits, is `Watch`.
protocol Check {
    /// As it is called in tables and records.
    var name: String { get }
    /// How it stands, in a few words that change only when something changes.
    var standing: String { get }

    /// What it wants at a moment. Not asked while one of its programs runs.
    mutating func next(at now: Milliseconds) -> CheckStep
    /// How the program ended that it wanted.
    mutating func take(_ answer: ProgramAnswer, at now: Milliseconds)
    /// What can be said where time is up.
    func interrupted(_ reason: String) -> CheckResult
}

/// Milliseconds since 1970.
typealias Milliseconds = Int64

typealias ProgramAnswer = Result<Subprocess.Output, SystemError>

enum CheckStep {
    case run(Subprocess)
    case wait(until: Milliseconds)
    case done(CheckResult)
}

extension Check {
    func interrupted(_ reason: String) -> CheckResult {
        CheckResult(name: name, result: .unknown, detail: reason)
    }
}

extension Subprocess.Output {
    /// The last line that a program wrote, to stdout or else to stderr: what it has to say in the end.
    var lastLine: String? {
        for text in [text, message] {
            let line = text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
            if let line { return String(line.prefix(200)).onOneLine }
        }
        return nil
    }
}
