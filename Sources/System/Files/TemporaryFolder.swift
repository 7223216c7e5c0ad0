internal import Glibc
internal import Synchronization

/// A folder that goes with its owner, or else with the process.
public final class TemporaryFolder {
    public let path: String

    /// Those that are there. Whoever ends the process by `exit` lets go of nothing.
    private static let folders = Mutex<Set<String>>([])
    private static let isTidiedAtExit: Bool =
        atexit { TemporaryFolder.remove(TemporaryFolder.folders.withLock { $0 }.sorted()) } == 0

    public init() throws(SystemError) {
        let parent = ProcessEnvironment()["TMPDIR"] ?? "/tmp"
        var template = Array("\(parent)/gx-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw SystemError.system("make a folder in \(parent)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard Self.isTidiedAtExit else { return }
        _ = Self.folders.withLock { [path] in $0.insert(path) }
    }

    deinit {
        Self.remove([path])
        _ = Self.folders.withLock { [path] in $0.remove(path) }
    }

    private static func remove(_ folders: [String]) {
        guard !folders.isEmpty else { return }
        // What is left behind in the folder for temporary files harms nobody.
        _ = try? Subprocess("rm", ["-rf", "--"] + folders, purpose: "clean up").run()
    }
}
