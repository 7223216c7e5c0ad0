public import Git
import Glibc
import Synchronization

/// A repository in a scratch folder. Names and dates are fixed, so that ids are the same in every run.
public final class ScratchRepository: Sendable {
    public let folder: ScratchFolder
    /// The work tree, or the bare repository itself.
    public let path: String
    private let minutes = Mutex<Int64>(0)

    /// A new repository, on the branch `main`.
    public convenience init(bare: Bool = false) throws {
        try self.init(in: ScratchFolder(), bare: bare)
    }

    /// A new repository with a gx.yaml, which is not committed yet.
    public convenience init(configuration: String) throws {
        try self.init()
        try write("gx.yaml", configuration)
    }

    /// A new repository called `name` in a folder that others share.
    public init(in folder: ScratchFolder, name: String = "repository", bare: Bool = false) throws {
        self.folder = folder
        path = folder.path + "/" + name
        try folder.run("git", ["init", "-q", "-b", "main"] + (bare ? ["--bare"] : []) + ["--", path])
    }

    /// What is there already.
    public init(at path: String, in folder: ScratchFolder) {
        self.folder = folder
        self.path = path
    }

    /// A clone of this repository, beside it.
    public func clone(_ name: String = "clone", _ options: [String] = []) throws -> ScratchRepository {
        let target = folder.path + "/" + name
        // A file URL, so that `--depth` and `--filter` work.
        try folder.run("git", ["clone", "-q"] + options + ["--", "file://" + path, target])
        return ScratchRepository(at: target, in: folder)
    }

    /// A clone that fetches files when they are read, one by one if it has to.
    public func partialClone() throws -> ScratchRepository {
        try git("config", "uploadpack.allowFilter", "true")
        try git("config", "uploadpack.allowAnySHA1InWant", "true")
        return try clone("partial", ["--filter=blob:none", "--no-checkout"])
    }

    public func repository(_ changes: [String: String?] = [:]) throws -> Repository {
        try Repository.discover(from: path, environment: folder.environment.setting(changes))
    }

    /// Runs git here.
    @discardableResult
    public func git(
        _ arguments: String..., input: String = "", environment: [String: String?] = [:]
    ) throws -> String {
        try folder.run("git", arguments, in: path, input: input, environment: environment)
    }

    /// Writes a file of the work tree.
    public func write(_ file: String, _ text: String) throws {
        try folder.write(path + "/" + file, text.utf8)
    }

    /// A file of the work tree; nil where there is none.
    public func read(_ file: String) throws -> String? {
        try folder.read(path + "/" + file)
    }

    /// Commits all that is in the work tree.
    ///
    /// - Parameters:
    ///   - author: `Name <email>`.
    ///   - date: Seconds since 1970, or any of git's forms; by default a minute after the one before.
    @discardableResult
    public func commit(_ message: String, author: String? = nil, date: String? = nil) throws -> ObjectID {
        let minute = minutes.withLock { minutes in
            defer { minutes += 1 }
            return minutes
        }
        let date = date ?? "@\(ScratchFolder.start + minute * 60) +0000"
        let dates: [String: String?] = ["GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date]
        try folder.run("git", ["add", "-A"], in: path)
        let options = [
            "commit", "-q", "--allow-empty", "--allow-empty-message", "--cleanup=verbatim", "-F", "-",
        ]
        try folder.run(
            "git", options + (author.map { ["--author", $0] } ?? []), in: path, input: message,
            environment: dates)
        return try id("HEAD")
    }

    /// The object that a revision names, by git itself.
    public func id(_ revision: String) throws -> ObjectID {
        let answer = try git("rev-parse", "--verify", "--end-of-options", revision)
        guard let id = ObjectID(hex: answer) else {
            throw ProgramFailure(command: "git rev-parse \(revision)", message: answer)
        }
        return id
    }
}
