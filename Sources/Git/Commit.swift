/// Who did something, and when.
public struct Signature: Hashable, Sendable {
    public var name: String
    public var email: String
    public var time: Timestamp

    public init(name: String, email: String, time: Timestamp) {
        (self.name, self.email, self.time) = (name, email, time)
    }
}

/// A commit.
public struct Commit: Sendable {
    public let id: ObjectID
    public let tree: ObjectID
    /// The parents that this clone knows of: none at the edge of a shallow clone, as git has it.
    public internal(set) var parents: [ObjectID]
    public let author: Signature
    public let committer: Signature
    /// The whole message, without line breaks before it.
    public let message: String

    /// The first paragraph in one line, as `git log --format=%s` prints it.
    public var subject: String {
        message.lines.lazy.map { $0.trimmingSuffix(while: \.isWhitespace) }
            .prefix { !$0.isEmpty }.joined(separator: " ")
    }

    /// The trailers of the message, in order, as `git log --format=%(trailers)` finds them.
    public var trailers: [(key: String, value: String)] { Trailers.parse(message) }
}

extension Commit {
    /// Reads the raw bytes of a commit. An identity that is damaged reads as far as it goes, as with git.
    init(id: ObjectID, raw: UnsafeRawBufferPointer) throws(GitError) {
        var tree: ObjectID?
        var parents: [ObjectID] = []
        var author: Signature?
        var committer: Signature?
        var reader = unsafe ByteReader(raw)
        while let line = unsafe reader.line(), unsafe !line.isEmpty {
            if let value = unsafe line.dropping("tree ") {
                tree = unsafe ObjectID(hexBytes: value)
            } else if let value = unsafe line.dropping("parent "),
                let parent = unsafe ObjectID(hexBytes: value)
            {
                parents.append(parent)
            } else if author == nil, let value = unsafe line.dropping("author ") {
                author = unsafe Signature(raw: value)
            } else if committer == nil, let value = unsafe line.dropping("committer ") {
                committer = unsafe Signature(raw: value)
            }
        }
        guard let tree, let author, let committer else {
            throw GitError.badObject(id.description, reason: "not a commit, or a damaged one")
        }
        let message = unsafe reader.rest.drop { $0 == UInt8(ascii: "\n") }
        self.init(
            id: id, tree: tree, parents: parents, author: author, committer: committer,
            message: unsafe String(decoding: UnsafeRawBufferPointer(rebasing: message), as: UTF8.self))
    }
}

extension Signature {
    /// `Name <email> 1767225600 +0100`.
    fileprivate init(raw: UnsafeRawBufferPointer) {
        let open = unsafe raw.firstIndex(of: UInt8(ascii: "<")) ?? raw.count
        let close = unsafe raw.lastIndex(of: UInt8(ascii: ">")) ?? raw.count
        let email = unsafe raw[min(open + 1, raw.count)..<max(min(open + 1, raw.count), close)]
        var name = unsafe raw[..<open]
        while unsafe name.last == UInt8(ascii: " ") { unsafe name.removeLast() }
        var numbers = unsafe ByteReader(UnsafeRawBufferPointer(rebasing: raw[min(close + 1, raw.count)...]))
        let seconds = unsafe numbers.number()
        let zone = unsafe numbers.number()
        self.init(
            name: unsafe String(decoding: UnsafeRawBufferPointer(rebasing: name), as: UTF8.self),
            email: unsafe String(decoding: UnsafeRawBufferPointer(rebasing: email), as: UTF8.self),
            time: Timestamp(seconds: seconds, offset: Int(zone / 100 * 60 + zone % 100)))
    }
}
