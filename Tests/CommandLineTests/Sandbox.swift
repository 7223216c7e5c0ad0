import Foundation

/// A place where the commands of one transcript run: a home of its own, a fixed clock and identity, and
/// nothing of the environment of whoever runs the tests.
///
/// Each command is one minute later than the one before; git and gx both go by `GIT_TEST_DATE_NOW`, and
/// commits by git's own two date variables, so that even commit ids are the same in every run.
struct Sandbox: ~Copyable {
    private let folder: URL
    private var home: URL { folder.appending(path: "home") }

    /// Monday, 2 March 2026, 9:00 UTC.
    static let start = 1_772_442_000

    init(gx: URL) throws {
        folder = URL.temporaryDirectory.resolvingSymlinksInPath().appending(path: "gx-\(UUID().uuidString)")
        for name in ["home", "bin", "steps"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: name), withIntermediateDirectories: true)
        }
        try FileManager.default.createSymbolicLink(
            at: folder.appending(path: "bin/gx"), withDestinationURL: gx)
        try """
        [user]
        \tname = Ada Example
        \temail = ada@example.com
        [init]
        \tdefaultBranch = main
        [gc]
        \tauto = 0
        [maintenance]
        \tauto = false

        """.write(to: home.appending(path: ".gitconfig"), atomically: true, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private var environment: [String: String] {
        [
            "HOME": home.path,
            "PATH": "\(folder.path)/bin:/usr/local/bin:/usr/bin:/bin",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CEILING_DIRECTORIES": folder.path,
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C.UTF-8",
            "TERM": "dumb",
            "TZ": "UTC",
        ]
    }

    /// Runs the commands in order in one shell, so that `cd` and variables last.
    func run(_ steps: [Transcript.Step]) throws -> [Transcript.Result] {
        var script = "cd\n"
        for (number, step) in steps.enumerated() {
            let file = folder.appending(path: "steps/\(number)")
            try (step.command.joined(separator: "\n") + "\n").write(
                to: file, atomically: true, encoding: .utf8)
            let time = Self.start + 60 * number
            script += """
                export GIT_TEST_DATE_NOW=\(time)
                export GIT_AUTHOR_DATE='@\(time) +0000' GIT_COMMITTER_DATE='@\(time) +0000'
                . '\(file.path)' > '\(file.path).output' 2>&1
                echo $? > '\(file.path).status'

                """
        }
        try runShell(script)
        return try steps.indices.map { try result(ofStep: $0, steps[$0]) }
    }

    private func runShell(_ script: String) throws {
        let file = folder.appending(path: "steps/all")
        try script.write(to: file, atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [file.path]
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
    }

    private func result(ofStep number: Int, _ step: Transcript.Step) throws -> Transcript.Result {
        let file = folder.appending(path: "steps/\(number)").path
        guard let status = try? String(contentsOfFile: file + ".status", encoding: .utf8),
            let status = Int32(status.filter { !$0.isWhitespace })
        else {
            throw Transcript.Malformed(line: step.line, "the shell ended at or before '\(step.command[0])'")
        }
        let output = try Data(contentsOf: URL(filePath: file + ".output"))
        var lines = String(decoding: output, as: UTF8.self)
            .replacingOccurrences(of: home.path, with: "~")
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        while lines.last?.isEmpty == true { lines.removeLast() }
        return Transcript.Result(output: lines, status: status)
    }
}
