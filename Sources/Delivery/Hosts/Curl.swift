internal import Git
internal import System
internal import YAML

/// Requests to a web API, sent by `curl`. All that it is told goes through its standard input: arguments can be seen
/// by every user of the machine.
struct Curl {
    let headers: [(name: String, value: String)]
    let environment: ProcessEnvironment
    let timeout: Duration
    /// `user:password`
    var user: String?

    /// What nobody is to see, whoever says it: a host may say back what it was told.
    private var secrets: [String] {
        var secrets: [String] = []
        for (name, value) in headers
        where name.lowercased() == "authorization" || name.lowercased().hasSuffix("token") {
            secrets.append(value)
            if let space = value.firstIndex(of: " ") {
                secrets.append(String(value[value.index(after: space)...]))
            }
        }
        if let user {
            secrets.append(user)
            secrets.append(Base64.encode(Array(user.utf8)))
            if let colon = user.firstIndex(of: ":") {
                secrets.append(String(user[user.index(after: colon)...]))
            }
        }
        return secrets.filter { !$0.isEmpty }
    }

    struct Answer {
        var status: Int
        var text: String
        /// How many seconds the other side wants to be left alone, where it says so.
        var retryAfter: Int?
        /// Null where it is no JSON.
        var body: JSON { (try? JSON(parsing: Array(text.utf8))) ?? .null }
        var isSuccess: Bool { (200..<300).contains(status) }
    }

    func send(
        _ method: String, _ url: String, query: [(name: String, value: String)] = [], body: JSON? = nil
    ) throws -> Answer {
        try answer(request(method, url, query: query, body: body).run(), from: url)
    }

    /// The run of curl that sends a request.
    func request(
        _ method: String, _ url: String, query: [(name: String, value: String)] = [], body: JSON? = nil
    ) -> Subprocess {
        let words = query.map { "\($0.name)=\(HostAPI.encoded($0.value))" }.joined(separator: "&")
        // Beside a body it can only stand in the address.
        let address = body == nil || words.isEmpty ? url : "\(url)?\(words)"
        var lines = [
            "url = \(quoted(address))", "request = \(quoted(method))", "silent", "show-error", "globoff",
            "proto = \"=http,https\"", "max-time = \(max(1, timeout.components.seconds))",
            "write-out = \(quoted("\n%{http_code} %header{retry-after}"))",
        ]
        lines += headers.map { "header = \(quoted("\($0.name): \($0.value)"))" }
        if let user { lines.append("user = \(quoted(user))") }
        if body == nil, !query.isEmpty {
            lines.append("get")
            lines += query.map { "data-urlencode = \(quoted("\($0.name)=\($0.value)"))" }
        }
        if let body { lines.append("data-raw = \(quoted(body.description))") }
        return Subprocess(
            "curl", ["--config", "-"], purpose: "talk to \(url)",
            input: Array((lines.joined(separator: "\n") + "\n").utf8), environment: environment.withoutTokens,
            timeout: timeout + .seconds(5))
    }

    /// What came back.
    ///
    /// - Throws: `SystemError.failed`, with curl's words.
    func answer(_ output: Subprocess.Output, from url: String) throws(SystemError) -> Answer {
        var output = output
        output.stdout = Redaction(secrets).applied(to: output.stdout)
        output.stderr = Redaction(secrets).applied(to: output.stderr)
        guard output.status == 0 else {
            throw SystemError.failed(command: url, status: output.status, message: output.message)
        }
        let end = output.stdout.lastIndex(of: UInt8(ascii: "\n")) ?? output.stdout.startIndex
        // Before 7.84, curl knows no headers, and says them as they stand in the format.
        let words = String(decoding: output.stdout[end...].dropFirst(), as: UTF8.self).split(separator: " ")
        return Answer(
            status: words.first.flatMap { Int($0) } ?? 0,
            text: String(decoding: output.stdout[..<end], as: UTF8.self),
            retryAfter: words.dropFirst().first.flatMap { Int($0) }.map { max(0, $0) })
    }

    /// As curl's configuration files have it.
    private func quoted(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n").replacing("\r", with: "\\r")
        return "\"\(escaped)\""
    }
}
