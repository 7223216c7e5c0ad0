internal import System

extension Repository {
    /// All commits of a branch of a remote, without files, for what only the messages of all of history tell. A shallow
    /// clone stays as it is: they are kept beside it in the common git directory, and only what is new is fetched.
    ///
    /// What git is told about the remote in this repository's settings holds there too.
    ///
    /// - Parameter branch: The short name.
    /// - Returns: The repository that has them, and the branch's tip there.
    /// - Throws: `GitError.noRemoteBranch`, `.remoteFailed`, `.timedOut`.
    public func commits(
        ofBranch branch: String, from remote: String, timeout: Duration = Repository.networkTimeout
    ) throws(GitError) -> (repository: Repository, tip: ObjectID) {
        let folder = makeMemoryFolder()
        let environment = environment.setting([
            "GIT_DIR": nil, "GIT_WORK_TREE": nil, "GIT_OBJECT_DIRECTORY": nil,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": nil, "GIT_QUARANTINE_PATH": nil, "GIT_INDEX_FILE": nil,
        ])
        let path = folder + "/history.git"
        let url = try url(ofRemote: remote)
        let history = try Repository.bareClone(of: absolute(url), at: path, environment: environment)
        try takeSettings(into: path + "/config")
        let ref = "refs/heads/\(branch)"
        let refspec = "+\(ref):\(ref)"
        try history.fetchRetrying(
            ["--no-tags", "--refmap=", "--filter=tree:0", "--", "origin", refspec], from: remote, timeout)
        guard let tip = try history.reference(ref) else {
            throw GitError.noRemoteBranch(branch, remote: remote)
        }
        return (history, tip)
    }

    /// A CI system writes how it is known to a host into the settings of its checkout: they count before those that are
    /// there.
    private func takeSettings(into file: String) throws(GitError) {
        let line = Array("[include]\n\tpath = ../../config\n".utf8)
        guard let own = try system(try readFile(file)), !own.starts(with: line) else { return }
        guard replaceFile(file, line + own) else { throw GitError.failedCall("write \(file)") }
    }

    /// A path in front of which git puts the folder that it runs in.
    private func absolute(_ url: String) -> String {
        let isRelative = url.hasPrefix("./") || url.hasPrefix("../")
        return isRelative ? (workTree ?? gitDirectory) + "/" + url : url
    }
}
