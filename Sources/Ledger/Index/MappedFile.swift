internal import Glibc

/// A file in memory, read as it is needed.
@safe final class MappedFile {
    private let start: UnsafeRawPointer
    let count: Int

    /// Nil where the file is missing, empty, or can't be mapped.
    init?(_ path: String) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var information = stat()
        guard unsafe fstat(descriptor, &information) == 0, information.st_size > 0 else { return nil }
        let count = Int(information.st_size)
        let mapped = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else { return nil }
        unsafe start = UnsafeRawPointer(mapped)
        self.count = count
    }

    deinit { unsafe munmap(UnsafeMutableRawPointer(mutating: start), count) }

    /// The value at an offset, which must lie within the file.
    @inline(__always)
    func load<Value: BitwiseCopyable>(_ offset: Int, as type: Value.Type) -> Value {
        precondition(offset >= 0 && offset + MemoryLayout<Value>.size <= count)
        return unsafe start.loadUnaligned(fromByteOffset: offset, as: type)
    }

    /// Valid only while the file is.
    @unsafe func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return unsafe UnsafeRawBufferPointer(start: start + range.lowerBound, count: range.count)
    }
}

/// A checksum that finds damage, at the speed of memory: four lanes of multiplications over words of eight bytes. Each
/// step is one to one, so that a single wrong word never goes unnoticed.
struct Checksum {
    private var lanes: (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)
    private var length: UInt64 = 0

    /// Takes a multiple of eight bytes.
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count % 8 == 0)
        let words = unsafe bytes.bindMemory(to: UInt64.self)
        var position = 0
        while position + 4 <= words.count {
            unsafe lanes.0 = (lanes.0 ^ words[position]) &* Self.factor
            unsafe lanes.1 = (lanes.1 ^ words[position + 1]) &* Self.factor
            unsafe lanes.2 = (lanes.2 ^ words[position + 2]) &* Self.factor
            unsafe lanes.3 = (lanes.3 ^ words[position + 3]) &* Self.factor
            position += 4
        }
        while position < words.count {
            unsafe lanes.0 = (lanes.0 ^ words[position]) &* Self.factor
            position += 1
        }
        length += UInt64(bytes.count)
    }

    var value: UInt64 {
        var value = length
        for lane in [lanes.0, lanes.1, lanes.2, lanes.3] {
            value = (value ^ lane ^ lane >> 32) &* Self.factor
            value ^= value >> 29
        }
        return value
    }

    private static let factor: UInt64 = 0x9e37_79b9_7f4a_7c15
}
