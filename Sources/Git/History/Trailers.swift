internal import System

/// The `Key: value` lines of a message that are for programs.
public enum Trailers {
    /// The lines for programs of a message: those of paragraphs that consist of nothing else, at the end, or at the end
    /// of a message that a squash put in. A line that prose, a quote or an example shows is none.
    public static func lines(in message: String) -> [String] {
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
            } else if isTrailer(line) || line.hasPrefix("(cherry picked from commit ") {
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

    /// A key is made of letters, digits and hyphens; spaces may stand between it and the colon.
    private static func isTrailer(_ line: Substring) -> Bool {
        guard let colon = line.firstIndex(of: ":") else { return false }
        let key = line[..<colon].trimmingSuffix { $0 == " " || $0 == "\t" }
        return !key.isEmpty && key.utf8.allSatisfy(isKeyByte)
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
