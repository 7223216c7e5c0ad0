/// A URL of the web, as far as it says where requests go (RFC 3986).
struct HostAddress: Hashable {
    let scheme: String
    let host: String
    /// `user:password` before the host.
    let hasCredentials: Bool

    init?(_ url: String) {
        guard let mark = url.firstRange(of: "://") else { return nil }
        scheme = url[..<mark.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let rest = url[mark.upperBound...]
        // What some take for a slash, others do not: no address has it.
        guard !rest.unicodeScalars.contains(where: { $0 == "\\" || $0.value <= 0x20 || $0.value == 0x7F })
        else {
            return nil
        }
        var authority = rest[..<(rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex)]
        hasCredentials = authority.contains("@")
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            let rest = authority[authority.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") && rest.dropFirst().allSatisfy(\.isNumber) else {
                return nil
            }
            authority = authority[...end]
        } else if let colon = authority.firstIndex(of: ":") {
            let port = authority[authority.index(after: colon)...]
            guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            authority = authority[..<colon]
        }
        guard !authority.isEmpty else { return nil }
        host = authority.lowercased()
    }

    var isLoopback: Bool { ["127.0.0.1", "localhost", "[::1]"].contains(host) }

    /// A token goes over TLS, or stays on this machine; and to no address that brings somebody else's name.
    var isSafeForTokens: Bool { !hasCredentials && (scheme == "https" || isLoopback) }
}
