/// What may stand in the clear, and why: lines of `.gx/allow`, and comments in the files themselves.
public struct Allowances: Sendable {
    public static let path = ".gx/allow"

    private struct Line {
        let pattern: [Character]
        let key: String?
    }
    private var lines: [Line] = []
    /// Lines that allow nothing, since nobody said why.
    let problems: [PlaintextCheck.Finding]

    public init() { problems = [] }

    /// `PATTERN REASON` or `PATTERN#KEY REASON` a line; `*` stands for a name, `**` for a path.
    public init(parsing bytes: [UInt8]) {
        var problems: [PlaintextCheck.Finding] = []
        for (number, line) in LineCheck.lines(of: String(decoding: bytes, as: UTF8.self)).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            guard words.count > 1 else {
                problems.append(
                    PlaintextCheck.Finding(
                        file: Self.path, line: number + 1, key: nil,
                        problem: "there is no reason behind \(quoted(String(first))), which allows nothing"))
                continue
            }
            let parts = first.split(separator: "#", maxSplits: 1)
            guard let pattern = parts.first else { continue }
            lines.append(Line(pattern: Array(pattern), key: parts.count > 1 ? String(parts[1]) : nil))
        }
        self.problems = problems
    }

    /// Whether `finding` is allowed, by a line or by the file that it is in.
    func allow(_ finding: PlaintextCheck.Finding, in comments: Comments) -> Bool {
        comments.allow(finding.line)
            || lines.contains { line in
                Self.matches(line.pattern[...], Array(finding.file)[...])
                    && (line.key == nil || line.key == finding.key)
            }
    }

    private static func matches(_ pattern: ArraySlice<Character>, _ path: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return path.isEmpty }
        let rest = pattern.dropFirst()
        if first == "*" {
            let isDeep = rest.first == "*"
            var after = isDeep ? rest.dropFirst() : rest
            if isDeep, after.first == "/" {
                if matches(after.dropFirst(), path) { return true }
                after = rest.dropFirst()
            }
            var tail = path
            while true {
                if matches(after, tail) { return true }
                guard let next = tail.first, isDeep || next != "/" else { return false }
                tail = tail.dropFirst()
            }
        }
        guard let next = path.first, next == first || first == "?" && next != "/" else { return false }
        return matches(rest, path.dropFirst())
    }

    /// `gx:allow REASON` on the line of a value or alone on the line before, and `gx:allow-file REASON` for all of a file.
    struct Comments {
        private var lines: Set<Int> = []
        private var allowsAll = false

        init(in bytes: [UInt8]) {
            guard bytes.firstOffset(of: "gx:allow") != nil else { return }
            for (number, line) in LineCheck.lines(of: String(decoding: bytes, as: UTF8.self)).enumerated() {
                let words = line.split(whereSeparator: \.isWhitespace)
                let place = words.firstIndex { $0.hasSuffix("gx:allow") || $0.hasSuffix("gx:allow-file") }
                guard let place, words.count > place + 1 else { continue }
                if words[place].hasSuffix("-file") { allowsAll = true }
                lines.insert(number + 1)
                let isAlone = place == 0 || place == 1 && ["#", "//", ";", "--"].contains(words[0])
                if isAlone { lines.insert(number + 2) }
            }
        }

        func allow(_ line: Int?) -> Bool { allowsAll || line.map { lines.contains($0) } ?? false }
    }
}
