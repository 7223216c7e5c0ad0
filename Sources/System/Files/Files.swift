internal import Glibc

/// The largest file that gx reads: 64 MiB.
public let largestFile = 64 << 20

/// The bytes of a file; nil where there is none.
///
/// - Parameter mayBePipe: Whether it may be a pipe or a terminal, as `/dev/stdin` is: for what the user names to be
///   read like that. Anything else that is no regular file might never end.
public func readFile(
    _ path: String, mayBePipe: Bool = false, limit: Int = largestFile
) throws(SystemError) -> [UInt8]? {
    // Without waiting for somebody to write into a pipe.
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC | (mayBePipe ? 0 : O_NONBLOCK))
    guard file >= 0 else {
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw SystemError.system(path)
    }
    defer { close(file) }
    var information = stat()
    guard unsafe fstat(file, &information) == 0 else { throw SystemError.system(path) }
    let kind = information.st_mode & S_IFMT
    guard kind == S_IFREG || mayBePipe && (kind == S_IFIFO || kind == S_IFCHR || kind == S_IFSOCK) else {
        throw SystemError.refused(
            doing: path, reason: kind == S_IFDIR ? "it is a folder" : "it is no regular file")
    }
    guard information.st_size <= limit else {
        throw SystemError.refused(
            doing: path, reason: "it has \(information.st_size) bytes, at most \(limit) are read")
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw SystemError.system(path) }
        if count == 0 { return bytes }
        bytes += buffer[..<count]
        guard bytes.count <= limit else {
            throw SystemError.refused(doing: path, reason: "it has more than \(limit) bytes")
        }
    }
}

/// Where a path leads, with all links followed; nil where there is nothing.
public func resolvedPath(_ path: String) -> String? {
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
}

/// Writes a new file; an error where there is something already.
public func createFile(_ path: String, _ bytes: [UInt8]) throws(SystemError) {
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw SystemError.system("create \(path)") }
    defer { close(file) }
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = unsafe rest.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else {
            let error = SystemError.system("write \(path)")
            unsafe unlink(path)
            throw error
        }
        rest = rest.dropFirst(count)
    }
}

/// Writes a file beside the old one and takes its place, so that readers see either whole. What keeps it from being
/// written is not told: for what is only a memory of what can be found again.
///
/// - Returns: Whether it was written.
@discardableResult
public func replaceFile(_ path: String, _ bytes: [UInt8]) -> Bool {
    let temporary = "\(path).\(getpid())"
    guard (try? createFile(temporary, bytes)) != nil else { return false }
    guard unsafe rename(temporary, path) == 0 else {
        unsafe unlink(temporary)
        return false
    }
    return true
}

/// The names in a folder, in no order; none where it can't be read.
public func fileNames(in folder: String) -> [String] {
    guard let stream = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names
}

/// When a file was last written, in seconds since 1970; nil where there is none.
public func modificationTime(of path: String) -> Int64? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? Int64(status.st_mtim.tv_sec) : nil
}

/// The system's words for an error number, in lower case like git's.
package func systemMessage(_ number: Int32) -> String {
    guard let message = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: message).lowercased()
}
