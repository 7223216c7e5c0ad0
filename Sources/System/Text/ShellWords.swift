/// Splits a line into words as a shell does: quotes, backslashes and comments, but no variables and no patterns.
public enum ShellWords {
    /// Nil where a quote is not closed.
    public static func split(_ text: String) -> [String]? {
        var words: [String] = []
        var word: String.UnicodeScalarView?
        var rest = text.unicodeScalars[...]
        func append(_ scalar: Unicode.Scalar) {
            var grown = word ?? String.UnicodeScalarView()
            grown.append(scalar)
            word = grown
        }
        while let scalar = rest.popFirst() {
            switch scalar {
            case " ", "\t", "\n", "\r":
                if let ended = word { words.append(String(ended)) }
                word = nil
            case "#" where word == nil: rest = rest.drop { $0 != "\n" }
            case "\\":
                guard let next = rest.popFirst() else { return nil }
                if next != "\n" { append(next) }
            case "'":
                guard let end = rest.firstIndex(of: "'") else { return nil }
                word = (word ?? String.UnicodeScalarView()) + rest[..<end]
                rest = rest[rest.index(after: end)...]
            case "\"":
                word = word ?? String.UnicodeScalarView()
                while true {
                    guard let inner = rest.popFirst() else { return nil }
                    if inner == "\"" { break }
                    guard inner == "\\", let next = rest.first, "$`\"\\\n".unicodeScalars.contains(next)
                    else {
                        append(inner)
                        continue
                    }
                    rest = rest.dropFirst()
                    if next != "\n" { append(next) }
                }
            default: append(scalar)
            }
        }
        if let ended = word { words.append(String(ended)) }
        return words
    }
}
