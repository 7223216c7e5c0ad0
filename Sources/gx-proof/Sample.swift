internal import Glibc
internal import YAML

struct ProofError: Error {
    var message: String
}

/// The files of a list, one path a line.
struct Sample {
    var files: [(path: String, bytes: [UInt8])] = []

    init(listedIn list: String) throws(ProofError) {
        let lines = String(decoding: try Self.read(list), as: UTF8.self)
        for line in lines.split(separator: "\n") {
            files.append((String(line), try Self.read(String(line))))
        }
    }

    private static func read(_ path: String) throws(ProofError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY)
        guard descriptor >= 0 else { throw ProofError(message: "cannot read \(path)") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }
}

func save(_ bytes: [UInt8], at path: String) throws(ProofError) {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw ProofError(message: "cannot write \(path)") }
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { throw ProofError(message: "cannot write \(path)") }
        rest = rest.dropFirst(count)
    }
}

func write(_ descriptor: Int32, _ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe Glibc.write(descriptor, bytes, bytes.count)
}

/// Of this process, in nanoseconds: what else the machine does is not in it.
func processorTime() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// SplitMix64: the same numbers for the same seed, everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
