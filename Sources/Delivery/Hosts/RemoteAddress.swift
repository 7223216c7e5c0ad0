/// The address of a remote, as far as it names a host.
struct RemoteAddress: Hashable {
    var host: String
    var port: Int?
    /// Without slashes around it and `.git` at its end: `acme/infra`.
    var path: String
    /// Whether it is an address of the web, whose port is that of the host's pages too.
    private var isWeb = false

    /// Takes `https://host/path`, `ssh://git@host:22/path` and `git@host:path`; nil for a path on this machine.
    init?(url: String) {
        var rest = url[...]
        if let scheme = rest.firstRange(of: "://") {
            guard rest[..<scheme.lowerBound] != "file" else { return nil }
            isWeb = ["http", "https"].contains(rest[..<scheme.lowerBound].lowercased())
            rest = rest[scheme.upperBound...]
            guard let slash = rest.firstIndex(of: "/") else { return nil }
            path = String(rest[slash...])
            rest = rest[..<slash]
        } else {
            guard let colon = rest.firstIndex(of: ":"), !rest[..<colon].contains("/") else { return nil }
            path = String(rest[rest.index(after: colon)...])
            rest = rest[..<colon]
        }
        if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        if let colon = rest.lastIndex(of: ":"), let port = Int(rest[rest.index(after: colon)...]) {
            self.port = port
            rest = rest[..<colon]
        }
        guard !rest.isEmpty else { return nil }
        host = rest.lowercased()
        path = String(path.drop { $0 == "/" })
        while path.hasSuffix("/") { path.removeLast() }
        if path.hasSuffix(".git") { path.removeLast(4) }
    }

    /// The host with the port of its pages: `git.example.com:8443`.
    var webHost: String { isWeb ? port.map { "\(host):\($0)" } ?? host : host }

    /// The last part of the path, and what stands before it: an owner, or groups of one another.
    var ownerAndName: (owner: String, name: String)? {
        guard let slash = path.lastIndex(of: "/") else { return nil }
        return (String(path[..<slash]), String(path[path.index(after: slash)...]))
    }
}
