import Glibc
import Secrets
import System

/// A folder in memory-backed storage that only its owner can look into; wiped and gone on every way out, but for SIGKILL,
/// after which the next run does it. One at a time.
final class MemoryFolder {
    private let path: String
    private let lock: FileLock

    /// Where there is storage in memory.
    private static var bases: [String] {
        let candidates = [
            ProcessEnvironment()["XDG_RUNTIME_DIR"], "/run/user/\(geteuid())", "/dev/shm",
            ProcessEnvironment()["TMPDIR"], "/tmp",
        ]
        return candidates.compactMap { $0 }.filter(Files.isInMemory)
    }

    /// Takes away what runs left that were killed.
    static func wipeRemains() { for base in Set(bases) { Files.wipeScratch(in: base) } }

    init() throws {
        guard let base = Self.bases.first else {
            throw Failure(
                "there is no storage in memory to keep a file in that is in the clear",
                hint: "mount a tmpfs and name it in XDG_RUNTIME_DIR")
        }
        path = try Files.makeScratch(in: base)
        lock = try FileLock("\(path)/\(Files.scratchLock)", patience: .seconds(1))
        Termination.handle { [path] in Files.removeFolder(path) }
    }

    /// Puts a file in the folder, and says where it is.
    func add(_ name: String, _ bytes: SecretBytes) throws -> String {
        let file = "\(path)/\(name)"
        let sink = try FileSink(creating: file)
        try bytes.withSpan { (bytes) throws(SecretsError) in try sink.write(bytes) }
        return file
    }

    /// With what the editor may have put beside a file.
    deinit { Files.removeFolder(path) }
}
