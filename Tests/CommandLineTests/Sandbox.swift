import Git
import System
import TestSupport

/// A place where the commands of one transcript run: a home of its own, a fixed clock and identity, and
/// nothing of the environment of whoever runs the tests.
///
/// Each command is one minute later than the one before; git and gx both go by `GIT_TEST_DATE_NOW`, and
/// commits by git's own two date variables, so that even commit ids are the same in every run.
struct Sandbox {
    private let folder = ScratchFolder()
    private var home: String { folder.path + "/home" }

    /// Monday, 2 March 2026, 9:00 UTC.
    static let start = 1_772_442_000

    /// How long the commands of one page may take.
    static let patience = Duration.seconds(300)

    init(gx: String) throws {
        try folder.run("mkdir", ["bin", "steps"])
        try folder.run("ln", ["-s", "--", gx, "bin/gx"])
        try write(
            ".gitconfig",
            """
            [user]
            \tname = Ada Example
            \temail = ada@example.com
            [init]
            \tdefaultBranch = main
            [gc]
            \tauto = 0
            [maintenance]
            \tauto = false

            """)
    }

    /// All that the commands find in their environment.
    private var variables: [String] {
        [
            "HOME=\(home)",
            "PATH=\(folder.path)/bin:/usr/local/bin:/usr/bin:/bin",
            "GIT_CONFIG_NOSYSTEM=1",
            "GIT_CEILING_DIRECTORIES=\(folder.path)",
            "GIT_TERMINAL_PROMPT=0",
            "LC_ALL=C.UTF-8",
            "TERM=dumb",
            "TZ=UTC",
        ]
    }

    /// Writes a file below the home.
    func write(_ file: String, _ text: String) throws {
        try folder.write("\(home)/\(file)", text.utf8)
    }

    /// Runs a program in the home, in this environment.
    func run(_ program: String, _ arguments: [String]) throws -> Subprocess.Output {
        try Subprocess(
            "env", ["-i"] + variables + [program] + arguments, purpose: "run a transcript", directory: home,
            timeout: Self.patience
        ).run()
    }

    /// Runs the commands in order in one shell, so that `cd` and variables last.
    func run(_ steps: [Transcript.Step]) throws -> [Transcript.Result] {
        var script = ""
        for (number, step) in steps.enumerated() {
            let file = file(ofStep: number)
            try folder.write(file, (step.command.joined(separator: "\n") + "\n").utf8)
            let time = Self.start + 60 * number
            script += """
                export GIT_TEST_DATE_NOW=\(time)
                export GIT_AUTHOR_DATE='@\(time) +0000' GIT_COMMITTER_DATE='@\(time) +0000'
                . '\(file)' > '\(file).output' 2>&1
                echo $? > '\(file).status'

                """
        }
        _ = try run("sh", ["-c", script])
        return try steps.indices.map { try result(ofStep: $0, steps[$0]) }
    }

    private func file(ofStep number: Int) -> String { "\(folder.path)/steps/\(number)" }

    private func result(ofStep number: Int, _ step: Transcript.Step) throws -> Transcript.Result {
        let file = file(ofStep: number)
        guard let status = try folder.read(file + ".status"), let output = try folder.read(file + ".output"),
            let status = Int32(status.filter { !$0.isNewline })
        else {
            throw Transcript.Malformed(line: step.line, "the shell ended at or before '\(step.command[0])'")
        }
        var lines = output.replacing(home, with: "~").lines
        while lines.last?.isEmpty == true { lines.removeLast() }
        return Transcript.Result(output: lines, status: status)
    }
}
