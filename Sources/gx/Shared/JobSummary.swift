import Glibc
import System
import Terminal

/// What a job on GitHub shows besides its log: a page that steps add to, and remarks beside the run.
///
/// Gitea and Forgejo have the same variables.
struct JobSummary {
    private let environment: ProcessEnvironment

    /// A step's page may have 1 MiB; one that is larger is not shown at all.
    static let limit = 1 << 20

    init(_ environment: ProcessEnvironment = ProcessEnvironment()) { self.environment = environment }

    /// Adds an answer to the page; what it would not hold is left out. Nothing else depends on it.
    func add(_ table: Table) {
        guard let path = environment["GITHUB_STEP_SUMMARY"], !path.isEmpty else { return }
        let text = Array((table.markdown + "\n").utf8)
        let file = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard file >= 0 else { return }
        defer { close(file) }
        let size = lseek(file, 0, SEEK_END)
        guard size >= 0, Int(size) + text.count <= Self.limit else { return }
        _ = unsafe text.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
    }

    /// A line that the job shows as a remark of an error; nil where there is no such job.
    func annotation(of failure: Failure) -> String? {
        guard environment["GITHUB_ACTIONS"] == "true" else { return nil }
        let kind = failure.status == .error ? "error" : "warning"
        let hint = failure.hint.map { "\n\($0)" } ?? ""
        return "::\(kind) title=gx::\(Self.escaped(failure.message + hint))"
    }

    /// The same at a line of a file.
    func annotation(of problem: String, file: String, line: Int?) -> String? {
        guard environment["GITHUB_ACTIONS"] == "true" else { return nil }
        let place = [("file", file)] + (line.map { [("line", "\($0)")] } ?? [])
        let properties = place.map { name, value in
            "\(name)=" + Self.escaped(value).replacing(":", with: "%3A").replacing(",", with: "%2C")
        }
        return "::error \(properties.joined(separator: ",")),title=gx::\(Self.escaped(problem))"
    }

    /// What would end the line, or begin another command, is written as the runner reads it.
    private static func escaped(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }
}
