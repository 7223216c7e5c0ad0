import Delivery
import Git
import System
import Terminal

/// What a hook tells whoever commits or pushes: what is refused, and what to do next.
struct HookVerdictLines {
    private let context: Context
    private var isRefused = false
    /// GitLab shows to people who push by its pages only what begins so.
    private let prefix: String

    init(_ context: Context) {
        self.context = context
        let environment = ProcessEnvironment()
        let isGitLab = environment["GL_USERNAME"] != nil || environment["GL_PROTOCOL"] != nil
        prefix = isGitLab ? "GL-HOOK-ERR: " : ""
    }

    mutating func add(_ files: CheckedFiles) throws {
        var isFound = false
        try files.forEachFinding { item, finding in
            isFound = true
            try tell("refused", line: item.words(for: finding), style: .failure)
        }
        guard isFound else { return }
        isRefused = true
        try tell(
            "next",
            line:
                "encrypt it ('gx secrets encrypt'), or say why it may stand there: a comment gx:allow REASON; what was pushed in the clear is no secret any more",
            style: .emphasis)
    }

    mutating func add(_ refusals: [MoveRefusal]) throws {
        for refusal in refusals {
            isRefused = true
            let subject = refusal.subject.map { "\($0)" } ?? ""
            let commit = refusal.commit.map { " (\($0.short))" } ?? ""
            try tell(
                "refused", line: Text("\(subject)\(commit): \(refusal.message)".onOneLine), style: .failure)
            if let hint = refusal.hint { try tell("next", line: Text(hint.onOneLine), style: .emphasis) }
        }
    }

    func end() throws -> ExitStatus {
        try context.errors.flush()
        return isRefused ? .no : .done
    }

    private func tell(_ label: String, line: Text, style: Style) throws {
        try context.errors.print("\(prefix)gx: \("\(label):", style) \(line)")
    }
}
