public import Git
internal import Manifests
internal import System

/// The records of a repository: in git notes, on commits, and on the hashes of artifacts and issue keys.
public struct RecordStore {
    /// What a note is attached to; each has a ref of its own.
    public enum Subject: String, Sendable, CaseIterable {
        case artifacts, deployments, issues

        public var ref: String { RecordStore.prefix + rawValue }
    }

    /// What all of the refs are below.
    public static let prefix = "refs/notes/gx/"

    let repository: Repository

    public init(_ repository: Repository) {
        self.repository = repository
    }

    /// The records on an object, oldest first.
    public func records(on object: ObjectID, _ subject: Subject) throws -> [Record] {
        try (repository.soundNotes(subject.ref)?.lines(on: object) ?? []).compactMap(Record.init(line:))
    }

    /// All records whose line has a text in it, such as the name of a type, with what they are attached to. In no
    /// particular order.
    public func all(_ subject: Subject, with text: String) throws -> [(ObjectID, Record)] {
        let entries = try repository.soundNotes(subject.ref)?.all() ?? []
        try repository.prefetch(entries.map(\.blob))
        let search = ByteSearch(text)
        var found: [(ObjectID, Record)] = []
        for entry in entries {
            // Most lines need not be parsed to know that they are others.
            let text = try repository.soundBlob(entry.blob, "the note on \(entry.object.short)")
            for line in text?.lines ?? [] where search.isIn(line) {
                if let record = Record(line: String(decoding: line, as: UTF8.self)) {
                    found.append((entry.object, record))
                }
            }
        }
        return found
    }

    /// All that is recorded of builds.
    public func builds() throws -> BuildRecords {
        let notes = try repository.soundNotes(Subject.artifacts.ref)?.all() ?? []
        let blobs = Set(notes.map(\.blob)).sorted()
        try repository.prefetch(blobs)
        return BuildRecords(try blobs.compactMap { try repository.soundBlob($0, "the note \($0.short)") })
    }

    /// Attaches records, whoever else does so at the same time.
    public func append(_ records: [Record], to object: ObjectID, _ subject: Subject) throws {
        try append([object: records], subject)
    }

    /// Attaches records to several objects, all or none.
    public func append(_ records: [ObjectID: [Record]], _ subject: Subject) throws {
        try repository.append(
            records.mapValues { $0.map(\.line) }, to: subject.ref,
            message: Self.message(records.values.joined().count))
    }

    /// Writes the notes commit that attaches records to what a remote has, for a push to it: no ref is moved.
    public func commit(
        _ records: [Record], to object: ObjectID, _ subject: Subject, onNotesOf remote: String
    ) throws -> PushUpdate {
        let fetched = try repository.fetchedNotes(subject.rawValue, from: remote)
        let commit = try repository.commit(
            [object: records.map(\.line)], to: fetched, message: Self.message(records.count))
        return PushUpdate(subject.ref, to: commit, expecting: .exactly(fetched.commit))
    }

    /// Takes over what was pushed.
    public func adopt(_ pushed: PushUpdate) throws {
        if let target = pushed.target { try repository.mergeNotes(pushed.name, with: target) }
    }

    private static func message(_ count: Int) -> String {
        count == 1 ? "Add a record" : "Add \(count) records"
    }
}

extension [UInt8] {
    /// Its lines without the empty ones.
    var lines: [[UInt8]] { split(separator: UInt8(ascii: "\n")).map(Array.init) }
}
