public import Git
public import Manifests

/// The line of a commit message by which gx says, for programs, what version it gave to an app:
///
///     Gx-Deploy: prod-eu/api 1.4.1 -> 1.4.2 from staging-eu
///
/// Behind it stands `(ghcr.io/acme/proxy)` where an app got several artifacts with different versions. Bytes that
/// would end a word are percent-encoded, so that the line always reads back.
public struct DeployTrailer: Hashable, Sendable {
    public static let key = "Gx-Deploy"
    /// For a version that an environment had before: the same line, but without a source.
    public static let rollbackKey = "Gx-Rollback"

    public var environment: String
    public var app: String
    /// Without tag and digest where the app had no version before.
    public var old: Version
    public var new: Version
    /// The environment that the version comes from.
    public var source: String?
    /// Nil where one version is that of the whole app.
    public var artifact: String?

    public init(
        environment: String, app: String, old: Version, new: Version, source: String? = nil,
        artifact: String? = nil
    ) {
        (self.environment, self.app, self.old, self.new) = (environment, app, old, new)
        (self.source, self.artifact) = (source, artifact)
    }

    /// What stands behind the colon.
    public var value: String {
        let target = Word.encoded(environment, also: "/") + "/" + Word.encoded(app)
        var words = [target, Word.encoded("\(old)"), "->", Word.encoded("\(new)")]
        if let source { words += ["from", Word.encoded(source)] }
        if let artifact { words.append("(\(Word.encoded(artifact)))") }
        return words.joined(separator: " ")
    }

    /// Nil for what is not written so.
    public init?(value: String) {
        var words = value.split(separator: " ")[...]
        guard words.count >= 4, words[2] == "->", let slash = words[0].firstIndex(of: "/") else { return nil }
        environment = Word.decoded(words[0][..<slash])
        app = Word.decoded(words[0][words[0].index(after: slash)...])
        old = Self.version(words[1])
        new = Self.version(words[3])
        words = words.dropFirst(4)
        if words.first == "from", words.count > 1 {
            source = Word.decoded(words[words.startIndex + 1])
            words = words.dropFirst(2)
        }
        if let word = words.first, word.hasPrefix("("), word.hasSuffix(")") {
            artifact = Word.decoded(word.dropFirst().dropLast())
            words = words.dropFirst()
        }
        guard words.isEmpty, !environment.isEmpty, !app.isEmpty else { return nil }
    }

    private static func version(_ word: Substring) -> Version {
        let text = Word.decoded(word)
        return text == "\(Version())" ? Version() : Version(text)
    }

    /// Those of a commit, in order, also of a rollback.
    public static func all(in commit: Commit) -> [DeployTrailer] {
        Declaration.all(in: commit.trailerLines).map(\.trailer)
    }

    /// A line of a message that says what was deployed.
    public struct Declaration: Sendable {
        public var line: String
        public var trailer: DeployTrailer
        public var isRollback: Bool

        /// Nil for any other line.
        init?(_ line: String) {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let key = line[..<colon].lowercased()
            isRollback = key == rollbackKey.lowercased()
            guard isRollback || key == DeployTrailer.key.lowercased(),
                let trailer = DeployTrailer(value: String(line[line.index(after: colon)...]))
            else { return nil }
            (self.line, self.trailer) = (line, trailer)
        }

        /// Those among the lines for programs of a message.
        public static func all(in lines: [String]) -> [Declaration] { lines.compactMap(Declaration.init) }
    }
}

/// A word of a trailer: no white space, nothing that a terminal would obey.
enum Word {
    static func encoded(_ text: String, also special: Unicode.Scalar? = nil) -> String {
        var word = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isPlain =
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator: false
                default: scalar != "%" && scalar != special
                }
            if isPlain { word.append(scalar) } else { word.append(contentsOf: escape(scalar)) }
        }
        return String(word)
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String.UnicodeScalarView {
        var text = ""
        for byte in String(scalar).utf8 {
            text += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
        }
        return text.unicodeScalars
    }

    /// A `%` that nothing encoded stays as it is: people write such lines too.
    static func decoded(_ word: some StringProtocol) -> String {
        var bytes: [UInt8] = []
        var rest = Array(word.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let value = UInt8(digits, radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
