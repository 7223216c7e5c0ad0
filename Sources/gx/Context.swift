import Git
import Glibc
import Manifests
import Terminal

/// What a command works with: its options, where its output goes, and what is around it.
final class Context {
    let options: GlobalOptions
    /// The answer.
    let output: Output
    /// Everything else: notes, warnings, questions, progress.
    let errors: Output

    /// One moment for all of a run.
    let now = Timestamp.now

    init(_ options: GlobalOptions) throws {
        self.options = options
        output = Output(descriptor: STDOUT_FILENO, color: options.color)
        errors = Output(descriptor: STDERR_FILENO, color: options.color)
        if let directory = options.directory, unsafe chdir(directory) != 0 {
            throw GitError.system("cannot change to '\(directory)'")
        }
    }

    private var opened: Repository?

    /// The repository around the current folder, opened when it is first wanted.
    var repository: Repository {
        get throws(GitError) {
            if let opened { return opened }
            let repository = try Repository.discover()
            opened = repository
            return repository
        }
    }

    /// gx.yaml as commands that read take it: the file of `--config`, else the work tree's, committed or not,
    /// else the default branch's. nil where there is none.
    func configuration() throws -> Configuration? {
        if let file = options.config {
            guard let bytes = try readFile(file) else { throw Failure("there is no file '\(file)'") }
            return try Configuration(parsing: bytes, file: file)
        }
        if let folder = try repository.workTree, let bytes = try readFile("\(folder)/gx.yaml") {
            return try Configuration(parsing: bytes)
        }
        guard let branch = try repository.defaultBranch, let tip = try repository.tip(of: branch),
            let entry = try repository.entry(at: "gx.yaml", inTree: repository.commit(tip).tree)
        else { return nil }
        return try Configuration(parsing: repository.blob(entry.id))
    }

    private var read: Estate?

    /// The environments and apps of the repository, read when they are first wanted.
    var estate: Estate {
        get throws {
            if let read { return read }
            guard let configuration = try configuration() else {
                throw ManifestsError.undetected(
                    reason: "there is no gx.yaml", hint: "`gx init` writes one")
            }
            let estate = try Estate(configuration, resolver: KnownPlaces(repository))
            read = estate
            return estate
        }
    }

    /// Tells something that is not the answer, unless `--quiet`.
    func note(_ line: Text) throws {
        guard !options.quiet else { return }
        try tell(line)
    }

    /// Tells something that the user should look at; `--quiet` does not silence it.
    func warn(_ line: Text) throws {
        try tell("gx: \("warning:", .warning) \(line)")
    }

    /// Output comes first, so that the two streams read in the order in which they were written.
    private func tell(_ line: Text) throws {
        try output.flush()
        try errors.print(line)
        try errors.flush()
    }

    /// A line about long work that is under way.
    func progress(_ label: Text, total: Int? = nil) -> Progress {
        let screen = options.quiet ? Screen(isTerminal: false, width: nil, color: false) : errors.screen
        return Progress(label, total: total, on: screen) { [errors] in errors.draw($0) }
    }

    /// Questions to the user; where nobody can be asked, it is not available.
    var prompt: Prompt {
        Prompt(on: errors.screen) { [errors] in errors.draw($0) }
    }
}
