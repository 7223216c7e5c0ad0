internal import CStandIns
internal import Glibc

/// An open file, closed when its owner goes.
struct Descriptor: ~Copyable {
    private(set) var number: Int32

    init(_ number: Int32) { self.number = number }

    deinit { if number >= 0 { Glibc.close(number) } }

    mutating func close() {
        if number >= 0 { Glibc.close(number) }
        number = -1
    }

    /// Leaves the numbers 0 to 2 to stdin, stdout and stderr: where gx was started without one of them, a pipe
    /// would get its number, and be overwritten in the program.
    mutating func moveAside() throws(SystemError) {
        guard number < 3 else { return }
        let aside = fcntl(number, F_DUPFD_CLOEXEC, 3)
        guard aside >= 0 else { throw SystemError.system("fcntl") }
        self = Descriptor(aside)
    }

    func neverBlock() throws(SystemError) {
        guard fcntl(number, F_SETFL, O_NONBLOCK) == 0 else { throw SystemError.system("fcntl") }
    }

    /// Reads what is there: the count of bytes, 0 at the end, nil where there is nothing yet.
    func read(into buffer: inout [UInt8]) throws(SystemError) -> Int? {
        let count = unsafe buffer.withUnsafeMutableBytes {
            unsafe Glibc.read(number, $0.baseAddress, $0.count)
        }
        if count < 0, errno == EAGAIN || errno == EINTR { return nil }
        guard count >= 0 else { throw SystemError.system("read") }
        return count
    }

    /// Writes as much as fits: the count of bytes; nil where nobody reads any more.
    func write(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int? {
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(number, $0.baseAddress, $0.count) }
        if count < 0, errno == EAGAIN || errno == EINTR { return 0 }
        if count < 0, errno == EPIPE { return nil }
        guard count >= 0 else { throw SystemError.system("write") }
        return count
    }
}

/// A pipe, neither end of which a program inherits by itself.
struct Pipe: ~Copyable {
    var reading: Descriptor
    var writing: Descriptor

    init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe gx_pipe(&ends, O_CLOEXEC) == 0 else { throw SystemError.system("pipe2") }
        var reading = Descriptor(ends[0])
        var writing = Descriptor(ends[1])
        try reading.moveAside()
        try writing.moveAside()
        self.reading = reading
        self.writing = writing
    }
}
