internal import Glibc
internal import System

extension Repository {
    /// Adds lines to the notes of objects, all in one commit. Lines that are there already are not written again, and
    /// where nothing is new there is no commit.
    ///
    /// However many write at once, nobody's lines are lost: the ref moves only from the commit that was added to,
    /// otherwise it is done again on the new one.
    ///
    /// - Parameters:
    ///   - ref: The full name, `refs/notes/gx/artifacts`.
    ///   - lines: By the object that they are attached to, which need not exist. None has a line break in it.
    /// - Returns: Where the ref is now.
    @discardableResult
    public func append(_ lines: [ObjectID: [String]], to ref: String, message: String) throws(GitError)
        -> ObjectID?
    {
        try retrying(ref) { (current) throws(GitError) in
            try commit(lines, to: current, message: message)
        }
    }

    /// Writes the commit that notes become by more lines, as `append` does it; no ref is moved. For a push that moves
    /// the remote's ref first.
    ///
    /// - Returns: Where nothing is new, what the notes are at.
    public func commit(
        _ lines: [ObjectID: [String]], to notes: Notes, message: String
    ) throws(GitError) -> ObjectID? {
        for line in lines.values.joined() where line.utf8.contains(where: { $0 == 10 || $0 == 0 }) {
            throw GitError.refused(doing: "write a note", reason: "a record with a line break or a NUL in it")
        }
        var edits: [TreeEdit] = []
        for (object, new) in lines {
            let all = try notes.lineSet(on: object) + new.map { Array($0.utf8) }
            edits += try self.edits(writing: all, on: object, to: notes)
        }
        return edits.isEmpty ? notes.commit : try commit(edits, to: notes, and: [], message: message)
    }

    /// Takes over what another notes commit has, such as the remote's: for each note what one side changed since
    /// their common ancestor, and the union of lines where both did.
    ///
    /// - Returns: Where the ref is now.
    @discardableResult
    public func mergeNotes(_ ref: String, with other: ObjectID) throws(GitError) -> ObjectID? {
        try retrying(ref) { (current) throws(GitError) in
            guard let ours = current.commit else { return other }
            let base = try commonNotes(ours, other)
            if base == other { return ours }
            if base == ours { return other }
            let ancestor = try Notes(self, at: base)
            let theirs = try Notes(self, at: other)
            var edits: [TreeEdit] = []
            for (object, sides) in try theirs.differences(from: ancestor) {
                let isUnchanged = try Set(current.places(of: object).map(\.blob)) == sides.old
                let own = isUnchanged ? [] : try current.lineSet(on: object)
                edits += try self.edits(writing: own + theirs.lineSet(on: object), on: object, to: current)
            }
            return try commit(edits, to: current, and: [other], message: "Merge notes of \(other.short)")
        }
    }

    /// The common ancestor; nil where there is none, or a shallow clone does not have it: then everything differs,
    /// and the union is right.
    private func commonNotes(_ ours: ObjectID, _ theirs: ObjectID) throws(GitError) -> ObjectID? {
        do { return try mergeBase(ours, theirs) } catch {
            if case .tooShallow = error { return nil }
            throw error
        }
    }

    /// What makes these lines an object's note, in one place; nothing where they are it already.
    private func edits(
        writing lines: [[UInt8]], on object: ObjectID, to notes: Notes
    ) throws(GitError) -> [TreeEdit] {
        let lines = lines.flatMap(\.noteLines).sortedOnce
        if try lines == notes.lineSet(on: object) { return [] }
        let path = Notes.path(of: object)
        let places = try notes.places(of: object).map(\.path)
        if lines.isEmpty { return places.map { .remove(path: $0) } }
        let blob = try write(blob: lines.flatMap { $0 + [UInt8(ascii: "\n")] })
        return places.filter { $0 != path }.map { .remove(path: $0) } + [.put(path: path, id: blob)]
    }

    private func commit(
        _ edits: [TreeEdit], to notes: Notes, and others: [ObjectID], message: String
    ) throws(GitError) -> ObjectID {
        try createCommit(
            tree: tree(editing: notes.tree, edits), parents: [notes.commit].compactMap(\.self) + others,
            message: message + "\n", signing: false)
    }

    /// Moves a notes ref to what `make` builds on it, as often as somebody else was faster. Of those who try at once
    /// one always succeeds.
    private func retrying(
        _ ref: String, _ make: (Notes) throws(GitError) -> ObjectID?
    ) throws(GitError) -> ObjectID? {
        let deadline = Clock.milliseconds + 30_000
        while true {
            let current = try notes(ref)
            guard let next = try make(current), next != current.commit else { return current.commit }
            do {
                try update(ref, to: next, expecting: current.commit, log: "gx: notes")
                return next
            } catch {
                switch error {
                case .referenceMoved, .referenceLocked:
                    if Clock.milliseconds > deadline { throw error }
                    usleep(.random(in: 1_000...20_000))
                default: throw error
                }
            }
        }
    }
}
