public import Git
public import Manifests
internal import System

/// The line of a commit message that keeps a version out of an environment, or lets it in again:
///
///     Gx-Hold: prod-eu/api 1.4.2 (guests cannot check out)
///     Gx-Unhold: prod-eu/api 1.4.2
///
/// `*` in place of the environment is every one. Behind the version stands `of ghcr.io/acme/proxy` where an app has
/// several artifacts and the version is that of one.
public struct HoldTrailer: Hashable, Sendable {
    public enum Act: String, Sendable, CaseIterable {
        case hold = "Gx-Hold"
        case unhold = "Gx-Unhold"
    }

    public var act: Act
    /// Nil for every environment.
    public var environment: String?
    public var app: String
    public var version: Version
    /// Nil where the version is that of the whole app.
    public var artifact: String?
    /// Why, in one line.
    public var reason: String?

    public init(
        _ act: Act, environment: String?, app: String, version: Version, artifact: String? = nil,
        reason: String? = nil
    ) {
        (self.act, self.environment, self.app, self.version) = (act, environment, app, version)
        (self.artifact, self.reason) = (artifact, reason)
    }

    /// What the artifact is called, where that is not what the app is called.
    public var part: String? {
        let name = artifact.map { Artifact($0.contains("://") ? .git : .image, $0).shortName }
        return name == app.split(separator: "/").last.map(String.init) ? nil : name
    }

    /// What it is about: `api 1.4.2`, `proxy 5.1 of api`.
    public var subject: String {
        part.map { "\($0) \(version.short) of \(app)" } ?? "\(app) \(version.short)"
    }

    /// The whole line.
    public var line: String {
        let place = environment.map { Word.encoded($0, also: "/") } ?? "*"
        var line = "\(act.rawValue): \(place)/\(Word.encoded(app)) \(Word.encoded("\(version)"))"
        if let artifact { line += " of \(Word.encoded(artifact))" }
        if let reason { line += " (\(reason.onOneLine))" }
        return line
    }

    /// Nil for a line that is not written so.
    public init?(line: some StringProtocol) {
        guard let said = ActLine<Act>(line) else { return nil }
        (act, reason) = (said.act, said.reason)
        let words = said.words
        guard words.count == 2 || words.count == 4 && words[2] == "of",
            let slash = words[0].firstIndex(of: "/"), slash > words[0].startIndex
        else { return nil }
        environment = words[0][..<slash] == "*" ? nil : Word.decoded(words[0][..<slash])
        app = Word.decoded(words[0][words[0].index(after: slash)...])
        version = Version(Word.decoded(words[1]))
        artifact = words.count == 4 ? Word.decoded(words[3]) : nil
        // `ghcr.io/acme/api:1.4.2` says both.
        let whole = Word.decoded(words[1])
        if artifact == nil, !Version.isDigest(whole), let image = ImageReference(whole),
            image.version.tag != nil
        {
            (artifact, version) = (image.name, image.version)
        }
        guard !app.isEmpty else { return nil }
    }

    /// Those of a commit, in order, where lines for programs stand.
    public static func all(in commit: Commit) -> [HoldTrailer] {
        commit.trailerLines.compactMap { HoldTrailer(line: $0) }
    }

    /// Whether the line is about a version of an app, wherever it would run.
    public func concerns(_ other: Version, of artifact: String?, _ app: String) -> Bool {
        guard self.app == app else { return false }
        if let own = self.artifact, let artifact, own != artifact { return false }
        return isSame(as: other)
    }

    /// Whether the line is about a version of an artifact, whatever the app is called that runs it.
    public func concerns(_ other: Version, ofArtifact artifact: String) -> Bool {
        self.artifact == artifact && isSame(as: other)
    }

    /// A field for the tag may hold the digest, too.
    private func isSame(as other: Version) -> Bool { version.isSame(as: Version("\(other)")) }
}
