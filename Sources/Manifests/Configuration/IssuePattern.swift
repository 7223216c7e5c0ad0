/// How keys of a tracker look: something before a number, and the number.
public struct IssuePattern: Hashable, Sendable {
    /// What may stand before the number: of `PROJ` it is `PROJ-`; of `T`, as some trackers write theirs, `T` and `T-`.
    public let prefixes: [String]

    /// A project (`PROJ`), one letter (`T` is `T4711`), something with `{number}` for the number (`bug{number}`,
    /// `[0-9]+` and `\d+` mean the same), or a key as an example (`T412586`, `4711`). Nil for what no key can match.
    public init?(_ text: String) {
        var word = text
        var isOpen = false
        for end in ["{number}", "[0-9]+", "\\d+", "*"] where word.hasSuffix(end) {
            word.removeLast(end.count)
            isOpen = true
            break
        }
        guard word.unicodeScalars.allSatisfy(Self.isPlain) else { return nil }
        let digits = word.reversed().prefix { $0.isNumber }.count
        if isOpen {
            guard digits == 0 else { return nil }
            prefixes = [word]
        } else if let last = word.last, "-#_/".contains(last) {
            prefixes = [word]
        } else if digits > 0,
            digits > 2 || digits == word.count || "-#".contains(word.dropLast(digits).last ?? " ")
        {
            prefixes = [String(word.dropLast(digits))]
        } else {
            guard let first = word.first, first.isLetter, !word.contains(where: { "-#/".contains($0) }) else {
                return nil
            }
            prefixes = word.count == 1 ? [word + "-", word] : [word + "-"]
        }
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", "#", "/": true
        default: false
        }
    }
}
