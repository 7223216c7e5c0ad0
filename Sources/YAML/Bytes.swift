extension UInt8 {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")

    var isBlank: Bool { self == .space || self == .tab }
    var isBreak: Bool { self == .lineFeed || self == .carriageReturn }
    var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
    var isUTF8Continuation: Bool { self & 0xC0 == 0x80 }
}

/// Lines of a file. A carriage return before the line feed belongs to the line break.
extension [UInt8] {
    func lineStart(of offset: Int) -> Int {
        var start = offset
        while start > 0, self[start - 1] != .lineFeed { start -= 1 }
        if start == 0, self.starts(with: [0xEF, 0xBB, 0xBF]) { return Swift.min(3, offset) }
        return start
    }

    /// The first line break that libyaml takes for one and that is not counted here: a carriage return alone, and
    /// U+0085, U+2028, U+2029 of YAML 1.1 (§ 5.4).
    var firstRareBreak: Int? {
        indices.first { offset in
            switch self[offset] {
            case .carriageReturn: offset + 1 == count || self[offset + 1] != .lineFeed
            case 0xC2: offset + 1 < count && self[offset + 1] == 0x85
            case 0xE2: offset + 2 < count && self[offset + 1] == 0x80 && self[offset + 2] & 0xFE == 0xA8
            default: false
            }
        }
    }

    /// Where the line ends, before its line break.
    func lineEnd(of offset: Int) -> Int {
        var end = offset
        while end < count, self[end] != .lineFeed { end += 1 }
        return end > offset && end <= count && self[end - 1] == .carriageReturn ? end - 1 : end
    }

    /// Where the next line starts, or the end of the file.
    func nextLine(after offset: Int) -> Int {
        var end = offset
        while end < count, self[end] != .lineFeed { end += 1 }
        return Swift.min(end + 1, count)
    }

    /// The first offset at or after `offset`, below `limit`, that holds no space or tab.
    func skipBlanks(from offset: Int, to limit: Int? = nil) -> Int {
        let limit = limit ?? count
        var offset = offset
        while offset < limit, self[offset].isBlank { offset += 1 }
        return offset
    }

    /// As ``skipBlanks(from:to:)``, over line breaks and comments too.
    func skipToToken(from offset: Int, to limit: Int? = nil) -> Int {
        let limit = limit ?? count
        var offset = offset
        while offset < limit {
            if self[offset].isBlank || self[offset].isBreak {
                offset += 1
            } else if self[offset] == UInt8(ascii: "#") {
                while offset < limit, self[offset] != .lineFeed { offset += 1 }
            } else {
                break
            }
        }
        return offset
    }
}
