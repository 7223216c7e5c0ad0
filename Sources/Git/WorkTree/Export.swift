internal import Glibc
public import System

extension Repository {
    /// Writes all files of a commit into an empty folder: no work tree, index or ref of the repository plays a part.
    public func export(_ commit: ObjectID, to folder: TemporaryFolder) throws(GitError) {
        let files = folder.path + "/files"
        guard unsafe mkdir(files, 0o700) == 0 else { throw GitError.failedCall("make \(files)") }
        for arguments in [["read-tree", commit.description], ["checkout-index", "--all"]] {
            var command = GitCommand(arguments, in: files, environment: environment)
            command.set([
                "GIT_DIR": gitDirectory, "GIT_WORK_TREE": files, "GIT_INDEX_FILE": folder.path + "/index",
            ])
            _ = try command.output("export \(commit.short)")
        }
        guard unsafe unlink(folder.path + "/index") == 0 else {
            throw GitError.failedCall("remove the index")
        }
    }
}
