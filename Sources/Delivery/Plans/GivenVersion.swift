public import Manifests

extension PromotionRequest.Given {
    /// Reads what the command line says of an artifact, and refuses what can't be a version of its kind: an empty
    /// variable of a script must not become a tag.
    ///
    /// - Parameter text: `NAME=TAG`, `NAME=sha256:…`, `NAME=TAG@sha256:…`, and for an image `NAME=REPOSITORY:TAG`
    ///   as CI has it at hand.
    public init(_ kind: Artifact.Kind, parsing text: String) throws(DeliveryError) {
        func wrong(_ reason: String) -> DeliveryError { .badVersion(text, reason: reason) }
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw wrong("it is not NAME=VERSION")
        }
        let name = String(text[..<equals])
        let value = String(text[text.index(after: equals)...])
        guard !value.isEmpty else { throw wrong("there is no version behind '='") }
        self.init(kind, name: name, version: Version(value))
        switch kind {
        case .image: try readImage(value, wrong)
        case .chart:
            guard Grammar.isChartVersion(version.tag ?? "") else {
                throw wrong("'\(value)' is no version of a chart")
            }
            if let digest = version.digest, !Grammar.isDigest(digest) {
                throw wrong("'\(digest)' is no digest")
            }
        case .git: guard Grammar.isRevision(value) else { throw wrong("'\(value)' is no revision of Git") }
        }
    }

    private mutating func readImage(
        _ value: String, _ wrong: (String) -> DeliveryError
    ) throws(DeliveryError) {
        let front = value.prefix { $0 != "@" }
        if !Version.isDigest(value), front.contains(where: { $0 == "/" || $0 == ":" }) {
            guard let reference = ImageReference(value) else { throw wrong("'\(value)' is no image") }
            guard reference.version != Version() else {
                throw wrong("'\(value)' has neither a tag nor a digest")
            }
            repository = reference.name
            version = reference.version
        }
        if let tag = version.tag, !Grammar.isTag(tag) { throw wrong("'\(tag)' is no tag of an image") }
        if let digest = version.digest, !Grammar.isDigest(digest) { throw wrong("'\(digest)' is no digest") }
    }

    /// Whether an artifact is what the name means.
    func names(_ artifact: Artifact) -> Bool { artifact.kind == kind && ArtifactName(name).names(artifact) }

    /// Whether a whole reference is one of the artifact's own repository.
    func isFrom(_ artifact: Artifact) -> Bool {
        guard let repository, artifact.kind == .image, !artifact.name.contains(":/") else { return true }
        return Grammar.onDockerHub(repository) == Grammar.onDockerHub(artifact.name)
    }
}

/// What versions look like: the OCI distribution specification, Helm, `git check-ref-format`.
private enum Grammar {
    static func isTag(_ text: String) -> Bool {
        guard (1...128).contains(text.utf8.count), let first = text.utf8.first else { return false }
        return (isWord(first) || first == UInt8(ascii: "_"))
            && text.utf8.allSatisfy { isWord($0) || "_.-".utf8.contains($0) }
    }

    static func isDigest(_ text: String) -> Bool {
        guard let colon = text.firstIndex(of: ":") else { return false }
        let hex = text[text.index(after: colon)...]
        guard hex.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else {
            return false
        }
        switch text[..<colon] {
        case "sha256": return hex.utf8.count == 64
        case "sha384": return hex.utf8.count == 96
        case "sha512": return hex.utf8.count == 128
        default: return false
        }
    }

    /// A version as Helm reads it: numbers, and what stands behind them.
    static func isChartVersion(_ text: String) -> Bool {
        let bare = text.hasPrefix("v") ? text.dropFirst() : text[...]
        guard bare.utf8.first.map({ (0x30...0x39).contains($0) }) ?? false else { return false }
        return bare.utf8.allSatisfy { isWord($0) || ".-+".utf8.contains($0) }
    }

    static func isRevision(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "/") else {
            return false
        }
        if text.hasSuffix("/") || text.hasSuffix(".") || text.hasSuffix(".lock") { return false }
        if text.contains("..") || text.contains("@{") || text.contains("//") { return false }
        return text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !"~^:?*[\\&#".utf8.contains($0) }
    }

    /// `nginx`, `docker.io/nginx` and `docker.io/library/nginx` are one repository.
    static func onDockerHub(_ name: String) -> String {
        var rest = name[...]
        for host in ["docker.io/", "index.docker.io/", "registry-1.docker.io/"] where rest.hasPrefix(host) {
            rest = rest.dropFirst(host.count)
        }
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        let isElsewhere =
            parts.count > 1 && (parts[0].contains(".") || parts[0].contains(":") || parts[0] == "localhost")
        if isElsewhere { return name }
        return parts.count == 1 ? "docker.io/library/\(rest)" : "docker.io/\(rest)"
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) && byte < 0x80
    }
}
