public import System

extension Repository {
    /// Makes an empty repository in a folder, which is made where it is missing.
    public static func create(
        at path: String, bare: Bool, branch: String, environment: ProcessEnvironment = ProcessEnvironment()
    ) throws(GitError) -> Repository {
        let options = bare ? ["--bare"] : []
        return try make(
            ["init", "--quiet", "--initial-branch=\(branch)"] + options, origin: [], at: path,
            environment: environment)
    }

    /// Clones a repository of this machine into a folder.
    ///
    /// - Parameter settings: Settings of the clone alone.
    public static func clone(
        _ origin: String, to path: String, settings: KeyValuePairs<String, String> = [:],
        environment: ProcessEnvironment = ProcessEnvironment()
    ) throws(GitError) -> Repository {
        let settings = settings.map { "--config=\($0)=\($1)" }
        return try make(
            ["clone", "--quiet"] + settings, origin: [origin], at: path, environment: environment)
    }

    /// Whatever the user's defaults are, it is one that libgit2 can read, and has no hooks from a template.
    private static func make(
        _ command: [String], origin: [String], at path: String, environment: ProcessEnvironment
    ) throws(GitError) -> Repository {
        let environment = environment.withoutRepository
        var git = GitCommand(
            command + ["--template=", "--"] + origin + [path], in: ".", environment: environment)
        git.set(["GIT_DEFAULT_HASH": "sha1", "GIT_DEFAULT_REF_FORMAT": "files"])
        _ = try git.output("make a repository")
        return try discover(from: path, environment: environment)
    }
}
