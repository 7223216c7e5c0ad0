public import Git
internal import Glibc
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

    /// All that is recorded of builds. What names what is kept in the common git directory, and only notes that are new
    /// are read for it.
    ///
    /// - Parameter report: Told of records that can't be read when they are wanted.
    public func builds(_ report: @escaping (any Error) -> Void = { _ in }) throws -> BuildRecords {
        let tables = try repository.soundNotes(Subject.artifacts.ref).map(tables) ?? RecordTables()
        let repository = repository
        return BuildRecords(tables) { (blob: ObjectID) -> [UInt8]? in
            do { return try repository.soundBlob(blob, "the note \(blob.short)") } catch {
                report(error)
                return nil
            }
        }
    }

    private func tables(of notes: Notes) throws -> RecordTables {
        guard let tree = notes.tree else { return RecordTables() }
        let folder = repository.commonDirectory + "/gx"
        var file = IndexFile<RecordTables>("builds", in: folder, configuration: Self.version)
        var tables = file.read() ?? RecordTables()
        guard tables.tree != tree else { return tables }
        let old = tables.tree.flatMap { repository.contains($0) ? $0 : nil }
        if old == nil { tables = RecordTables() }
        let changes = Array(try notes.differences(fromTree: old).values)
        try repository.prefetch(changes.flatMap(\.new))
        try tables.extend(to: tree, changes) { try repository.soundBlob($0, "the note \($0.short)") ?? [] }
        // What was made of damaged notes is not kept, and what can't be written is read again.
        guard !repository.hasDamage else { return tables }
        unsafe mkdir(folder, 0o755)
        try? file.write(tables)
        return tables
    }

    /// Of what is kept: other fields are another one.
    private static let version = Lookup.hash(Array(RecordTables.fields.joined(separator: " ").utf8).span)

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
