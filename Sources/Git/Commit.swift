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
        var position = 0
        while position < raw.count, unsafe raw[position] != newline {
            let end = unsafe raw[position...].firstIndex(of: newline) ?? raw.count
            let line = unsafe UnsafeRawBufferPointer(rebasing: raw[position..<end])
            if let value = unsafe line.value(of: "tree ") {
                tree = unsafe ObjectID(hexBytes: value)
            } else if let value = unsafe line.value(of: "parent "),
                let parent = unsafe ObjectID(hexBytes: value)
            {
                parents.append(parent)
            } else if let value = unsafe line.value(of: "author ") {
                unsafe author = author ?? Signature(raw: value)
            } else if let value = unsafe line.value(of: "committer ") {
                unsafe committer = committer ?? Signature(raw: value)
            }
            position = end + 1
        }
        guard let tree, let author, let committer else {
            throw GitError.badObject(id.description, reason: "not a commit, or a damaged one")
        }
        let message = unsafe raw[min(position, raw.count)...].drop { $0 == newline }
        self.init(
            id: id, tree: tree, parents: parents, author: author, committer: committer,
            message: unsafe String(decoding: message, as: UTF8.self))
    }
}

private let newline = UInt8(ascii: "\n")

extension ObjectID {
    init?(hexBytes bytes: UnsafeRawBufferPointer) {
        self.init(hex: unsafe String(decoding: bytes, as: UTF8.self))
    }
}

extension UnsafeRawBufferPointer {
    /// What follows `key`, where these bytes start with it.
    fileprivate func value(of key: StaticString) -> UnsafeRawBufferPointer? {
        let length = key.utf8CodeUnitCount
        guard count >= length else { return nil }
        for index in 0..<length where unsafe self[index] != key.utf8Start[index] { return nil }
        return unsafe UnsafeRawBufferPointer(rebasing: self[length...])
    }
}

extension Signature {
    /// `Name <email> 1767225600 +0100`.
    fileprivate init(raw: UnsafeRawBufferPointer) {
        let open = unsafe raw.firstIndex(of: UInt8(ascii: "<")) ?? raw.count
        let close = unsafe raw.lastIndex(of: UInt8(ascii: ">")) ?? raw.count
        let emailStart = min(open + 1, raw.count)
        let name = unsafe String(decoding: raw[..<open], as: UTF8.self)
        let email = unsafe String(decoding: raw[emailStart..<max(emailStart, close)], as: UTF8.self)
        let rest = unsafe String(decoding: raw[min(close + 1, raw.count)...], as: UTF8.self)
        let numbers = rest.split(separator: " ")
        let zone = numbers.count > 1 ? Int(numbers[1]) ?? 0 : 0
        self.init(
            name: String(name.trimmingSuffix { $0 == " " }), email: email,
            time: Timestamp(
                seconds: numbers.first.flatMap { Int64($0) } ?? 0, offset: zone / 100 * 60 + zone % 100))
    }
}

extension StringProtocol {
    func trimmingSuffix(while predicate: (Character) -> Bool) -> SubSequence {
        var end = endIndex
        while end > startIndex, predicate(self[index(before: end)]) { end = index(before: end) }
        return self[..<end]
    }
}
