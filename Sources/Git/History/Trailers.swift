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
