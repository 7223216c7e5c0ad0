internal import System
public import YAML

/// One place in one file where the version of an artifact is written.
public struct Pin: Hashable, Sendable {
    /// How the scalar holds the version.
    public enum Form: Hashable, Sendable {
        /// A whole image reference, behind a prefix such as `name=` of Argo CD's overrides.
        case reference(prefix: String)
        /// A tag, a chart's version or a Git ref, alone.
        case tag
        case digest
        /// A tag without what it begins with: `2.50.1` of `v2.50.1`.
        case number(String)
        /// A tag or a digest behind a prefix, as `api=` of a generator's literal.
        case assignment(String)
        /// A parameter of a URL's query, as `?ref=`.
        case query(String)

        /// How a value holds the version of an artifact of that name: of a place whose key says nothing of it.
        init(of text: String, named name: String?) {
            self =
                ImageReference(whole: text, named: name) != nil
                ? .reference(prefix: "") : Version.isDigest(text) ? .digest : .tag
        }
    }

    public var file: String
    public var document: Int
    public var path: Path
    /// Where the scalar holds YAML itself (an inline patch): the place in there.
    public var inner: Path?
    public var artifact: Artifact
    public var form: Form
    /// The scalar as it stands.
    public var text: String
    /// Where the scalar is written that this place repeats by an alias.
    var anchor: Path?

    /// Where a pin stands, whatever it is a pin of.
    public struct Location: Hashable, Sendable {
        public var file: String
        public var document: Int
        public var path: Path
        public var inner: Path?

        public init(file: String, document: Int, path: Path, inner: Path? = nil) {
            self.file = file
            self.document = document
            self.path = path
            self.inner = inner
        }
    }

    public var location: Location { Location(file: file, document: document, path: path, inner: inner) }

    /// Where its text is written: what is changed there changes with it.
    public var written: Location {
        Location(
            file: file, document: document, path: inner == nil ? anchor ?? path : path,
            inner: inner == nil ? nil : anchor ?? inner)
    }

    init(
        file: String, node: Node, document: Int, artifact: Artifact, form: Form
    ) {
        self.file = file
        self.document = document
        path = node.path
        anchor = node.kind == .alias ? node.resolved.path : nil
        self.artifact = artifact
        self.form = form
        text = node.string ?? ""
    }

    /// What this place says of the version.
    public var version: Version {
        switch form {
        case .reference(let prefix):
            ImageReference(String(text.dropFirst(prefix.count)))?.version ?? Version()
        // A tag and its digest may stand in one field: `1.4.2@sha256:…`. Revisions of Git have no digests.
        case .tag: artifact.kind == .git ? Version(tag: text.isEmpty ? nil : text) : Version(text)
        case .digest: Version(digest: text.isEmpty ? nil : text)
        case .number(let lead): Version(tag: lead + text)
        case .assignment(let prefix): Version(String(text.dropFirst(prefix.count)))
        case .query(let name): Version(tag: URLQuery.value(of: name, in: text).map(String.init))
        }
    }

    /// Whether there is room for a digest.
    public var holdsDigest: Bool {
        switch form {
        case .digest, .reference: true
        case .assignment(let prefix): Version(String(text.dropFirst(prefix.count))).digest != nil
        case .tag: artifact.kind != .git && Version(text).digest != nil
        case .query, .number: false
        }
    }

    /// The scalar for another version. Nil where this place can't hold what `version` has: a tag field
    /// has no room for a version that is a digest alone.
    public func text(for version: Version) -> String? {
        switch form {
        case .reference(let prefix):
            guard let image = ImageReference(String(text.dropFirst(prefix.count))) else { return nil }
            return prefix + ImageReference(name: image.name, version: version).description
        case .tag:
            // Where a digest stands beside the tag there is room for another one.
            return holdsDigest && version != Version() ? version.description : version.tag
        case .digest: return version.digest
        case .number(let lead):
            return version.tag.map { $0.hasPrefix(lead) ? String($0.dropFirst(lead.count)) : $0 }
        case .assignment(let prefix):
            return (holdsDigest && version != Version() ? version.description : version.tag).map {
                prefix + $0
            }
        case .query(let name): return version.tag.flatMap { URLQuery.replacing(name, by: $0, in: text) }
        }
    }
}

/// The query of a URL, as kustomize reads it: parameters behind `?`, between `&`.
enum URLQuery {
    static func value(of name: String, in url: String) -> Substring? {
        range(of: name, in: url).map { url[$0] }
    }

    static func replacing(_ name: String, by value: String, in url: String) -> String? {
        guard let range = range(of: name, in: url), !value.contains(where: { "&#? ".contains($0) }) else {
            return nil
        }
        return url.replacingCharacters(in: range, with: value)
    }

    /// The repository that a URL leads into: what a Git artifact is called. The folder in it (behind `//`, behind
    /// `.git/`, or behind the second component of a well-known host) is not part of the name: it often is the
    /// environment's.
    static func repository(of url: String) -> String {
        let base = url.prefix { $0 != "?" && $0 != "#" }
        let start = base.place(of: "://").map { base.utf8.index($0, offsetBy: 3) } ?? base.startIndex
        if let end = base[start...].place(of: "//") { return String(base[..<end]) }
        if let end = base[start...].place(of: ".git/") {
            return String(base[..<base.utf8.index(end, offsetBy: 4)])
        }
        let parts = base[start...].split(separator: "/", maxSplits: 3)
        let hosts = ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org"]
        guard parts.count == 4, let host = parts.first, hosts.contains(String(host)) else {
            return String(base)
        }
        return String(base[..<parts[2].endIndex])
    }

    private static func range(of name: String, in url: String) -> Range<String.Index>? {
        let bytes = url.utf8
        guard var start = bytes.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        while start < bytes.endIndex {
            let parameter = bytes.index(after: start)
            let end = bytes[parameter...].firstIndex { "&#".utf8.contains($0) } ?? bytes.endIndex
            if bytes[parameter..<end].starts(with: "\(name)=".utf8) {
                return bytes.index(parameter, offsetBy: name.utf8.count + 1)..<end
            }
            guard end < bytes.endIndex, bytes[end] == UInt8(ascii: "&") else { return nil }
            start = end
        }
        return nil
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}
