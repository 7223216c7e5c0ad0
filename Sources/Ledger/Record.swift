public import Git
public import System
internal import YAML

/// One line of JSON in a note: what happened, when, and to what.
///
/// The time is the first field and has a fixed width, so that lines sort by time; then `v`, `type` and `id`, then the
/// rest in a fixed order. Types are named as CDEvents names its events, where it has one.
public struct Record: Hashable, Sendable {
    /// UTC, with milliseconds: `2026-03-01T08:30:00.000Z`.
    public var time: String
    public var type: String
    /// Different for every record, the same wherever its line is copied to.
    public var id: String
    public var fields: [JSON.Field]
    /// By who stands behind it, in armour; nil where nobody signed it.
    public var signature: [UInt8]?

    /// - Parameters:
    ///   - object: What the record is attached to: it goes into the id only.
    ///   - fields: Those whose value is null are left out.
    public init(
        time: String = Timestamp.utcMilliseconds, type: String, on object: ObjectID, _ fields: [JSON.Field]
    ) throws {
        self.time = time
        self.type = type
        self.fields = fields.filter { !$0.value.isNull }
        let content = "\(object) \(time) \(type) \(JSON.object(self.fields))"
        id = String(try ObjectID.hash(ofBlob: Array(content.utf8)).description.prefix(20))
    }

    /// Nil for a line that is no record: nothing hinders people from writing notes of their own.
    public init?(line: String) {
        guard let json = try? JSON(parsing: Array(line.utf8)), let all = json.fields,
            let time = json["ts"]?.string, let type = json["type"]?.string, let id = json["id"]?.string
        else { return nil }
        self.time = time
        self.type = type
        self.id = id
        fields = all.filter { !["ts", "v", "type", "id", "signature"].contains($0.key) }
        signature = json["signature"]?.string.flatMap { Base64.decode($0.utf8) }
    }

    public var line: String {
        let last = signature.map { [JSON.Field("signature", .string(Base64.encode($0)))] } ?? []
        return JSON.object(head + fields + last).description
    }

    /// What is signed of a record on an object: all of it, so that it counts nowhere else.
    func signedBytes(on object: ObjectID) -> [UInt8] {
        Array("\(object) \(JSON.object(head + fields))".utf8)
    }

    private var head: [JSON.Field] {
        [
            JSON.Field("ts", .string(time)), JSON.Field("v", 1), JSON.Field("type", .string(type)),
            JSON.Field("id", .string(id)),
        ]
    }

    /// The value of a field; nil if there is none.
    public subscript(key: String) -> JSON? { fields.first { $0.key == key }?.value }
}

extension Pipeline {
    /// As it stands in records.
    public var json: JSON { JSON.record([("id", id), ("url", url), ("actor", actor)]) }

    /// Nil for what does not say which.
    public init?(_ json: JSON) {
        guard let id = json["id"]?.string ?? json.string else { return nil }
        self.init(id: id, url: json["url"]?.string, actor: json["actor"]?.string)
    }
}
