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
        if let at = text.lastIndex(of: "@"), case let digest = String(text[text.index(after: at)...]),
            Version.isDigest(digest)
        {
            let tag = text[..<at]
            self.init(tag: tag.isEmpty ? nil : String(tag), digest: digest)
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

    /// Two versions for a table, told apart: with their digests where nothing else differs.
    public static func short(_ old: Version, _ new: Version) -> (old: String, new: String) {
        guard old != new, old.short == new.short else { return (old.short, new.short) }
        return (old.shortWithDigest, new.shortWithDigest)
    }

    private var shortWithDigest: String {
        tag == nil || digest == nil ? short : short + Version(digest: digest).short
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

    /// Whether both are one: by their digests where both have one, else by their tags.
    public func isSame(as other: Version) -> Bool {
        if let digest, let otherDigest = other.digest { return digest == otherDigest }
        return tag != nil && tag == other.tag
    }

    /// Whether the same text comes to mean something else: a branch, a moving tag, a range. What runs under it is not
    /// known, so nothing follows from it.
    public func isFloating(_ kind: Artifact.Kind = .image) -> Bool {
        guard digest == nil, let tag else { return false }
        let bytes = tag.utf8
        // `^1.2`, `~> 1.2`, `>=1 <2`, `1.x`, `*`
        if bytes.contains(where: { "^~<>*| ".utf8.contains($0) }) || tag.hasSuffix(".x")
            || tag.hasSuffix(".X")
        {
            return true
        }
        let words = tag.lowercased().split { !($0.isLetter || $0.isNumber) }
        if words.contains(where: { Version.moving.contains(String($0)) })
            && !tag.utf8.contains(where: isDigit)
        {
            return true
        }
        if tag.hasPrefix("latest") || tag.hasSuffix("latest") { return true }
        switch kind {
        // A branch may have any name; a tag or a commit has digits in it.
        case .git: return tag.hasPrefix("refs/heads/") || !bytes.contains(where: isDigit) && !isHex(tag)
        case .image, .chart: return false
        }
    }

    private static let moving: Set<String> = [
        "latest", "main", "master", "trunk", "head", "develop", "development", "dev", "edge", "nightly",
        "stable",
        "unstable", "canary", "next", "current", "release", "rolling", "staging", "production", "prod",
        "test", "qa",
        "snapshot", "rc", "beta", "alpha", "lts", "mainline",
    ]
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

/// Whether it may be the beginning of a commit's id.
private func isHex(_ text: String) -> Bool { text.utf8.count >= 7 && text.utf8.allSatisfy(isHexDigit) }

private func isHexDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
}
