internal import System

/// The trees that the index of a work tree holds: git keeps in it which of its folders are, file by file, a tree that
/// it knows (the `TREE` extension of gitformat-index), and makes commits of that. So what is checked out is listed
/// without reading a tree of it.
struct IndexedTrees {
    private struct File {
        /// Where its entry starts in `bytes`, and where its path is.
        let start: Int
        let path: Range<Int>
    }

    struct Folder {
        fileprivate let name: Range<Int>
        /// Nil where something in it differs from any tree that git knows.
        fileprivate let tree: ObjectID?
        /// How many files are in it and its folders.
        fileprivate let count: Int
        fileprivate let folders: [Folder]
    }

    private let bytes: [UInt8]
    private var files: [File] = []
    private(set) var root: Folder?

    /// Nil where the index is in a form that is not read here: a version 4, a part of another one, a merge under way.
    init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        guard bytes.count >= 12, bytes.starts(with: "DIRC".utf8), [2, 3].contains(number(at: 4)) else {
            return nil
        }
        var position = 12
        let count = number(at: 8)
        files.reserveCapacity(min(count, bytes.count / 64))
        for _ in 0..<count {
            guard let file = file(at: position) else { return nil }
            files.append(file)
            // One to eight zeros follow.
            position += (file.path.upperBound - position + 8) & ~7
        }
        while position + 8 <= bytes.count - ObjectID.byteCount {
            let content = (position + 8)..<(position + 8 + number(at: position + 4))
            guard content.upperBound <= bytes.count - ObjectID.byteCount else { return nil }
            if bytes[position..<content.lowerBound].starts(with: "TREE".utf8) {
                var start = content.lowerBound
                root = folder(at: &start, before: content.upperBound)
            } else if bytes[position] >= UInt8(ascii: "a") {
                // What one has to understand to read the index.
                return nil
            }
            position = content.upperBound
        }
    }

    /// The subfolder of a name.
    func folder(_ name: UnsafeRawBufferPointer, in folder: Folder) -> Folder? {
        folder.folders.first { unsafe name.elementsEqual(bytes[$0.name]) }
    }

    /// The files of a folder, with their whole paths; nil where it is not that tree.
    ///
    /// - Parameter path: Where the folder is, with a slash at the end; empty for the root.
    func files(
        of folder: Folder, at path: [UInt8], ifTree tree: ObjectID
    ) -> [(path: String, mode: FileMode, id: ObjectID)]? {
        guard folder.tree == tree else { return nil }
        let first = files.partitioningIndex { !bytes[$0.path].lexicographicallyPrecedes(path) }
        guard first + folder.count <= files.count else { return nil }
        let files = files[first..<(first + folder.count)]
        guard files.allSatisfy({ bytes[$0.path].starts(with: path) }) else { return nil }
        return files.map { file in
            (
                String(decoding: bytes[file.path], as: UTF8.self),
                FileMode(raw: UInt32(number(at: file.start + 24))), id(at: file.start + 40)
            )
        }
    }

    // MARK: Reading

    private func number(at position: Int) -> Int {
        bytes[position..<(position + 4)].reduce(0) { $0 << 8 | Int($1) }
    }

    private func id(at position: Int) -> ObjectID {
        unsafe bytes.withUnsafeBytes { unsafe ObjectID($0, at: position) }
    }

    /// Times, numbers of the system and the size; the mode at 24; the id at 40; flags at 60, twice as many where the
    /// first says so; the path.
    private func file(at start: Int) -> File? {
        guard start + 64 <= bytes.count else { return nil }
        let isExtended = bytes[start + 60] & 0x40 != 0
        let isMerging = bytes[start + 60] & 0x30 != 0
        let isPromised = isExtended && bytes[start + 62] & 0x20 != 0
        let path = start + (isExtended ? 64 : 62)
        guard !isMerging, !isPromised, let end = bytes[path...].firstIndex(of: 0) else { return nil }
        return File(start: start, path: path..<end)
    }

    /// The name, a zero, the number of files and that of folders as text, the tree where it is known, the folders.
    private func folder(at start: inout Int, before end: Int) -> Folder? {
        guard let nameEnd = bytes[start..<end].firstIndex(of: 0) else { return nil }
        let name = start..<nameEnd
        start = nameEnd + 1
        let count = decimal(at: &start, before: end, until: UInt8(ascii: " "))
        let isKnown = count != nil
        if !isKnown {
            guard bytes[start..<end].starts(with: "-1 ".utf8) else { return nil }
            start += 3
        }
        guard var open = decimal(at: &start, before: end, until: UInt8(ascii: "\n")),
            !isKnown || start + ObjectID.byteCount <= end
        else { return nil }
        let tree = isKnown ? id(at: start) : nil
        if isKnown { start += ObjectID.byteCount }
        var folders: [Folder] = []
        while open > 0 {
            guard let folder = folder(at: &start, before: end) else { return nil }
            folders.append(folder)
            open -= 1
        }
        return Folder(name: name, tree: tree, count: count ?? 0, folders: folders)
    }

    /// Digits and what ends them; nil, and nothing is read, where there is something else.
    private func decimal(at start: inout Int, before end: Int, until last: UInt8) -> Int? {
        var value = 0
        for position in start..<end {
            let byte = bytes[position]
            if byte == last, position > start {
                start = position + 1
                return value
            }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), value < 1 << 32 else { return nil }
            value = value * 10 + Int(byte & 15)
        }
        return nil
    }
}
