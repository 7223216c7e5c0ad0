internal import System

/// A run of the `git` program.
struct GitCommand {
    private var subprocess: Subprocess
    private let name: String

    init(
        _ arguments: [String], in directory: String, environment: ProcessEnvironment, input: [UInt8] = [],
        timeout: Duration? = nil
    ) {
        name = "git " + (arguments.first { !$0.hasPrefix("-") && !$0.contains("=") } ?? "")
        var variables: [String: String?] = ["LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"]
        if !ChildProcess.hasTerminal { variables["GIT_TERMINAL_PROMPT"] = "0" }
        subprocess = Subprocess(
            "git", arguments, purpose: "", input: input, environment: environment.setting(variables),
            directory: directory, timeout: timeout)
    }

    /// Changes variables of its environment.
    mutating func set(_ variables: [String: String?]) {
        subprocess.environment = subprocess.environment.setting(variables)
    }

    /// Runs it; a status other than 0 is not an error.
    func run(_ purpose: String) throws(GitError) -> Subprocess.Output {
        var subprocess = subprocess
        subprocess.purpose = purpose
        return try system(try subprocess.run())
    }

    /// Runs it and expects that it succeeds.
    func output(_ purpose: String) throws(GitError) -> Subprocess.Output { try start(purpose).output() }

    /// Starts it, to run beside gx until its output is asked for. Where nobody asks, it is stopped.
    func start(_ purpose: String) throws(GitError) -> Started {
        var subprocess = subprocess
        subprocess.purpose = purpose
        return Started(name: name, process: try system(try RunningProcess(subprocess)))
    }

    /// A run of git that is expected to succeed.
    struct Started {
        fileprivate let name: String
        fileprivate let process: RunningProcess

        func output() throws(GitError) -> Subprocess.Output {
            let output = try system(try process.output())
            guard output.status == 0 else { throw GitError.failed(command: name, output) }
            return output
        }
    }
}

extension Repository {
    /// git, run where this repository was found.
    ///
    /// - Parameter hasTokens: Whether it has the tokens for hosts: credential helpers and hooks may be made for them.
    func git(
        _ arguments: [String], input: [UInt8] = [], timeout: Duration? = nil, hasTokens: Bool = false
    ) -> GitCommand {
        GitCommand(
            arguments, in: workTree ?? gitDirectory,
            environment: hasTokens ? environment : environment.withoutTokens, input: input, timeout: timeout)
    }
}
