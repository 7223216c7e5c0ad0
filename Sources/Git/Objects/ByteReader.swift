internal import Glibc

/// Reads a header of text from the bytes of an object, without making strings of it.
@unsafe struct ByteReader {
    private(set) var rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { unsafe rest = bytes }

    /// The next line, without its end; nil after the last.
    mutating func line() -> UnsafeRawBufferPointer? {
        guard let start = unsafe rest.baseAddress, unsafe !rest.isEmpty else { return nil }
        let end =
            unsafe memchr(start, 0x0a, rest.count).map { unsafe UnsafeRawPointer($0) - start } ?? rest.count
        let line = unsafe UnsafeRawBufferPointer(rebasing: rest[..<end])
        unsafe rest = UnsafeRawBufferPointer(rebasing: rest[min(end + 1, rest.count)...])
        return unsafe line
    }

    /// The next decimal number, after spaces; 0 where there is none.
    mutating func number() -> Int64 {
        let bytes = unsafe rest
        var index = unsafe bytes.firstIndex { $0 != UInt8(ascii: " ") } ?? bytes.count
        let sign = index < bytes.count ? unsafe bytes[index] : 0
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { index += 1 }
        var value: Int64 = 0
        while index < bytes.count, value < .max / 16 {
            let digit = unsafe bytes[index]
            guard (0x30...0x39).contains(digit) else { break }
            value = value * 10 + Int64(digit & 15)
            index += 1
        }
        unsafe rest = UnsafeRawBufferPointer(rebasing: bytes[index...])
        return sign == UInt8(ascii: "-") ? -value : value
    }
}

extension UnsafeRawBufferPointer {
    /// What follows `key`, where these bytes start with it.
    func dropping(_ key: StaticString) -> UnsafeRawBufferPointer? {
        let length = key.utf8CodeUnitCount
        guard let start = baseAddress, count >= length, unsafe memcmp(start, key.utf8Start, length) == 0
        else {
            return nil
        }
        return unsafe UnsafeRawBufferPointer(rebasing: self[length...])
    }
}
