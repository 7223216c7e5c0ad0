internal import Glibc

/// A folder that goes with its owner.
public final class TemporaryFolder {
    public let path: String

    public init() throws(SystemError) {
        let parent = ProcessEnvironment()["TMPDIR"] ?? "/tmp"
        var template = Array("\(parent)/gx-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw SystemError.system("make a folder in \(parent)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        // What is left behind in the folder for temporary files harms nobody.
        _ = try? Subprocess("rm", ["-rf", "--", path], purpose: "clean up").run()
    }
}
