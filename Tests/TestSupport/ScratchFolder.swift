internal import Git
import Glibc
import System

/// A folder of its own for a test, with a home, and an environment in which nothing of this machine counts.
/// It goes when nobody refers to it any more.
public final class ScratchFolder: Sendable {
    public let path: String
    /// For `Repository.discover(from:environment:)` and every program that a test runs.
    public let environment: ProcessEnvironment

    /// The first second of 2026, UTC: when the first commit is made. Each after it is a minute later.
    public static let start: Int64 = 1_767_225_600

    public init(_ changes: [String: String?] = [:]) {
        var template = Array("/tmp/gx-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else {
            preconditionFailure("no folder can be made in /tmp")
        }
        path = String(cString: made)
        mkdir(path + "/home", 0o755)
        var variables: [String: String?] = [
            "HOME": path + "/home", "XDG_CONFIG_HOME": nil, "LANG": "C.UTF-8", "LC_ALL": nil, "TZ": "UTC",
            "GIT_CONFIG_GLOBAL": path + "/home/.gitconfig", "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_COUNT": nil,
            "GIT_CONFIG_PARAMETERS": nil, "GIT_EDITOR": "false", "GIT_TERMINAL_PROMPT": "0",
            "GIT_AUTHOR_NAME": "Ann Author", "GIT_AUTHOR_EMAIL": "ann@example.com", "GIT_AUTHOR_DATE": nil,
            "GIT_COMMITTER_NAME": "Cy Committer", "GIT_COMMITTER_EMAIL": "cy@example.com",
            "GIT_COMMITTER_DATE": nil,
        ]
        // A test may be run by a hook.
        for name in [
            "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX",
            "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_CEILING_DIRECTORIES",
            "GIT_QUARANTINE_PATH",
        ] { variables[name] = .some(nil) }
        environment = ProcessEnvironment(variables.merging(changes) { $1 })
    }

    /// Whether this machine has a program.
    public static func canRun(_ program: String) -> Bool {
        (ProcessEnvironment()["PATH"] ?? "").split(separator: ":").contains {
            access("\($0)/\(program)", X_OK) == 0
        }
    }

    deinit { _ = try? Subprocess("rm", ["-rf", path], purpose: "clean up").run() }

    /// Runs a program in a folder (by default this one), and gives what it wrote to stdout, without the last
    /// line break.
    @discardableResult
    public func run(
        _ program: String, _ arguments: [String], in directory: String? = nil, input: String = "",
        environment changes: [String: String?] = [:]
    ) throws -> String {
        let output = try Subprocess(
            program, arguments, purpose: "test", input: Array(input.utf8),
            environment: environment.setting(changes), directory: directory ?? path
        ).run()
        guard output.status == 0 else {
            throw ProgramFailure(
                command: ([program] + arguments).joined(separator: " "), message: output.message)
        }
        return output.text.hasSuffix("\n") ? String(output.text.dropLast()) : output.text
    }

    /// Writes a file, and the folders on its way.
    public func write(_ file: String, _ bytes: some Sequence<UInt8>) throws {
        var folder = ""
        for part in file.split(separator: "/").dropLast() {
            folder += "/\(part)"
            mkdir(folder, 0o755)
        }
        guard let stream = fopen(file, "w") else {
            throw ProgramFailure(command: "write \(file)", message: "")
        }
        defer { fclose(stream) }
        let bytes = Array(bytes)
        guard fwrite(bytes, 1, bytes.count, stream) == bytes.count else {
            throw ProgramFailure(command: "write \(file)", message: "")
        }
    }

    /// Reads a file; nil where there is none.
    public func read(_ file: String) throws -> String? {
        guard access(file, F_OK) == 0 else { return nil }
        let output = try Subprocess("cat", ["--", file], purpose: "test").run()
        return output.text
    }
}

/// A program of a test's preparation failed.
public struct ProgramFailure: Error, CustomStringConvertible {
    public let command: String
    public let message: String
    public var description: String { "\(command): \(message)" }
}
