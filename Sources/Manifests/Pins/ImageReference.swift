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

    /// A value that is an image with its version, and not the version alone.
    init?(whole text: String, named name: String? = nil) {
        guard let image = ImageReference(text), image.version != Version(), !Version.isDigest(text),
            // `1.4.2@sha256:…` is a version of two parts.
            image.name == name || image.version.tag != nil || image.name.contains("/")
        else { return nil }
        self = image
    }

    public var description: String {
        name + (version.tag.map { ":\($0)" } ?? "") + (version.digest.map { "@\($0)" } ?? "")
    }
}
