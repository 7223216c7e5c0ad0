internal import Glibc
internal import System

/// The files of a commit in a folder of their own, for a program that changes them. No work tree, index or ref of the
/// repository plays a part, and nothing is written to it.
public final class ScratchTree {
    /// The folder with the files.
    public let files: String
    private let folder: TemporaryFolder
    private let repository: Repository
    private let variables: [String: String?]

    fileprivate init(_ commit: ObjectID, _ repository: Repository) throws(GitError) {
        folder = try system(try TemporaryFolder())
        self.repository = repository
        files = folder.path + "/files"
        guard unsafe mkdir(files, 0o700) == 0 else { throw GitError.failedCall("make \(files)") }
        variables = [
            "GIT_DIR": repository.gitDirectory, "GIT_WORK_TREE": files,
            "GIT_INDEX_FILE": folder.path + "/index",
        ]
        _ = try git(["read-tree", commit.description]).output("read \(commit.short)")
        _ = try git(["checkout-index", "--all", "--index"]).output("write the files of \(commit.short)")
    }

    private func git(_ arguments: [String]) -> GitCommand {
        var command = GitCommand(arguments, in: files, environment: repository.environment.withoutTokens)
        command.set(variables)
        return command
    }

    /// The files that are not as they were, without those that git ignores: what they have become, nil where they are
    /// gone.
    public func changes() throws -> [(path: String, mode: FileMode, bytes: [UInt8]?)] {
        let lists = [
            ["diff-files", "--name-only", "-z", "--ignore-submodules=all"],
            ["ls-files", "--others", "--exclude-standard", "-z"],
        ]
        let paths = try lists.flatMap {
            try git($0).output("see what was changed").stdout.split(separator: 0)
        }
        return try paths.map { bytes in
            let path = String(decoding: bytes, as: UTF8.self)
            let place = "\(files)/\(path)"
            var status = stat()
            guard unsafe lstat(place, &status) == 0 else { return (path, .file, nil) }
            switch status.st_mode & S_IFMT {
            case S_IFLNK:
                return (path, .symbolicLink, try Self.target(ofLink: place))
            case S_IFREG:
                return (path, status.st_mode & 0o111 == 0 ? .file : .executable, try readFile(place) ?? [])
            default: throw GitError.refused(doing: path, reason: "it is no regular file")
            }
        }
    }
}

extension ScratchTree {
    private static func target(ofLink path: String) throws -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 4097)
        let count = unsafe readlink(path, &buffer, buffer.count)
        guard count >= 0, count < buffer.count else { throw GitError.failedCall("read the link \(path)") }
        return buffer.prefix(count).map { UInt8(bitPattern: $0) }
    }
}

extension Repository {
    /// Writes all files of a commit into a folder that goes with its owner.
    public func scratchTree(of commit: ObjectID) throws(GitError) -> ScratchTree {
        try ScratchTree(commit, self)
    }
}
