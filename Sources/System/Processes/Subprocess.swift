internal import Glibc
internal import Synchronization

/// A program to be run, with its arguments as they are: no shell takes part.
public struct Subprocess: Sendable {
    public var program: String
    public var arguments: [String]
    /// What the program is wanted for, as in "git is needed to push": for the error where it is missing.
    public var purpose: String
    /// What it reads from stdin; nothing by default.
    public var input: [UInt8] = []
    public var environment: ProcessEnvironment
    /// The folder it runs in; nil for the current one.
    public var directory: String?
    /// How long it may take; nil for as long as it likes.
    public var timeout: Duration?

    public init(
        _ program: String, _ arguments: [String], purpose: String, input: [UInt8] = [],
        environment: ProcessEnvironment = ProcessEnvironment(), directory: String? = nil,
        timeout: Duration? = nil
    ) {
        self.program = program
        self.arguments = arguments
        self.purpose = purpose
        self.input = input
        self.environment = environment
        self.directory = directory
        self.timeout = timeout
    }

    /// How a program ended, and what it wrote.
    public struct Output: Sendable {
        /// Its exit status; 128 and the signal's number where a signal ended it, as shells have it.
        public var status: Int32
        public var stdout: [UInt8] = []
        public var stderr: [UInt8] = []

        public init(status: Int32, stdout: [UInt8] = [], stderr: [UInt8] = []) {
            (self.status, self.stdout, self.stderr) = (status, stdout, stderr)
        }

        /// What it wrote to stdout.
        public var text: String { String(decoding: stdout, as: UTF8.self) }
        /// What it wrote to stderr, without the line breaks at its end.
        public var message: String {
            String(String(decoding: stderr, as: UTF8.self).trimmingSuffix(while: \.isNewline))
        }
    }

    /// Runs the program to its end.
    ///
    /// - Throws: `SystemError.missingProgram`, `.notStarted`, `.timedOut`; a status other than 0 is not an error.
    public func run() throws(SystemError) -> Output {
        try RunningProcess(self).output()
    }

    /// Runs the program and hands over what it writes to stdout as it comes, until it ends or `onOutput` says
    /// false: then it is stopped. The output that is returned has no stdout.
    public func run(
        onOutput: (ArraySlice<UInt8>) throws(SystemError) -> Bool
    ) throws(SystemError) -> Output {
        try RunningProcess(self).output(onOutput: onOutput)
    }

    /// Runs the program with gx's own stdin, stdout and stderr, and gives its status: an editor. Where there is
    /// `input` it reads that, and may end before it has read it all: a pager. The keyboard's signals are its own, and
    /// those that ``Termination`` handles are passed on to it.
    public func runAttached() throws(SystemError) -> Int32 {
        guard input.isEmpty else { return try runFed() }
        let signals = KeyboardSignals()
        var process = try ChildProcess(self, at: try executable(), files: nil)
        Termination.attached.store(process.pid, ordering: .sequentiallyConsistent)
        defer {
            Termination.attached.store(0, ordering: .sequentiallyConsistent)
            signals.restore()
        }
        let deadline = timeout.map { Clock.milliseconds + $0.milliseconds }
        guard let status = process.wait(until: deadline) else { throw timedOut }
        return status
    }

    private func runFed() throws(SystemError) -> Int32 {
        let signals = KeyboardSignals()
        let mask = SignalMask(blocking: SIGPIPE)
        defer {
            mask.restore()
            signals.restore()
        }
        var pipe = try Pipe()
        var process = try ChildProcess(
            self, at: try executable(), files: (pipe.reading.number, STDOUT_FILENO, STDERR_FILENO))
        pipe.reading.close()
        var rest = input[...]
        while !rest.isEmpty, let count = try pipe.writing.write(rest) { rest = rest.dropFirst(count) }
        pipe.writing.close()
        guard let status = process.wait(until: nil) else { throw timedOut }
        return status
    }

    var timedOut: SystemError {
        .timedOut(program: program, neededFor: purpose, seconds: Int(timeout?.components.seconds ?? 0))
    }

    /// Where the program is, on the PATH that it will see itself.
    func executable() throws(SystemError) -> String {
        if program.contains("/") { return program }
        for folder in (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":") {
            let path = "\(folder)/\(program)"
            if unsafe access(path, X_OK) == 0 { return path }
        }
        throw SystemError.missingProgram(program, neededFor: purpose)
    }
}
