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

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
