/// The lines that are attached to objects under one notes ref, as they were at one commit.
///
/// A note is a file whose path is the object's 40 digits, spread over folders of two digits each as deep as git
/// likes. The object itself need not exist.
public struct Notes {
    /// A note: whose it is, and the blob that has its lines.
    public struct Entry: Hashable, Sendable {
        public let object: ObjectID
        public let blob: ObjectID
    }

    private let repository: Repository
    /// The commit that was read; nil where there is no such ref.
    public let commit: ObjectID?
    public let tree: ObjectID?

    init(_ repository: Repository, at commit: ObjectID?) throws(GitError) {
        self.repository = repository
        self.commit = commit
        tree = if let commit { try repository.commit(commit).tree } else { nil }
    }

    /// The lines attached to an object; none where it has no note. Empty lines, which `git notes append` leaves,
    /// are skipped. What is damaged is left out.
    public func lines(on object: ObjectID) throws(GitError) -> [String] {
        let found = try repository.ifSound(object, what: "the note on \(object.short)") {
            () throws(GitError) in try places(of: object)
        }
        var lines: [[UInt8]] = []
        for place in found ?? [] {
            lines += try repository.soundBlob(place.blob, "the note on \(object.short)")?.noteLines ?? []
        }
        return lines.sortedOnce.map { String(decoding: $0, as: UTF8.self) }
    }

    /// All notes, in no particular order.
    public func all() throws(GitError) -> [Entry] {
        guard let tree else { return [] }
        return try repository.files(inTree: tree).compactMap { path, _, blob in
            Notes.object(at: path).map { Entry(object: $0, blob: blob) }
        }
    }

    /// The notes that were written since another state of the same ref: what an index has still to read. Where a
    /// note was only moved to another folder it is not among them.
    public func written(since old: Notes) throws(GitError) -> [Entry] {
        try differences(from: old).compactMap { object, sides in
            guard sides.new != sides.old, let blob = sides.new.first else { return nil }
            return Entry(object: object, blob: blob)
        }.sorted { $0.object < $1.object }
    }

    /// The blobs of every object whose note differs: several where it has several notes.
    func differences(
        from old: Notes
    ) throws(GitError) -> [ObjectID: (old: Set<ObjectID>, new: Set<ObjectID>)] {
        try differences(fromTree: old.tree)
    }

    /// The same, from a tree of notes; nil is none.
    public func differences(
        fromTree old: ObjectID?
    ) throws(GitError) -> [ObjectID: (old: Set<ObjectID>, new: Set<ObjectID>)] {
        var objects: Set<ObjectID> = []
        for change in try repository.changes(from: old, to: tree) {
            if let object = Notes.object(at: change.path) { objects.insert(object) }
        }
        var differences: [ObjectID: (old: Set<ObjectID>, new: Set<ObjectID>)] = [:]
        for object in objects {
            differences[object] = (
                Set(try places(of: object, in: old).map(\.blob)), Set(try places(of: object).map(\.blob))
            )
        }
        return differences
    }

    /// Where an object's note is, at every depth; more than one place only where other programs left them.
    func places(of object: ObjectID) throws(GitError) -> [(path: String, blob: ObjectID)] {
        try places(of: object, in: tree)
    }

    private func places(
        of object: ObjectID, in root: ObjectID?
    ) throws(GitError) -> [(path: String, blob: ObjectID)] {
        var found: [(path: String, blob: ObjectID)] = []
        var folder = root
        var path = ""
        var rest = object.description[...]
        while let current = folder {
            let tree = try repository.rawTree(current)
            let file = try tree.entry(named: rest.utf8)
            if let file, file.mode != .tree { found.append((path + rest, file.id)) }
            let digits = rest.prefix(2)
            rest = rest.dropFirst(2)
            let next = try tree.entry(named: digits.utf8)
            folder = next?.mode == .tree && !rest.isEmpty ? next?.id : nil
            path += digits + "/"
        }
        return found
    }

    /// The lines of all of an object's places, none left out, sorted by their bytes and each once, as git's `cat_sort_uniq` has them.
    func lineSet(on object: ObjectID) throws(GitError) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for place in try places(of: object) { lines += try repository.blob(place.blob).noteLines }
        return lines.sortedOnce
    }

    /// Where gx writes an object's note: one level of folders keeps trees small up to some ten thousand notes.
    static func path(of object: ObjectID) -> String {
        let digits = object.description
        return "\(digits.prefix(2))/\(digits.dropFirst(2))"
    }

    /// The object whose note is at a path; nil for files that are no notes.
    static func object(at path: String) -> ObjectID? {
        ObjectID(digits: path.utf8.lazy.filter { $0 != UInt8(ascii: "/") })
    }
}

extension Repository {
    /// The notes of a ref, given by its full name, as they are now.
    public func notes(_ ref: String) throws(GitError) -> Notes {
        try Notes(self, at: reference(ref))
    }

    /// The same to be read, not to be written: nil where there are none, or where their commit is damaged.
    public func soundNotes(_ ref: String) throws(GitError) -> Notes? {
        guard let commit = try reference(ref) else { return nil }
        return try ifSound(commit, what: ref) { () throws(GitError) in try Notes(self, at: commit) }
    }

    /// The notes that a ref had at a commit; nil for none.
    public func notes(at commit: ObjectID?) throws(GitError) -> Notes {
        try Notes(self, at: commit)
    }
}

extension [UInt8] {
    /// Its lines without the empty ones.
    var noteLines: [[UInt8]] { split(separator: UInt8(ascii: "\n")).map(Array.init) }
}

extension [[UInt8]] {
    var sortedOnce: [[UInt8]] {
        Set(self).sorted { $0.lexicographicallyPrecedes($1) }
    }
}
