import Git
import Glibc
import System
import Terminal

/// Standard output or standard error. What is written is held until there is much of it, or `flush`.
final class Output {
    let screen: Screen
    private let descriptor: Int32
    private var pending: [UInt8] = []
    /// Whether anything was written, or will be.
    private(set) var isUsed = false
    /// The program that gets all of the output at the end, and shows it page by page.
    private var pager: Subprocess?

    init(descriptor: Int32, color: ColorChoice) {
        self.descriptor = descriptor
        screen = Screen(descriptor: descriptor, color: color) { ProcessEnvironment()[$0] }
    }

    /// Writes a line for people.
    func print(_ line: Text) throws {
        try put(line.rendered(color: screen.color) + "\n")
    }

    /// Writes a table, made to fit; what had to be left out is said below it.
    func print(_ table: Table) throws {
        if descriptor == STDOUT_FILENO { JobSummary().add(table) }
        let fitted = table.fitted(to: screen.width)
        try put(fitted.rendered(color: screen.color))
        if !fitted.omitted.isEmpty {
            try print(Text("not shown, for lack of room: \(fitted.omitted.joined(separator: ", "))", .faint))
        }
    }

    /// Writes lines for programs: exactly, except that a terminal gets no control characters.
    func write(_ lines: String) throws {
        try put(screen.isTerminal ? escapedLines(lines) : lines)
    }

    /// Writes bytes that are not always UTF-8, such as a patch, in the same way.
    func write(_ bytes: [UInt8]) throws {
        guard !screen.isTerminal else { return try write(String(decoding: bytes, as: UTF8.self)) }
        isUsed = true
        pending += bytes
        try flush()
    }

    /// Writes what a terminal shows in passing: progress, a question, an error. If it cannot be
    /// shown, nothing else changes.
    func draw(_ string: String) {
        try? put(string)
        try? flush()
    }

    /// Tells a failure, and what gx ends with for it.
    func report(_ failure: Failure) -> ExitStatus {
        for line in failure.lines { draw(line.rendered(color: screen.color) + "\n") }
        if let annotation = JobSummary().annotation(of: failure) { draw(annotation + "\n") }
        return failure.status
    }

    private func put(_ string: String) throws {
        isUsed = true
        pending += string.utf8
        if pending.count >= 65_536 { try flush() }
    }

    /// From here on all output is for a pager; `finish` starts it.
    func page(by command: String) {
        var environment = ProcessEnvironment()
        // As git has it: colours stay, what fits on a page needs no pager, and the screen is left as it is.
        for (key, value) in [("LESS", "FRX"), ("LV", "-c")] where environment[key] == nil {
            environment = environment.setting([key: value])
        }
        // The user's own command line, which holds options: only a shell knows how to read it.
        pager = Subprocess("sh", ["-c", command], purpose: "show the answer", environment: environment)
    }

    /// Hands over all there is.
    func finish() throws {
        guard var pager, !pending.isEmpty else { return try flush() }
        pager.input = pending
        (self.pager, pending) = (nil, [])
        _ = try pager.runAttached()
    }

    /// Hands over what is held back, unless it is for a pager.
    func flush() throws {
        guard pager == nil else { return }
        var rest = pending[...]
        pending = []
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EPIPE {
                throw BrokenPipe()
            } else if errno != EINTR {
                let name = descriptor == STDOUT_FILENO ? "standard output" : "standard error"
                throw SystemError.system("cannot write to \(name)")
            }
        }
    }
}

/// The reader of our output went away.
struct BrokenPipe: Error {}
