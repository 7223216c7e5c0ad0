/// What can name an environment: it goes into branch names, trailers and file names.
public enum EnvironmentName {
    public static let rule = "use letters, digits, '-', '_' and '.', and start with a letter or a digit"

    public static func isValid(_ name: some StringProtocol) -> Bool {
        guard let first = name.utf8.first, isAlphanumeric(first), !name.contains(".."), name.utf8.count <= 100
        else {
            return false
        }
        return name.utf8.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
            && !name.hasSuffix(".lock")
            && !name.hasSuffix(".")
    }

    /// A name without that of the environment, where it is a part of it: `cart-dev` is `cart`, `eu_prod_cart` is `eu_cart`.
    static func taken(_ environment: String, outOf name: String) -> String? {
        for separator: Character in ["-", "_", "."] {
            var words = name.split(separator: separator).map(String.init)
            let own = environment.split(separator: separator).map(String.init)
            guard own.count < words.count else { continue }
            let start = (0...(words.count - own.count)).reversed().first { start in
                Array(words[start..<start + own.count]) == own
            }
            guard let start else { continue }
            words.removeSubrange(start..<start + own.count)
            return words.joined(separator: String(separator))
        }
        return nil
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
