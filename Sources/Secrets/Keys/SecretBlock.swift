/// The two blocks of a Secret of Kubernetes that hold its values: Base64 in one, text in the other.
enum SecretBlock {
    static let data = "data"
    static let stringData = "stringData"

    /// The key that a path in a Secret means; nil for any other field.
    static func entry(of path: [PathStep]) -> String? {
        guard path.count == 2, case .key(let block) = path[0], [data, stringData].contains(block),
            case .key(let key) = path[1]
        else { return nil }
        return key
    }

    /// Whether a path leads to all of a block, which is no key even where it is empty.
    static func isBlock(_ path: [PathStep]) -> Bool { path == [.key(data)] || path == [.key(stringData)] }

    /// Where a new key of a Secret goes. What looks like another block, or like a field of the Secret, is refused: the
    /// value would end up in a place that means something else, or in the clear.
    static func newPath(for text: String, siblings: [[PathStep]]) throws(SecretsError) -> [PathStep] {
        for block in [data, stringData] where text.hasPrefix("\(block).") || text.hasPrefix("\(block)[") {
            let rest = text.dropFirst(block.count)
            if let path = try? [PathStep](text), path.count == 2 { return path }
            return [.key(block), .key(try key(String(rest.dropFirst())))]
        }
        let first = String(text.prefix { $0 != "." && $0 != "[" })
        let isPath = first != text && !first.isEmpty
        if isPath, siblings.contains(where: { $0.first == .key(first) && entry(of: $0) == nil }) {
            throw SecretsError(
                .format, "\(text) is no secret value: \(first) is a field of the Secret",
                hint: "name the key alone, or \(stringData).\(text) where the key is called so")
        }
        if let meant = [data, stringData].first(where: { isAlmost(first, $0) }) {
            throw SecretsError(
                .format, "a Secret has no block \(first)",
                hint: isPath
                    ? "did you mean \(meant)\(text.dropFirst(first.count))? A key that is called so is \(stringData).\(text)"
                    : "name a key in it: \(meant).KEY")
        }
        return [.key(stringData), .key(try key(text))]
    }

    /// A key as Kubernetes allows it, which may be written as a path of one step.
    private static func key(_ text: String) throws(SecretsError) -> String {
        var text = text
        if !isAllowed(text), let steps = try? [PathStep](text), steps.count == 1,
            case .key(let key) = steps[0]
        {
            text = key
        }
        guard isAllowed(text) else {
            throw SecretsError(
                .format, "'\(text)' cannot be a key of a Secret",
                hint: "it consists of letters, digits, '-', '_' and '.'")
        }
        return text
    }

    private static func isAllowed(_ text: String) -> Bool {
        !text.isEmpty && text != "." && text != ".."
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }

    /// Whether a word is a block's name but for its case, a separator, or one letter more, less or other.
    private static func isAlmost(_ word: String, _ block: String) -> Bool {
        let mine = [Character](word.lowercased().filter { $0.isLetter || $0.isNumber })
        let other = [Character](block.lowercased())
        let start = zip(mine, other).prefix(while: { $0 == $1 }).count
        let end = zip(mine.reversed(), other.reversed()).prefix(while: { $0 == $1 }).count
        let longer = max(mine.count, other.count)
        return abs(mine.count - other.count) <= 1 && start + end >= longer - 1
    }
}
