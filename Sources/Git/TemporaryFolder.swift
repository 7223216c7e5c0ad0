internal import Glibc

/// A folder that goes with its owner.
public final class TemporaryFolder {
    public let path: String

    public init() throws(GitError) {
        let parent = ProcessEnvironment()["TMPDIR"] ?? "/tmp"
        var template = Array("\(parent)/gx-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw GitError.system("make a folder in \(parent)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        // What is left behind in the folder for temporary files harms nobody.
        _ = try? Subprocess("rm", ["-rf", "--", path], purpose: "clean up").run()
    }
}

extension Repository {
    /// Writes all files of a commit into an empty folder: no work tree, index or ref of the repository plays a part.
    public func export(_ commit: ObjectID, to folder: TemporaryFolder) throws(GitError) {
        let files = folder.path + "/files"
        guard unsafe mkdir(files, 0o700) == 0 else { throw GitError.system("make \(files)") }
        for arguments in [["read-tree", commit.description], ["checkout-index", "--all"]] {
            var command = GitCommand(arguments, in: files, environment: environment)
            command.set([
                "GIT_DIR": gitDirectory, "GIT_WORK_TREE": files, "GIT_INDEX_FILE": folder.path + "/index",
            ])
            _ = try command.output("export \(commit.short)")
        }
        guard unsafe unlink(folder.path + "/index") == 0 else { throw GitError.system("remove the index") }
    }
}
