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
        if old != new {
            try compare(old, newID: new, below: "", depth: 0, entering: entering, changes: &changes)
        }
        return changes
    }

    /// Both trees stand in git's order, so that one pass over both finds what differs.
    private func compare(
        _ oldID: ObjectID?, newID: ObjectID?, below path: String, depth: Int,
        entering: (String) -> Bool,
        changes: inout [Change]
    ) throws(GitError) {
        try RawTree.check(depth: depth, files: changes.count)
        let oldTree = try oldID.map(rawTree)
        let newTree = try newID.map(rawTree)
        var position = (old: 0, new: 0)
        while true {
            if let oldTree, let newTree { RawTree.skipEqual(in: oldTree, newTree, &position) }
            let old = try oldTree?.entry(at: position.old)
            let new = try newTree?.entry(at: position.new)
            if old == nil, new == nil { return }
            let order = RawTree.order(old, in: oldTree, new, in: newTree)
            let (left, right) = (order <= 0 ? old : nil, order >= 0 ? new : nil)
            if let left { position.old = left.end }
            if let right { position.new = right.end }
            guard
                let name = left.flatMap({ oldTree?.name(of: $0) }) ?? right.flatMap({ newTree?.name(of: $0) })
            else { continue }
            try report(left, new: right, at: path + name, depth: depth, entering: entering, changes: &changes)
        }
    }

    /// Entries that are equal in the trees' order are both folders or neither is.
    private func report(
        _ old: RawTree.Entry?, new: RawTree.Entry?, at path: String, depth: Int,
        entering: (String) -> Bool, changes: inout [Change]
    ) throws(GitError) {
        if (old ?? new)?.mode == .tree {
            if entering(path) {
                try compare(
                    old?.id, newID: new?.id, below: path + "/", depth: depth + 1, entering: entering,
                    changes: &changes)
            }
        } else {
            changes.append(
                Change(
                    path: path, old: old.map { Change.Side(mode: $0.mode, id: $0.id) },
                    new: new.map { Change.Side(mode: $0.mode, id: $0.id) }))
        }
    }
}

extension RawTree {
    /// Moves on while the entries of two trees are the same, byte by byte: nearly all of them are.
    fileprivate static func skipEqual(in old: RawTree, _ new: RawTree, _ position: inout (old: Int, new: Int))
    {
        guard let oldStart = unsafe old.bytes.baseAddress, let newStart = unsafe new.bytes.baseAddress else {
            return
        }
        let (left, right) = unsafe (oldStart + position.old, newStart + position.new)
        let (oldCount, newCount) = (old.count - position.old, new.count - position.new)
        let same = unsafe countOfEqual(left, right: right, count: min(oldCount, newCount))
        var end = same
        if same < oldCount || same < newCount {
            // Back to the start of the entry in which they differ.
            end = 0
            while let name = unsafe memchr(left + end, 0, same - end) {
                let next = unsafe UnsafeRawPointer(name) - left + RawTree.Entry.suffix
                if next > same { break }
                end = next
            }
        }
        position.old += end
        position.new += end
    }

    /// How many bytes are the same at the start of two stretches of memory.
    private static func countOfEqual(_ left: UnsafeRawPointer, right: UnsafeRawPointer, count: Int) -> Int {
        let block = 128
        var index = 0
        while index + block <= count, unsafe memcmp(left + index, right + index, block) == 0 {
            index += block
        }
        while index < count,
            unsafe left.load(fromByteOffset: index, as: UInt8.self)
                == right.load(fromByteOffset: index, as: UInt8.self)
        { index += 1 }
        return index
    }

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
