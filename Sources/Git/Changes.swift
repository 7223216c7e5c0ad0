internal import Glibc

/// A file that differs between two trees.
public struct Change: Hashable, Sendable {
    /// One side of a change.
    public struct Side: Hashable, Sendable {
        public let mode: FileMode
        public let id: ObjectID
    }

    public let path: String
    /// Nil where the file is new.
    public let old: Side?
    /// Nil where the file is gone.
    public let new: Side?
}

extension Repository {
    /// The files that differ between two trees (nil: an empty one), in the order of their paths' bytes. A file that
    /// becomes a folder is one that goes, and those in the folder. Renames are not looked for.
    ///
    /// - Parameter entering: Whether a folder, given by its path, is looked into.
    public func changes(
        from old: ObjectID?, to new: ObjectID?, entering: (String) -> Bool = { _ in true }
    ) throws(GitError) -> [Change] {
        var changes: [Change] = []
        if old != new { try compare(old, new, below: "", entering, &changes) }
        return changes
    }

    /// Both trees stand in git's order, so that one pass over both finds what differs.
    private func compare(
        _ oldID: ObjectID?, _ newID: ObjectID?, below path: String, _ entering: (String) -> Bool,
        _ changes: inout [Change]
    ) throws(GitError) {
        let oldTree = try oldID.map(rawTree)
        let newTree = try newID.map(rawTree)
        var old = try oldTree?.entry(at: 0)
        var new = try newTree?.entry(at: 0)
        while old != nil || new != nil {
            let order = RawTree.order(old, in: oldTree, new, in: newTree)
            let (left, right) = (order <= 0 ? old : nil, order >= 0 ? new : nil)
            if let left { old = try oldTree?.entry(at: left.end) }
            if let right { new = try newTree?.entry(at: right.end) }
            if let left, let right, left.id == right.id, left.rawMode == right.rawMode { continue }
            guard
                let name = left.flatMap({ oldTree?.name(of: $0) }) ?? right.flatMap({ newTree?.name(of: $0) })
            else { continue }
            try report(left, right, at: path + name, entering, &changes)
        }
    }

    /// Entries that are equal in the trees' order are both folders or neither is.
    private func report(
        _ old: RawTree.Entry?, _ new: RawTree.Entry?, at path: String, _ entering: (String) -> Bool,
        _ changes: inout [Change]
    ) throws(GitError) {
        if (old ?? new)?.mode == .tree {
            if entering(path) { try compare(old?.id, new?.id, below: path + "/", entering, &changes) }
        } else {
            changes.append(
                Change(
                    path: path, old: old.map { Change.Side(mode: $0.mode, id: $0.id) },
                    new: new.map { Change.Side(mode: $0.mode, id: $0.id) }))
        }
    }
}

extension RawTree {
    /// Which of two entries comes first, in git's order: below zero for the left one. Nil comes last.
    fileprivate static func order(
        _ left: Entry?, in leftTree: RawTree?, _ right: Entry?, in rightTree: RawTree?
    ) -> Int {
        guard let left, let leftTree else { return 1 }
        guard let right, let rightTree else { return -1 }
        let (leftName, rightName) = unsafe (leftTree.nameBytes(of: left), rightTree.nameBytes(of: right))
        let common = min(leftName.count, rightName.count)
        if let a = leftName.baseAddress, let b = rightName.baseAddress {
            let order = unsafe memcmp(a, b, common)
            if order != 0 { return Int(order) }
        }
        // What follows a name is `/` for a folder, and nothing for a file.
        let next = { (name: UnsafeRawBufferPointer, entry: Entry) -> Int in
            if name.count > common { return unsafe Int(name[common]) }
            return entry.mode == .tree ? Int(UInt8(ascii: "/")) : 0
        }
        return unsafe next(leftName, left) - next(rightName, right)
    }
}
