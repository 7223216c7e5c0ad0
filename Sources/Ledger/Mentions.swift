public import Git
public import Manifests
internal import System

/// The issues and pull requests that a commit's message names.
public struct Mentions: Hashable, Sendable {
    /// Keys as they are written: `PROJ-123`, `#7` where numbers are issues. In order, each once.
    public var issues: [String] = []
    /// Numbers: `432`.
    public var pullRequests: [String] = []

    public init() {}

    /// Reads subject and body. Project keys that look like anything but a tracker's (`UTF-8`, `CVE-2024-1`,
    /// `SHA-256`) are left out unless gx.yaml names them. `(#123)`, `Merge pull request #123`, GitLab's
    /// `See merge request group/app!123` and Azure's `Merged PR 123:` are pull requests.
    public init(in message: String, _ rules: Configuration.Issues) {
        self.init(in: Array(message.utf8)[...], rules)
    }

    public init(in commit: Commit, _ rules: Configuration.Issues) {
        self.init(in: commit.messageBytes, rules)
    }

    private init(in message: ArraySlice<UInt8>, _ rules: Configuration.Issues) {
        readKeys(message, rules)
        readNumbers(message, rules)
        issues = unique(issues)
        pullRequests = unique(pullRequests)
    }

    /// Names of standards, algorithms and advisories that are written like keys.
    private static let standards: Set<String> = [
        "AES", "BIP", "BUG", "CAPEC", "CIS", "CVE", "CWE", "DIN", "EIP", "EN", "GHSA", "HTTP", "IEC", "IEEE",
        "IPV", "ISO",
        "JSR", "KB", "MD", "MITRE", "MS", "NIST", "OAUTH", "PEP", "RFC", "RHBA", "RHEA", "RHEL", "RHSA",
        "RSA", "SHA", "SOC",
        "SSE", "TLS", "UTC", "UTF", "X",
    ]

    private mutating func readKeys(_ bytes: ArraySlice<UInt8>, _ rules: Configuration.Issues) {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            guard isUpper(bytes[index]), index == bytes.startIndex || !isWord(bytes[index - 1]) else {
                index += 1
                continue
            }
            let start = index
            while index < bytes.endIndex,
                isUpper(bytes[index]) || isDigit(bytes[index]) || bytes[index] == UInt8(ascii: "_")
            {
                index += 1
            }
            guard index < bytes.endIndex, bytes[index] == UInt8(ascii: "-"), index - start >= 2 else {
                continue
            }
            let digits = index + 1
            var end = digits
            while end < bytes.endIndex, isDigit(bytes[end]) { end += 1 }
            let project = String(decoding: bytes[start..<index], as: UTF8.self)
            index = max(end, index + 1)
            // `ABC-12x` and `ABC-12-3` are something else.
            guard end > digits,
                end == bytes.endIndex || !(isWord(bytes[end]) || bytes[end] == UInt8(ascii: "-"))
            else { continue }
            let isKnown =
                rules.keys.isEmpty ? !Self.standards.contains(project) : rules.keys.contains(project)
            if isKnown { issues.append("\(project)-\(String(decoding: bytes[digits..<end], as: UTF8.self))") }
        }
    }

    private mutating func readNumbers(_ bytes: ArraySlice<UInt8>, _ rules: Configuration.Issues) {
        // Whether the word so far has a slash.
        var isPath = false
        for index in bytes.indices {
            let byte = bytes[index]
            if byte <= UInt8(ascii: " ") {
                isPath = false
            } else if byte == UInt8(ascii: "/") {
                isPath = true
            }
            guard byte == UInt8(ascii: "#") || byte == UInt8(ascii: "!") else { continue }
            var end = index + 1
            while end < bytes.endIndex, isDigit(bytes[end]) { end += 1 }
            guard end > index + 1, end - index <= 9, end == bytes.endIndex || !isWord(bytes[end]) else {
                continue
            }
            let number = String(decoding: bytes[index + 1..<end], as: UTF8.self)
            if byte == UInt8(ascii: "!") {
                // GitLab: `See merge request group/project!12`.
                if isPath { pullRequests.append(number) }
                continue
            }
            // `foo/bar#12` is another repository's.
            if index > bytes.startIndex, isWord(bytes[index - 1]) { continue }
            if rules.numbersAreIssues {
                issues.append("#\(number)")
            } else {
                pullRequests.append(number)
            }
        }
        let azure = "Merged PR ".utf8
        if bytes.starts(with: azure) {
            let digits = bytes.dropFirst(azure.count).prefix(while: isDigit)
            if !digits.isEmpty { pullRequests.append(String(decoding: digits, as: UTF8.self)) }
        }
    }

    /// Takes over what other messages name.
    mutating func add(_ others: [Mentions]) {
        issues = unique(issues + others.flatMap(\.issues))
        pullRequests = unique(pullRequests + others.flatMap(\.pullRequests))
    }
}

private func isUpper(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
private func isWord(_ byte: UInt8) -> Bool {
    isUpper(byte) || isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || byte == UInt8(ascii: "_") || byte >= 0x80
}
