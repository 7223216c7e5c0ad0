internal import CLibGit2

/// The SHA-1 name of an object: twenty bytes, kept inline.
public struct ObjectID: Hashable, Comparable, Sendable {
    // Big-endian words, so that comparing them compares the bytes.
    private let high: UInt64
    private let middle: UInt64
    private let low: UInt32

    /// Exactly 40 hexadecimal digits; nil for anything else.
    public init?(hex: some StringProtocol) {
        self.init(digits: hex.utf8)
    }

    init?(hexBytes bytes: UnsafeRawBufferPointer) {
        unsafe self.init(digits: bytes)
    }

    @inline(__always)
    init?(digits: some Sequence<UInt8>) {
        var rest = digits.makeIterator()
        func word(of count: Int) -> UInt64? {
            var word: UInt64 = 0
            for _ in 0..<count {
                guard let value = rest.next().flatMap(hexValue) else { return nil }
                word = word << 4 | UInt64(value)
            }
            return word
        }
        guard let high = word(of: 16), let middle = word(of: 16), let low = word(of: 8), rest.next() == nil
        else { return nil }
        (self.high, self.middle, self.low) = (high, middle, UInt32(low))
    }

    /// How many bytes an id has.
    static let byteCount = 20
    /// How many digits its text has.
    public static let digitCount = 2 * byteCount

    /// The bytes at an offset of `bytes`, which must hold them.
    init(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) {
        precondition(offset >= 0 && offset + Self.byteCount <= bytes.count)
        unsafe high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        unsafe middle = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
        unsafe low = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt32.self))
    }

    init(_ oid: git_oid) {
        self = unsafe withUnsafeBytes(of: oid) { unsafe ObjectID($0) }
    }

    var oid: git_oid {
        var oid = git_oid()
        unsafe withUnsafeMutableBytes(of: &oid) { target in
            unsafe target.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
            unsafe target.storeBytes(of: middle.bigEndian, toByteOffset: 8, as: UInt64.self)
            unsafe target.storeBytes(of: low.bigEndian, toByteOffset: 16, as: UInt32.self)
        }
        return oid
    }

    /// Appends the twenty bytes.
    func append(to bytes: inout [UInt8]) {
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: high >> shift))
        }
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: middle >> shift))
        }
        for shift in stride(from: 24, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: low >> shift))
        }
    }

    /// The id that git writes where there is no object.
    public static let zero = ObjectID(git_oid())

    /// The tree without entries, which every repository knows.
    public static let emptyTree = ObjectID(
        high: 0x4b82_5dc6_42cb_6eb9, middle: 0xa060_e54b_f8d6_9288, low: 0xfbee_4904)

    private init(high: UInt64, middle: UInt64, low: UInt32) {
        (self.high, self.middle, self.low) = (high, middle, low)
    }

    /// The id as numbers, most significant first, for tables of many.
    public var words: (high: UInt64, middle: UInt64, low: UInt32) { (high, middle, low) }

    public init(words: (high: UInt64, middle: UInt64, low: UInt32)) {
        (high, middle, low) = words
    }

    /// The name a blob of these bytes has, as `git hash-object` computes it; nothing is written.
    ///
    /// - Throws: `GitError.libgit2` for bytes made to collide (SHA-1 is computed with collision detection).
    public static func hash(ofBlob bytes: [UInt8]) throws(GitError) -> ObjectID {
        try Library.start()
        var oid = git_oid()
        try Library.check(
            unsafe bytes.withUnsafeBytes {
                unsafe git_odb_hash(&oid, $0.baseAddress, $0.count, GIT_OBJECT_BLOB)
            }, "hash a blob")
        return ObjectID(oid)
    }

    public static func < (left: ObjectID, right: ObjectID) -> Bool {
        if left.high != right.high { return left.high < right.high }
        if left.middle != right.middle { return left.middle < right.middle }
        return left.low < right.low
    }

    public func hash(into hasher: inout Hasher) {
        // SHA-1 is spread evenly already.
        hasher.combine(high)
    }
}

extension ObjectID: CustomStringConvertible {
    /// 40 hexadecimal digits.
    public var description: String {
        hexDigits(high, 16) + hexDigits(middle, 16) + hexDigits(UInt64(low), 8)
    }

    /// The first nine digits, for people.
    public var short: String { hexDigits(high >> 28, 9) }
}

private func hexDigits(_ value: UInt64, _ count: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: count - digits.utf8.count) + digits
}

private func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
}
