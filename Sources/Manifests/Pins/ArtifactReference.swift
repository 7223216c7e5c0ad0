/// What is versioned and deployed: an image, a chart, or a Git repository at a ref.
public struct Artifact: Hashable, Sendable, Comparable, CustomStringConvertible {
    public enum Kind: String, Sendable, Comparable {
        case image, chart, git

        public static func < (a: Kind, b: Kind) -> Bool { a.rawValue < b.rawValue }
    }

    public var kind: Kind
    /// An image's repository (`ghcr.io/acme/api`), a chart's name with its repository where one is
    /// given, a Git repository's URL without its query.
    public var name: String

    public init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }

    public var description: String { name }

    /// The last component of the name, as people call it: `api` of `ghcr.io/acme/api`.
    public var shortName: String {
        let last = name.split(separator: "/").last.map(String.init) ?? name
        return last.hasSuffix(".git") ? String(last.dropLast(4)) : last
    }

    public static func < (a: Artifact, b: Artifact) -> Bool { (a.kind, a.name) < (b.kind, b.name) }
}

/// A version of an artifact: a tag (or chart version, or Git ref), a digest, or both.
public struct Version: Hashable, Sendable, CustomStringConvertible {
    public var tag: String?
    /// `sha256:` and 64 hexadecimal digits.
    public var digest: String?

    public init(tag: String? = nil, digest: String? = nil) {
        self.tag = tag
        self.digest = digest
    }

    /// Reads `1.4.2`, `sha256:…` and `1.4.2@sha256:…`.
    public init(_ text: String) {
        if let at = text.firstIndex(of: "@") {
            let tag = text[..<at]
            self.init(tag: tag.isEmpty ? nil : String(tag), digest: String(text[text.index(after: at)...]))
        } else if Version.isDigest(text) {
            self.init(digest: text)
        } else {
            self.init(tag: text.isEmpty ? nil : text)
        }
    }

    /// What pins that belong together say: a tag, a digest, or both.
    init(of pins: [Pin]) {
        self.init()
        for pin in pins {
            let version = pin.version
            tag = version.tag ?? tag
            digest = version.digest ?? digest
        }
    }

    public var description: String {
        switch (tag, digest) {
        case (let tag?, let digest?): "\(tag)@\(digest)"
        case (let tag?, nil): tag
        case (nil, let digest?): digest
        case (nil, nil): "(none)"
        }
    }

    /// For a table: a tag as it is, commit ids and digests cut to as many digits as people compare.
    public var short: String {
        if let tag { return Version.isCommit(tag) ? String(tag.prefix(9)) : tag }
        guard let digest else { return "(none)" }
        let hex = digest.split(separator: ":").last ?? ""
        return "@" + hex.prefix(9)
    }

    /// An algorithm, a colon and at least 32 hexadecimal digits (OCI image specification, "Digests").
    public static func isDigest(_ text: String) -> Bool {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
        let hex = text.utf8[text.utf8.index(after: colon)...]
        return !text.utf8[..<colon].isEmpty && hex.count >= 32 && hex.allSatisfy(isHexDigit)
    }

    static func isCommit(_ text: String) -> Bool {
        text.utf8.count == 40 && text.utf8.allSatisfy(isHexDigit)
    }
}

private func isHexDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
}

/// An image as manifests write it: `[registry[:port]/]name[:tag][@digest]`.
public struct ImageReference: Hashable, Sendable, CustomStringConvertible {
    public var name: String
    public var version: Version

    public init(name: String, version: Version) {
        self.name = name
        self.version = version
    }

    /// Nil where the text can't be an image: it is empty, has white space, or a substitution (`${…}`).
    public init?(_ text: String) {
        guard !text.isEmpty, !Substitution.isIn(text), !text.utf8.contains(where: { $0 <= 0x20 }) else {
            return nil
        }
        var name = text[...]
        var version = Version()
        if let at = name.utf8.firstIndex(of: UInt8(ascii: "@")) {
            version.digest = String(name[name.index(after: at)...])
            name = name[..<at]
        }
        // The last colon starts a tag only behind the last slash: before it, it is a registry's port.
        if let colon = name.utf8.lastIndex(of: UInt8(ascii: ":")),
            !name[colon...].utf8.contains(UInt8(ascii: "/"))
        {
            version.tag = String(name[name.index(after: colon)...])
            name = name[..<colon]
        }
        guard !name.isEmpty, version.tag != "", version.digest.map(Version.isDigest) ?? true else {
            return nil
        }
        self.init(name: String(name), version: version)
    }

    public var description: String {
        name + (version.tag.map { ":\($0)" } ?? "") + (version.digest.map { "@\($0)" } ?? "")
    }
}
