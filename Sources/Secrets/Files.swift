internal import CLibCrypto
internal import Glibc
internal import System

/// A file descriptor that is read from. Closed when released, unless it is standard input.
public final class FileSource: ByteSource {
    private let descriptor: Int32
    private let name: String

    /// Opens `path`; `-` is standard input.
    ///
    /// - Parameter mayBePipe: Whether it may be a pipe or a device: for what the user names to be read like that. Any
    ///   other that is no regular file might never end, or keep whoever opens it waiting.
    public init(_ path: String, mayBePipe: Bool = false) throws(SecretsError) {
        name = path == "-" ? "standard input" : path
        descriptor =
            path == "-"
            ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC | (mayBePipe ? 0 : O_NONBLOCK))
        guard descriptor >= 0 else { throw fileError("cannot open it", name) }
        if path == "-" || mayBePipe { return }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw fileError("cannot read it", name) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            throw SecretsError(.file, isFolder ? "it is a folder" : "it is no regular file", at: path)
        }
    }

    deinit { if descriptor > STDERR_FILENO { close(descriptor) } }

    public func read(into buffer: inout MutableSpan<UInt8>) throws(SecretsError) -> Int {
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            if count >= 0 { return count }
            guard errno == EINTR else { throw fileError("cannot read it", name) }
        }
    }
}

/// A file descriptor that is written to. Closed when released, unless it is standard output.
public final class FileSink: ByteSink {
    private let descriptor: Int32
    private let name: String

    /// Standard output.
    public init() {
        descriptor = STDOUT_FILENO
        name = "standard output"
    }

    /// A new file that only the owner can read; an error if there is one already.
    public init(creating path: String) throws(SecretsError) {
        name = path
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw fileError("cannot create it", name) }
    }

    /// What is there already and is no regular file: a pipe, a device.
    init(opening path: String) throws(SecretsError) {
        name = path
        descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw fileError("cannot open it", name) }
    }

    deinit { if descriptor > STDERR_FILENO { close(descriptor) } }

    public func write(_ bytes: Span<UInt8>) throws(SecretsError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                throw fileError("cannot write it", name)
            }
        }
    }

    /// Returns when what was written is on the disk.
    func synchronize() throws(SecretsError) {
        guard fsync(descriptor) == 0 else { throw fileError("cannot write it to the disk", name) }
    }

    func setMode(_ mode: mode_t) throws(SecretsError) {
        guard fchmod(descriptor, mode) == 0 else { throw fileError("cannot set its mode", name) }
    }
}

/// Whole files.
public enum Files {
    /// The most that is read into memory at once. Flux caps a SOPS file at 5 MiB.
    static let sizeLimit = 256 << 20

    public static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    public static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The path from the root, without symbolic links as far as it exists.
    public static func absolute(_ path: String) -> String {
        if let real = unsafe realpath(path, nil) {
            defer { unsafe free(real) }
            return unsafe String(cString: real)
        }
        guard let slash = path.lastIndex(of: "/") else { return "\(absolute("."))/\(path)" }
        let folder = String(path[..<slash])
        return folder.isEmpty ? path : "\(absolute(folder))/\(path[path.index(after: slash)...])"
    }

    /// Whether a folder is kept in memory (tmpfs or ramfs), so that nothing in it reaches a disk but by swapping.
    public static func isInMemory(_ folder: String) -> Bool {
        unsafe gx_is_in_memory(folder) == 1 && access(folder, W_OK) == 0
    }

