internal import Glibc

/// A lock on a file, held until this value ends, also where the process is killed. The file stays.
public struct FileLock: ~Copyable {
    private let file: Int32

    /// Takes the lock, and waits for whoever has it.
    ///
    /// - Throws: `SystemError.locked` where others take longer than `patience`, `.refused` where the file can't be
    ///   opened.
    public init(_ path: String, patience: Duration) throws(SystemError) {
        try self.init(path, of: unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666), patience)
    }

    /// The same on a folder, in which nothing is left.
    public init(folder: String, patience: Duration) throws(SystemError) {
        try self.init(folder, of: unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), patience)
    }

    private init(_ path: String, of file: Int32, _ patience: Duration) throws(SystemError) {
        guard file >= 0 else { throw SystemError.system(path) }
        let deadline = Clock.milliseconds + patience.milliseconds
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            let reason = errno
            if reason == EWOULDBLOCK || reason == EINTR, Clock.milliseconds < deadline {
                usleep(.random(in: 1_000...10_000))
                continue
            }
            close(file)
            if reason == EWOULDBLOCK || reason == EINTR { throw SystemError.locked(path) }
            throw SystemError.refused(doing: path, reason: systemMessage(reason))
        }
        self.file = file
    }

    deinit { close(file) }
}
