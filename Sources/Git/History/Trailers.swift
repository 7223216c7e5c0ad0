internal import System

/// The `Key: value` lines at the end of a message, by the rules of `git interpret-trailers`.
enum Trailers {
    static func parse(_ message: String) -> [(key: String, value: String)] {
        guard let block = lastParagraph(of: message.lines) else { return [] }
        var found: [(key: String, value: String)] = []
        var counts = (trailers: 0, others: 0)
        var continuesTrailer = false
        var byGit = false
        for line in block where !line.hasPrefix("#") {
            if line.first == " " || line.first == "\t" {
                if continuesTrailer {
                    found[found.count - 1].value += " " + trim(line)
                } else {
                    counts.others += 1
                }
                continue
            }
            let trailer = trailer(in: line)
            let isCherryPick = line.hasPrefix("(cherry picked from commit ")
            byGit = byGit || isCherryPick || line.hasPrefix("Signed-off-by: ")
            if let trailer { found.append(trailer) }
            if trailer != nil || isCherryPick { counts.trailers += 1 } else { counts.others += 1 }
            continuesTrailer = trailer != nil
        }
        // Either nothing else, or a quarter of the lines with one that git wrote.
        let isTrailerBlock = counts.others == 0 || (byGit && counts.trailers * 3 >= counts.others)
        return isTrailerBlock ? found : []
    }

    /// The lines for programs of a message: those of paragraphs that consist of nothing else, at the end, or at the end
    /// of a message that a squash put in. A line that prose, a quote or an example shows is none.
    static func lines(in message: String) -> [String] {
        var found: [String] = []
        // Of the paragraphs so far: the lines of those that may still prove to be an end.
        var open: [String] = []
        var isSquash = false
        for (number, paragraph) in paragraphs(of: message).enumerated() {
            guard let first = paragraph.first else { continue }
            isSquash = isSquash || first.hasPrefix("Squashed commit of the following:")
            // Where the next message begins, the one before has ended.
            if first.hasPrefix("* ") || first.hasPrefix("---") || isSquash && first.hasPrefix("commit ") {
                found += open
                open = []
                continue
            }
            let lines = isSquash ? paragraph.map(withoutIndent) : paragraph
            if number > 0, let block = block(lines) { open += block } else { open = [] }
        }
        return found + open
    }

    /// The lines of a paragraph of trailers, each with those that continue it; nil for any other.
    private static func block(_ paragraph: [Substring]) -> [String]? {
        var lines: [String] = []
        for line in paragraph where !line.hasPrefix("#") {
            if line.first == " " || line.first == "\t" {
                guard let last = lines.popLast() else { return nil }
                lines.append(last + " " + trim(line))
            } else if trailer(in: line) != nil || line.hasPrefix("(cherry picked from commit ") {
                lines.append(String(line))
            } else {
                return nil
            }
        }
        return lines
    }

    /// As `git merge --squash` sets messages off.
    private static func withoutIndent(_ line: Substring) -> Substring {
        line.hasPrefix("    ") ? line.dropFirst(4) : line
    }

    /// Without what stands between fences, as code in Markdown does.
    private static func paragraphs(of message: String) -> [[Substring]] {
        var paragraphs: [[Substring]] = [[]]
        var isFenced = false
        for line in message.lines {
            let text = line.drop { $0 == " " }
            if text.hasPrefix("```") || text.hasPrefix("~~~") {
                isFenced.toggle()
                paragraphs[paragraphs.count - 1].append(line)
            } else if isFenced || !line.allSatisfy(\.isWhitespace) {
                paragraphs[paragraphs.count - 1].append(line)
            } else if !paragraphs[paragraphs.count - 1].isEmpty {
                paragraphs.append([])
            }
        }
        return paragraphs.filter { !$0.isEmpty }
    }

    /// The lines after the last empty one; nil where that is the subject.
    private static func lastParagraph(of lines: [Substring]) -> ArraySlice<Substring>? {
        let isBlank = { (line: Substring) in line.allSatisfy(\.isWhitespace) }
        guard let last = lines.lastIndex(where: { !isBlank($0) }),
            let blank = lines[..<last].lastIndex(where: isBlank),
            lines[..<blank].contains(where: { !isBlank($0) })
        else { return nil }
        return lines[(blank + 1)...last]
    }

    /// A key is made of letters, digits and hyphens; spaces may stand between it and the colon.
    private static func trailer(in line: Substring) -> (key: String, value: String)? {
        guard let colon = line.firstIndex(of: ":") else { return nil }
        let key = line[..<colon].trimmingSuffix { $0 == " " || $0 == "\t" }
        guard !key.isEmpty, key.utf8.allSatisfy(isKeyByte) else { return nil }
        return (String(key), trim(line[line.index(after: colon)...]))
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func trim(_ text: Substring) -> String {
        String(text.drop { $0 == " " || $0 == "\t" }.trimmingSuffix { $0.isWhitespace })
    }
}
