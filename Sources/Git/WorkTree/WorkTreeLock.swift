internal import Glibc
internal import System

extension Repository {
    /// Does what git does in several steps while no other gx process does so: moving a work tree reads `HEAD` before
    /// it locks the index, and two that meet in between leave files of a commit that did not land.
    ///
    /// - Throws: `GitError.system` where others take longer than half a minute.
    func locked<Result>(
        _ name: String, _ body: () throws(GitError) -> Result
    ) throws(GitError) -> Result {
        let folder = commonDirectory + "/gx"
        unsafe mkdir(folder, 0o777)
        let lock = try system(try FileLock("\(folder)/\(name).lock", patience: .seconds(30)))
        defer { withExtendedLifetime(lock) {} }
        return try body()
    }
}
