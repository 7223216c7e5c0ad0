public import Git
public import Manifests
internal import System

/// The issues and pull requests that a commit's message names.
public struct Mentions: Hashable, Sendable {
    /// Keys as they are written: `PROJ-123`, `T4711`; `#7` where numbers are issues, or a trailer says so. In order,
    /// each once.
    public var issues: [String] = []
    /// Numbers: `432`.
    public var pullRequests: [String] = []
    /// Whether it says that a version is held, or no more.
    var saysHolds = false

    public init() {}

    /// Reads subject and body, and the trailers that name issues (`Bug: T4711`, `Issue: 4711`). Project keys that look
    /// like anything but a tracker's (`UTF-8`, `CVE-2024-1`, `SHA-256`) are left out unless gx.yaml names them. `(#123)`,
    /// `Merge pull request #123`, GitLab's `See merge request group/app!123` and Azure's `Merged PR 123:` are pull requests.
    public init(in message: String, _ rules: Configuration.Issues) {
        self.init(in: Array(message.utf8)[...], rules)
    }

    public init(in commit: Commit, _ rules: Configuration.Issues) {
        self.init(in: commit.messageBytes, rules)
    }

    private init(in message: ArraySlice<UInt8>, _ rules: Configuration.Issues) {
        if rules.keys.isEmpty { readKeys(message) } else { readKeys(message, rules.keys) }
        readTrailers(message)
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

    /// Any `PROJ-123`.
    private mutating func readKeys(_ bytes: ArraySlice<UInt8>) {
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
            let project = String(decoding: bytes[start..<index], as: UTF8.self)
            let end = endOfNumber(in: bytes, from: digits)
            index = max(end ?? digits, index + 1)
            guard let end, !Self.standards.contains(project) else { continue }
            issues.append("\(project)-\(String(decoding: bytes[digits..<end], as: UTF8.self))")
        }
    }

    /// Keys of the forms that gx.yaml names, in the order of the text.
    private mutating func readKeys(_ bytes: ArraySlice<UInt8>, _ patterns: [IssuePattern]) {
        var found: [(start: Int, end: Int)] = []
        for prefix in Set(patterns.flatMap(\.prefixes)) {
            let prefix = Array(prefix.utf8)
            for start in bytes.indices where prefix.first.map({ $0 == bytes[start] }) ?? isDigit(bytes[start])
            {
                guard bytes[start...].starts(with: prefix),
                    start == bytes.startIndex || !joins(bytes[start - 1], isNumber: prefix.isEmpty),
                    let end = endOfNumber(in: bytes, from: start + prefix.count)
                else { continue }
                // `1.4.2` and `4711.yaml` are something else than a number alone.
                if prefix.isEmpty, end < bytes.endIndex, ".:/@~^".utf8.contains(bytes[end]),
                    end + 1 < bytes.endIndex, isWord(bytes[end + 1])
                {
                    continue
                }
                found.append((start, end))
            }
        }
        for (start, end) in found.sorted(by: { $0.start < $1.start }) {
            issues.append(String(decoding: bytes[start..<end], as: UTF8.self))
        }
    }

    /// Where a number ends; nil where there is none, or it goes on as something else: `ABC-12x`, `ABC-12-3`.
    private func endOfNumber(in bytes: ArraySlice<UInt8>, from start: Int) -> Int? {
        var end = start
        while end < bytes.endIndex, isDigit(bytes[end]) { end += 1 }
        guard end > start, end - start <= 18,
            end == bytes.endIndex || !(isWord(bytes[end]) || bytes[end] == UInt8(ascii: "-"))
        else { return nil }
        return end
    }

    /// Whether a byte before a key makes it a part of something else.
    private func joins(_ byte: UInt8, isNumber: Bool) -> Bool {
        isWord(byte) || isNumber && ".-/:@+~^=#!".utf8.contains(byte)
    }

    /// The keys of trailers whose name says that they name issues: a letter and digits, or digits alone, are keys there.
    private mutating func readTrailers(_ bytes: ArraySlice<UInt8>) {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let colon = line.prefix(13).firstIndex(of: UInt8(ascii: ":")),
                let trailer = IssueTrailer.named(line[..<colon])
            else { continue }
            guard trailer != .hold, trailer != .unhold else {
                saysHolds = true
                continue
            }
            let words = line[(colon + 1)...].split { $0 <= UInt8(ascii: " ") || $0 == UInt8(ascii: ",") }
            let keys = words.map { Self.key($0, trailer) }
            // A sentence is none, nor is `Fixes: 1a2b3c4 ("subject")`.
            guard !keys.contains(nil) else { continue }
            for case let key? in keys {
                // gx.yaml may have numbers alone for keys.
                if key.hasPrefix("#"), issues.contains(String(key.dropFirst())) { continue }
                issues.append(key)
            }
        }
    }

    /// `T4711`, `PROJ-7`, `#7` for a number; nil for what is no key. Of an address it is the end.
    private static func key(_ word: ArraySlice<UInt8>, _ trailer: IssueTrailer) -> String? {
        var word = word
        let isAddress = word.contains(UInt8(ascii: "/"))
        if isAddress { word = word[((word.lastIndex(of: UInt8(ascii: "/")) ?? word.startIndex) + 1)...] }
        let hasSign = word.first == UInt8(ascii: "#")
        let rest = hasSign ? word.dropFirst() : word
        let digits = rest.reversed().prefix(while: isDigit).count
        guard (1...9).contains(digits) else { return nil }
        let prefix = rest.dropLast(digits)
        let text = String(decoding: rest, as: UTF8.self)
        if prefix.isEmpty {
            // `Refs: #12` may be a pull request as well.
            return isAddress || hasSign && !trailer.namesIssuesOnly ? nil : "#\(text)"
        }
        guard !hasSign, prefix.first.map(isUpper) ?? false,
            prefix.dropLast().allSatisfy({ isUpper($0) || isDigit($0) || $0 == UInt8(ascii: "_") }),
            prefix.last.map({ isUpper($0) || $0 == UInt8(ascii: "-") }) ?? false
        else { return nil }
        let project = String(decoding: prefix.filter { $0 != UInt8(ascii: "-") }, as: UTF8.self)
        return standards.contains(project) ? nil : text
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
    public mutating func add(_ others: [Mentions]) {
        issues = unique(issues + others.flatMap(\.issues))
        pullRequests = unique(pullRequests + others.flatMap(\.pullRequests))
        saysHolds = saysHolds || others.contains(where: \.saysHolds)
    }
}

/// A trailer that names issues, or a version that is held.
private enum IssueTrailer: String, CaseIterable {
    case bug, bugs, issue, issues, closes, fixes, resolves, refs, references
    case gx = "gx-issue"
    case hold = "gx-hold"
    case unhold = "gx-unhold"

    static func named(_ bytes: ArraySlice<UInt8>) -> IssueTrailer? {
        // Most lines are none.
        guard let first = bytes.first, "bBiIcCfFrRgG".utf8.contains(first) else { return nil }
        return IssueTrailer(rawValue: String(decoding: bytes, as: UTF8.self).lowercased())
    }

    var namesIssuesOnly: Bool { self != .refs && self != .references }
}

private func isUpper(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
private func isWord(_ byte: UInt8) -> Bool {
    isUpper(byte) || isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || byte == UInt8(ascii: "_") || byte >= 0x80
}
