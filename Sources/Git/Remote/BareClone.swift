internal import Glibc
public import System

extension Repository {
    /// The bare repository at a path whose `origin` is a URL; made where there is none. Nothing is fetched.
    public static func bareClone(
        of url: String, at path: String, environment: ProcessEnvironment = ProcessEnvironment()
    ) throws(GitError) -> Repository {
        if unsafe access(path, F_OK) != 0 {
            // Made aside and put in its place at once: another process may do the same, or this one be killed.
            let aside = "\(path).\(getpid())"
            let git = { (arguments: [String]) throws(GitError) in
                let command = GitCommand(arguments, in: "/", environment: environment)
                _ = try command.output("clone \(url)")
            }
            try git(["init", "--quiet", "--bare", "--", aside])
            let config = ["--git-dir=\(aside)", "config"]
            try git(config + ["remote.origin.url", url])
            try git(config + ["remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"])
            if unsafe rename(aside, path) != 0 {
                guard errno == EEXIST || errno == ENOTEMPTY else { throw GitError.failedCall("make \(path)") }
                _ = try system(try Subprocess("rm", ["-rf", "--", aside], purpose: "clean up").run())
            }
        }
        return try Repository.discover(from: path, environment: environment)
    }
}