    /// Makes the folder that a file is to be in, and those above, where they are missing: the owner's alone.
    public static func makeFolder(of path: String) throws(SecretsError) {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
        let folder = String(path[..<slash])
        guard !exists(folder) else { return }
        try makeFolder(of: folder)
        guard unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw fileError("cannot make the folder", folder)
        }
    }

    /// A new folder for decrypted files, which only its owner can look into. Whoever makes it keeps a lock on its
    /// `lock`, so that the next run knows if this one was killed, and takes it away.
    public static func makeScratch(in base: String) throws(SecretsError) -> String {
        try makePrivateFolder(in: base, prefix: "gx-\(getpid())-")
    }

    public static let scratchLock = ".lock"

    /// Wipes the scratch folders of this user whose runs are no more: whose lock nobody has. A run that has just made its
    /// folder is about to take the lock, and its process is there.
    public static func wipeScratch(in base: String) {
        for name in fileNames(in: base) where name.hasPrefix("gx-") {
            let folder = "\(base)/\(name)"
            var status = stat()
            guard let process = pid_t(name.dropFirst(3).prefix { $0 != "-" }), process > 0,
                unsafe lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
                status.st_uid == geteuid(),
                // The number may be another process's by now.
                kill(process, 0) != 0 && errno == ESRCH || time(nil) - status.st_mtim.tv_sec > 10,
                !isLocked("\(folder)/\(scratchLock)")
            else { continue }
            removeFolder(folder)
        }
    }

    private static func isLocked(_ path: String) -> Bool {
        let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) != 0
    }

    /// A new folder that only its owner can look into.
    public static func makePrivateFolder(in base: String, prefix: String) throws(SecretsError) -> String {
        var template = Array("\(base)/\(prefix)XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw fileError("cannot make a folder", base) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Overwrites a file and takes it away.
    public static func wipe(_ path: String) {
        let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        var status = stat()
        if descriptor >= 0, unsafe fstat(descriptor, &status) == 0 {
            let zeros = [UInt8](repeating: 0, count: Int(status.st_size))
            _ = unsafe Glibc.write(descriptor, zeros, zeros.count)
            close(descriptor)
        }
        _ = unsafe unlink(path)
    }

    /// Overwrites and takes away all files of a folder, such as what an editor leaves beside the file it edits, and
    /// the folder.
    public static func removeFolder(_ path: String) {
        if let folder = unsafe opendir(path) {
            while let entry = unsafe readdir(folder) {
                let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) {
                    unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name == "." || name == ".." { continue }
                if unsafe entry.pointee.d_type == UInt8(DT_DIR) {
                    removeFolder("\(path)/\(name)")
                } else {
                    wipe("\(path)/\(name)")
                }
            }
            unsafe closedir(folder)
        }
        _ = unsafe rmdir(path)
    }

    /// All of a file (`-`: of standard input).
    ///
    /// - Parameter mayBePipe: Whether it may be a pipe or a device.
    public static func read(_ path: String, mayBePipe: Bool = false) throws(SecretsError) -> SecretBytes {
        let source = try FileSource(path, mayBePipe: mayBePipe)
        let sink = MemorySink()
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        defer { buffer.wipe() }
        var total = 0
        while true {
            var span = buffer.mutableSpan
            let count = try source.read(into: &span)
            if count == 0 { return sink.bytes }
            total += count
            guard total <= sizeLimit else {
                throw SecretsError(.file, "it has more than \(sizeLimit >> 20) MiB", at: path)
            }
            sink.write(buffer.span.extracting(first: count))
        }
    }

    /// Puts `write`'s output in place of `path`, or leaves what was there: written beside it, flushed, renamed. Keeps
    /// the mode of the old file, if what is written is not private; follows a symbolic link to the file it names. A
    /// new file has `mode`. A pipe or a device is written to. What killed runs left beside it is taken away.
    ///
    /// - Parameter old: What the file has to have still; an error of the kind `changed` where it has something else.
    public static func replace(
        _ path: String, having old: [UInt8]? = nil, mode: UInt32 = 0o644, isPrivate: Bool = false,
        _ write: (any ByteSink) throws(SecretsError) -> Void
    ) throws(SecretsError) {
        let target = resolved(path)
        var status = stat()
        let isNew = unsafe stat(target, &status) != 0
        guard isNew || status.st_mode & S_IFMT == S_IFREG else { return try write(FileSink(opening: target)) }
        wipeTemporaries(of: target)
        let temporary = "\(target).gx-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        do throws(SecretsError) {
            let sink = try FileSink(creating: temporary)
            try write(sink)
            try sink.setMode(isNew ? mode : status.st_mode & (isPrivate ? 0o600 : 0o7777))
            try sink.synchronize()
            if let old, try read(path).unwiped != old {
                throw SecretsError(
                    .changed, "another program changed it meanwhile", at: path, hint: "run the command again")
            }
            guard unsafe rename(temporary, target) == 0 else { throw fileError("cannot replace it", path) }
        } catch {
            unsafe unlink(temporary)
            throw error
        }
        synchronizeFolder(of: target)
    }

    /// What runs that are no more left of writing `target`.
    private static func wipeTemporaries(of target: String) {
        let slash = target.lastIndex(of: "/")
        let folder = slash.map { String(target[..<$0]) } ?? "."
        let prefix = "\(slash.map { String(target[target.index(after: $0)...]) } ?? target).gx-"
        for name in fileNames(in: folder.isEmpty ? "/" : folder) where name.hasPrefix(prefix) {
            guard let process = pid_t(name.dropFirst(prefix.count).prefix { $0 != "-" }), process > 0,
                kill(process, 0) != 0, errno == ESRCH
            else { continue }
            wipe("\(folder)/\(name)")
        }
    }

    /// The file that `path` names, through symbolic links.
    private static func resolved(_ path: String) -> String {
        guard let real = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }

    /// Makes a rename durable. File systems that cannot do so are left as they are: the file itself is whole.
    private static func synchronizeFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = unsafe open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}

/// An error with what the system says of it.
func fileError(_ what: String, _ path: String) -> SecretsError {
    let reason = unsafe String(cString: strerror(errno))
    return SecretsError(.file, "\(what): \(reason.prefix(1).lowercased())\(reason.dropFirst())", at: path)
}
