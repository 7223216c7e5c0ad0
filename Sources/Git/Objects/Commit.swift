public import System

/// Who did something, and when.
public struct Signature: Hashable, Sendable {
    public var name: String
    public var email: String
    public var time: Timestamp

    public init(name: String, email: String, time: Timestamp) {
        (self.name, self.email, self.time) = (name, email, time)
    }
}

/// A commit. Of its bytes only what leads to other objects is read at once: walking through history asks for little else.
public struct Commit: Sendable {
    public let id: ObjectID
    public let tree: ObjectID
    /// The parents that this clone knows of: none at the edge of a shallow clone, as git has it.
    public internal(set) var parents: [ObjectID]
    private let bytes: [UInt8]
    private let authorLine: Range<Int>
    private let committerLine: Range<Int>
    private let messageStart: Int

    /// An identity that is damaged reads as far as it goes, as with git.
    public var author: Signature { Signature(raw: bytes[authorLine]) }
    public var committer: Signature { Signature(raw: bytes[committerLine]) }
    /// The whole message, without line breaks before it.
    public var message: String { String(decoding: messageBytes, as: UTF8.self) }

    // To be looked at without making strings.
    public var messageBytes: ArraySlice<UInt8> { bytes[messageStart...] }
    /// `Name <email>`, as it stands there.
    public var authorBytes: ArraySlice<UInt8> { Signature.identity(in: bytes[authorLine]) }
    public var committerBytes: ArraySlice<UInt8> { Signature.identity(in: bytes[committerLine]) }
    /// When the committer made it.
    public var time: Timestamp { Signature.time(in: bytes[committerLine]) }

    /// The first paragraph in one line, as `git log --format=%s` prints it.
    public var subject: String {
        message.lines.lazy.map { $0.trimmingSuffix(while: \.isWhitespace) }
            .prefix { !$0.isEmpty }.joined(separator: " ")
    }

    /// The lines of those paragraphs that consist of trailers, also of messages that a squash put together.
    public var trailerLines: [String] { Trailers.lines(in: message) }
}

extension Commit {
    /// Reads the raw bytes of a commit.
    init(id: ObjectID, raw: UnsafeRawBufferPointer) throws(GitError) {
        var tree: ObjectID?
        var parents: [ObjectID] = []
        var author: Range<Int>?
        var committer: Range<Int>?
        var reader = unsafe ByteReader(raw)
        var start = 0
        while let line = unsafe reader.line(), unsafe !line.isEmpty {
            let end = start + line.count
            defer { start = end + 1 }
            if let value = unsafe line.dropping("tree ") {
                tree = unsafe ObjectID(hexBytes: value)
            } else if let value = unsafe line.dropping("parent "),
                let parent = unsafe ObjectID(hexBytes: value)
            {
                parents.append(parent)
            } else if author == nil, let value = unsafe line.dropping("author ") {
                author = end - value.count..<end
            } else if committer == nil, let value = unsafe line.dropping("committer ") {
                committer = end - value.count..<end
            }
        }
        guard let tree else {
            throw GitError.badObject(id.description, reason: "not a commit, or a damaged one")
        }
        // Nobody, in 1970: git too reads on where such a line is missing or damaged.
        let nobody = 0..<0
        let message = unsafe reader.rest.drop { $0 == UInt8(ascii: "\n") }
        self.init(
            id: id, tree: tree, parents: parents, bytes: unsafe Array(raw), authorLine: author ?? nobody,
            committerLine: committer ?? nobody, messageStart: unsafe raw.count - message.count)
    }
}

/// `Name <email> 1767225600 +0100`.
extension Signature {
    fileprivate init(raw: ArraySlice<UInt8>) {
        let open = raw.firstIndex(of: UInt8(ascii: "<")) ?? raw.endIndex
        var name = raw[..<open]
        while name.last == UInt8(ascii: " ") { name.removeLast() }
        let end = Self.end(ofEmailIn: raw) ?? raw.endIndex
        let email = min(open + 1, raw.endIndex)
        self.init(
            name: String(decoding: name, as: UTF8.self),
            email: String(decoding: raw[email..<max(email, end)], as: UTF8.self), time: Self.time(in: raw))
    }

    fileprivate static func identity(in raw: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        raw[..<(end(ofEmailIn: raw).map { $0 + 1 } ?? raw.endIndex)]
    }

    fileprivate static func time(in raw: ArraySlice<UInt8>) -> Timestamp {
        let start = end(ofEmailIn: raw).map { $0 + 1 - raw.startIndex } ?? raw.count
        return unsafe raw.withUnsafeBytes { bytes in
            var numbers = unsafe ByteReader(UnsafeRawBufferPointer(rebasing: bytes[start...]))
            let seconds = unsafe numbers.number()
            let zone = unsafe numbers.number()
            // As git has it, what is no time is the first of all.
            return Timestamp(
                seconds: Timestamp.possible.contains(seconds) ? seconds : 0,
                offset: abs(zone) <= 2400 ? Int(zone / 100 * 60 + zone % 100) : 0)
        }
    }

    private static func end(ofEmailIn raw: ArraySlice<UInt8>) -> Int? { raw.lastIndex(of: UInt8(ascii: ">")) }
}
