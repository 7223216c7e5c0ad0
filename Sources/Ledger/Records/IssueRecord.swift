public import Git
public import System
internal import YAML

/// What a team's tracker says of an issue: the record that is attached to its key.
public struct IssueRecord: Hashable, Sendable {
    public static let type = "dev.gx.issue"

    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case feature, bug
    }

    public var key: String
    public var title: String?
    public var kind: Kind?
    public var url: String?
    /// As the tracker calls it: `done`.
    public var status: String?
    /// For a bug, the version or the commit that brought it in.
    public var introduced: String?

    public init(
        key: String, title: String? = nil, kind: Kind? = nil, url: String? = nil, status: String? = nil,
        introduced: String? = nil
    ) {
        (self.key, self.title, self.kind, self.url) = (key, title, kind, url)
        (self.status, self.introduced) = (status, introduced)
    }

    /// What a key's records are attached to: the hash of the key as a line of text, which is never written.
    public static func object(of key: String) throws -> ObjectID {
        try ObjectID.hash(ofBlob: Array((key + "\n").utf8))
    }

    /// The line to write.
    public func record(time: String = Timestamp.utcMilliseconds) throws -> Record {
        try Record(
            time: time, type: Self.type, on: Self.object(of: key),
            [
                JSON.Field("key", .string(key)), JSON.Field("title", .optional(title)),
                JSON.Field("kind", .optional(kind?.rawValue)), JSON.Field("url", .optional(url)),
                JSON.Field("status", .optional(status)), JSON.Field("introduced", .optional(introduced)),
            ])
    }

    /// Nil for records of other types, and for those that do not say of what.
    public init?(_ record: Record) {
        guard record.type == Self.type, let key = record["key"]?.string else { return nil }
        self.init(
            key: key, title: record["title"]?.string, kind: record["kind"]?.string.flatMap(Kind.init),
            url: record["url"]?.string, status: record["status"]?.string,
            introduced: record["introduced"]?.string)
    }

    /// What several records of one issue say together: the newest of everything. Nil for none.
    ///
    /// - Parameter records: Oldest first.
    public static func merged(_ records: [IssueRecord]) -> IssueRecord? {
        guard var all = records.first else { return nil }
        for next in records.dropFirst() {
            all.title = next.title ?? all.title
            all.kind = next.kind ?? all.kind
            all.url = next.url ?? all.url
            all.status = next.status ?? all.status
            all.introduced = next.introduced ?? all.introduced
        }
        return all
    }
}
