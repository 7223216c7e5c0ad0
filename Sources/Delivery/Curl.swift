internal import Git
internal import YAML

/// Requests to a web API, sent by `curl`. All that it is told goes through its standard input: arguments can be seen
/// by every user of the machine.
struct Curl {
    let headers: [(name: String, value: String)]
    let environment: ProcessEnvironment
    let timeout: Duration

    struct Answer {
        var status: Int
        /// Null where the body is no JSON.
        var body: JSON
        var isSuccess: Bool { (200..<300).contains(status) }
    }

    func send(
        _ method: String, _ url: String, query: [(name: String, value: String)] = [], body: JSON? = nil
    ) throws -> Answer {
        var lines = [
            "url = \(quoted(url))", "request = \(quoted(method))", "silent", "show-error",
            "max-time = \(max(1, timeout.components.seconds))", "write-out = \(quoted("\n%{http_code}"))",
        ]
        lines += headers.map { "header = \(quoted("\($0.name): \($0.value)"))" }
        if !query.isEmpty { lines.append("get") }
        lines += query.map { "data-urlencode = \(quoted("\($0.name)=\($0.value)"))" }
        if let body { lines.append("data-raw = \(quoted(body.description))") }
        let output = try Subprocess(
            "curl", ["--config", "-"], purpose: "talk to \(url)",
            input: Array((lines.joined(separator: "\n") + "\n").utf8), environment: environment,
            timeout: timeout + .seconds(5)
        ).run()
        guard output.status == 0 else { throw GitError.remoteFailed(remote: url, message: output.message) }
        let parts = output.stdout.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let status = parts.last.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
        let text = parts.dropLast().joined(separator: [UInt8(ascii: "\n")])
        return Answer(status: status, body: (try? JSON(parsing: Array(text))) ?? .null)
    }

    /// As curl's configuration files have it.
    private func quoted(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n").replacing("\r", with: "\\r")
        return "\"\(escaped)\""
    }
}
