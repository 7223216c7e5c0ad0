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
        let lines = try notes(subject).flatMap { try $0.lines(on: object) }
        return unique(lines).sorted().compactMap(Record.init(line:))
    }

    /// All records whose line has a text in it, such as the name of a type, with what they are attached to. In no
    /// particular order.
    public func all(_ subject: Subject, with text: String) throws -> [(ObjectID, Record)] {
        let sources = try notes(subject)
        let entries = unique(try sources.flatMap { try $0.all() })
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
        // A note that has grown elsewhere has the lines that it has here, too.
        guard sources.count > 1 else { return found }
        var seen: Set<String> = []
        return found.filter { object, record in seen.insert("\(object) \(record.id)").inserted }
    }

    /// The notes of a subject as they are here, and as remotes had them when they were fetched last where that is not
    /// known here yet. Whatever reads records reads all of these, so that no two answers differ.
    private func notes(_ subject: Subject) throws -> [Notes] {
        let own = try repository.soundNotes(subject.ref)
        var all = [own].compactMap(\.self)
        for remote in try repository.remotes {
            let fetched = try repository.soundFetchedNotes(subject.rawValue, from: remote)
            guard let fetched, let tip = fetched.commit, tip != own?.commit else { continue }
            // What was united with the notes here is in them.
            if let known = own?.commit, (try? repository.isAncestor(tip, of: known)) == true { continue }
            all.append(fetched)
        }
        return all
    }

    /// The versions that records hold and let in again, oldest first. Only notes that are new are read for it.
    func holds() throws -> [HoldRecord] {
        let tables = try tables(.deployments)
        let found = HoldTrailer.Act.allCases.flatMap { tables.texts(saying: $0.recordType, in: "type") }
        let counts = found.isEmpty ? [] : tables.counts
        let blobs = Set(found).filter { counts[$0] > 0 }.sorted().map(tables.blob)
        let texts = try blobs.map { try repository.soundBlob($0, "the note \($0.short)") ?? [] }
        let records = texts.flatMap(\.lines).compactMap { Record(line: String(decoding: $0, as: UTF8.self)) }
        return unique(records).sorted { ($0.time, $0.id) < ($1.time, $1.id) }.compactMap(HoldRecord.init)
    }

    /// All that is recorded of builds. What names what is kept in the common git directory, and only notes that are new
    /// are read for it.
    ///
    /// - Parameter report: Told of records that can't be read when they are wanted.
    public func builds(_ report: @escaping (any Error) -> Void = { _ in }) throws -> BuildRecords {
        let repository = repository
        return BuildRecords(try tables(.artifacts)) { (blob: ObjectID) -> [UInt8]? in
            do { return try repository.soundBlob(blob, "the note \(blob.short)") } catch {
                report(error)
                return nil
            }
        }
    }

    /// What names what in all notes of a subject.
    private func tables(_ subject: Subject) throws -> RecordTables {
        let sources = try notes(subject)
        guard let first = sources.first else { return RecordTables() }
        var tables = try tables(of: first, subject)
        for other in sources.dropFirst() {
            let new = try other.differences(fromTree: first.tree).values.map {
                (old: Set<ObjectID>(), new: $0.new.subtracting($0.old))
            }
            try repository.prefetch(new.flatMap(\.new))
            // What was not united with the notes here soon will be: it is not kept.
            guard let tree = first.tree else { continue }
            try tables.extend(to: tree, new, terms: subject.terms) {
                try repository.soundBlob($0, "the note \($0.short)") ?? []
            }
        }
        return tables
    }

    private func tables(of notes: Notes, _ subject: Subject) throws -> RecordTables {
        guard let tree = notes.tree else { return RecordTables() }
        let folder = repository.commonDirectory + "/gx"
        var file = IndexFile<RecordTables>(subject.indexName, in: folder, configuration: subject.indexVersion)
        var tables = file.read() ?? RecordTables()
        guard tables.tree != tree else { return tables }
        let old = tables.tree.flatMap { repository.contains($0) ? $0 : nil }
        if old == nil { tables = RecordTables() }
        let changes = Array(try notes.differences(fromTree: old).values)
        try repository.prefetch(changes.flatMap(\.new))
        try tables.extend(to: tree, changes, terms: subject.terms) {
            try repository.soundBlob($0, "the note \($0.short)") ?? []
        }
        // What was made of damaged notes is not kept, nor what a push brings that may be refused; what can't be
        // written is read again.
        guard !repository.hasDamage, !repository.isReceiving else { return tables }
        repository.makeMemoryFolder()
        try? file.write(tables)
        return tables
    }

    /// Attaches records, whoever else does so at the same time.
    public func append(_ records: [Record], to object: ObjectID, _ subject: Subject) throws {
        try append([object: records], subject)
    }

    /// Attaches records to several objects, all or none.
    public func append(_ records: [ObjectID: [Record]], _ subject: Subject) throws {
        let lines = try records.map { object, records in
            (object, try records.map { try $0.signed(on: object, in: repository).line })
        }
        try repository.append(
            Dictionary(uniqueKeysWithValues: lines), to: subject.ref,
            message: Self.message(records.values.joined().count))
    }

    /// Writes the notes commit that attaches records to what a remote has, for a push to it: no ref is moved.
    public func commit(
        _ records: [Record], to object: ObjectID, _ subject: Subject, onNotesOf remote: String
    ) throws -> PushUpdate {
        let fetched = try repository.fetchedNotes(subject.rawValue, from: remote)
        let lines = try records.map { try $0.signed(on: object, in: repository).line }
        let commit = try repository.commit(
            [object: lines], to: fetched, message: Self.message(records.count))
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

extension RecordStore.Subject {
    /// What is kept of its records, so that they are found by it.
    var terms: [RecordTables.Term] {
        switch self {
        case .artifacts:
            [
                "artifact", "digest", "commit", "previous", "id", "issues", "pullRequests", "pipeline", "url",
            ].map { RecordTables.Term(field: $0) }
        case .deployments:
            [
                RecordTables.Term(
                    field: "type", values: Set(HoldTrailer.Act.allCases.map(\.recordType)))
            ]
        case .issues: []
        }
    }

    /// The file that it is kept in.
    fileprivate var indexName: String {
        switch self {
        case .artifacts: "builds"
        case .deployments, .issues: rawValue
        }
    }

    /// Of what is kept: other terms are another one.
    fileprivate var indexVersion: UInt64 {
        let words = terms.map { "\($0.field) \($0.values?.sorted().joined(separator: " ") ?? "*")" }
        return Lookup.hash(Array(words.joined(separator: "\n").utf8).span)
    }
}
