internal import Git
internal import System
internal import YAML

/// A commit of a source repository, as records list it.
public struct SourceCommit: Hashable, Sendable {
    public var id: String
    /// ISO 8601.
    public var time: String
    public var author: String
    public var subject: String
    public var issues: [String]
    /// What became of it: not recorded, since what was taken back names no issues.
    public var fate = ReleaseContents.Fate.kept

    public init(id: String, time: String, author: String, subject: String, issues: [String] = []) {
        (self.id, self.time, self.author, self.subject, self.issues) = (id, time, author, subject, issues)
    }
}

extension SourceCommit {
    /// As it stands in records.
    var json: JSON {
        .object(
            [
                JSON.Field("id", .string(id)), JSON.Field("time", .string(time)),
                JSON.Field("author", .string(author)), JSON.Field("subject", .string(subject)),
                JSON.Field("issues", .list(issues.map(JSON.string))),
            ].filter { !$0.value.isNull })
    }

    /// Nil for what names no commit.
    init?(_ json: JSON) {
        guard let id = json["id"]?.string else { return nil }
        self.init(
            id: id, time: json["time"]?.string ?? "", author: json["author"]?.string ?? "",
            subject: json["subject"]?.string ?? "",
            issues: (json["issues"]?.array ?? []).compactMap(\.string))
    }
}
