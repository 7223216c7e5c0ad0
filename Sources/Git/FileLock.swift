internal import Glibc

extension Repository {
    /// Does what git does in several steps while no other gx process does so: moving a work tree reads `HEAD` before
    /// it locks the index, and two that meet in between leave files of a commit that did not land. The lock ends with
    /// the process, also where that is killed.
    ///
    /// - Throws: `GitError.referenceLocked` where others take longer than half a minute.
    func locked<Result>(
        _ name: String, _ body: () throws(GitError) -> Result
    ) throws(GitError) -> Result {
        let folder = commonDirectory + "/gx"
        let path = "\(folder)/\(name).lock"
        unsafe mkdir(folder, 0o777)
        let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw GitError.system(path) }
        defer { close(file) }
        let deadline = Clock.milliseconds + 30_000
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw GitError.system(path) }
            guard Clock.milliseconds < deadline else { throw GitError.referenceLocked("gx/\(name)") }
            usleep(.random(in: 1_000...10_000))
        }
        return try body()
    }
}
