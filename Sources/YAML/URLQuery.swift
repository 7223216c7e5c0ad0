/// The parameters of a URL, as in `https://github.com/acme/api//deploy?ref=v1.4.1&timeout=90s`. They are
/// taken as they are written, since git hosts want `ref=feature/x`.
public enum URLQuery {
    /// The value of a parameter, or nil.
    public static func value(of name: String, in url: String) -> String? {
        range(of: name, in: url).map { String(url[$0]) }
    }

    /// The URL with another value, or nil if it has no such parameter or the value cannot stand there.
    public static func replacing(_ name: String, with value: String, in url: String) -> String? {
        guard let range = range(of: name, in: url) else { return nil }
        let isSafe = value.unicodeScalars.allSatisfy {
            !"&#? ".unicodeScalars.contains($0) && $0.value > 0x20
        }
        return isSafe ? url[..<range.lowerBound] + value + url[range.upperBound...] : nil
    }

    private static func range(of name: String, in url: String) -> Range<String.Index>? {
        guard let mark = url.firstIndex(of: "?") else { return nil }
        var start = url.index(after: mark)
        let limit = url[start...].firstIndex(of: "#") ?? url.endIndex
        while start <= limit {
            let end = url[start..<limit].firstIndex(of: "&") ?? limit
            let field = url[start..<end]
            if field.hasPrefix(name + "=") { return field.index(start, offsetBy: name.count + 1)..<end }
            guard end < limit else { break }
            start = url.index(after: end)
        }
        return nil
    }
}
