internal import Glibc

/// A file in memory, read as it is needed.
@safe package final class MappedFile {
    private let start: UnsafeRawPointer
    package let count: Int

    /// Nil where the file is missing, empty, or can't be mapped.
    package init?(_ path: String) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var information = stat()
        guard unsafe fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG,
            information.st_size > 0
        else { return nil }
        let count = Int(information.st_size)
        let mapped = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else { return nil }
        unsafe start = UnsafeRawPointer(mapped)
        self.count = count
    }

    /// Bytes that are in memory, for who reads them like a file; nil where there are none.
    package init?(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return nil }
        let mapped = unsafe mmap(
            nil, bytes.count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else { return nil }
        unsafe bytes.withUnsafeBytes {
            if let source = $0.baseAddress { unsafe mapped.copyMemory(from: source, byteCount: $0.count) }
        }
        unsafe start = UnsafeRawPointer(mapped)
        count = bytes.count
    }

    deinit { unsafe munmap(UnsafeMutableRawPointer(mutating: start), count) }

    /// The value at an offset, which must lie within the file.
    @inline(__always)
    package func load<Value: BitwiseCopyable>(_ offset: Int, as type: Value.Type) -> Value {
        precondition(offset >= 0 && offset + MemoryLayout<Value>.size <= count)
        return unsafe start.loadUnaligned(fromByteOffset: offset, as: type)
    }

    /// Valid only while the file is.
    @unsafe package func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return unsafe UnsafeRawBufferPointer(start: start + range.lowerBound, count: range.count)
    }
}
