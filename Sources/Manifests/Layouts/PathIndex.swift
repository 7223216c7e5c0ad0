internal import Git
internal import System

/// All paths of a commit behind each other, so that thousands are matched without a copy.
struct PathIndex {
    let bytes: [UInt8]
    /// Where each path starts, and at last where the last one ends.
    private let starts: [Int]

    /// - Parameter paths: Sorted by bytes.
    init(_ paths: [String]) {
        var bytes: [UInt8] = []
        var starts = [0]
        starts.reserveCapacity(paths.count + 1)
        for path in paths {
            bytes.append(contentsOf: path.utf8)
            starts.append(bytes.count)
        }
        self.bytes = bytes
        self.starts = starts
    }

    var indices: Range<Int> { 0..<(starts.count - 1) }

    /// Where a path stands in `bytes`.
    subscript(index: Int) -> Range<Int> { starts[index]..<starts[index + 1] }

    /// The paths that start so.
    func indices(startingWith prefix: [UInt8]) -> Range<Int> {
        let start = indices.partitioningIndex { index in
            let path = self[index]
            for offset in 0..<min(path.count, prefix.count) {
                let byte = bytes[path.lowerBound + offset]
                if byte != prefix[offset] { return byte > prefix[offset] }
            }
            return path.count >= prefix.count
        }
        let end = (start..<indices.upperBound).partitioningIndex { index in
            !bytes.has(prefix, at: self[index].lowerBound, before: self[index].upperBound)
        }
        return start..<end
    }

    /// The folders that hold files, each with its path's range in `bytes` and its files.
    var folders: [(path: Range<Int>, files: [Int])] {
        var folders: [(path: Range<Int>, files: [Int])] = []
        // The folders on the way to the path before, outermost first: their length and their place in `folders`.
        var open: [(length: Int, folder: Int)] = []
        var previous = 0..<0
        for index in indices {
            let path = self[index]
            let length = (bytes[path].lastIndex(of: UInt8(ascii: "/")) ?? path.lowerBound) - path.lowerBound
            while let last = open.last, last.length > 0,
                last.length > length
                    || !bytes.agree(previous.prefix(last.length + 1), path.prefix(last.length + 1))
            {
                open.removeLast()
            }
            if open.last?.length != length {
                open.append((length, folders.count))
                folders.append((path.prefix(length), []))
            }
            if let last = open.last { folders[last.folder].files.append(index) }
            previous = path
        }
        return folders
    }
}

extension Range<Int> {
    fileprivate func prefix(_ length: Int) -> Range {
        lowerBound..<Swift.min(upperBound, lowerBound + length)
    }
}
