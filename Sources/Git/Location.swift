internal import CLibGit2
internal import Glibc
internal import System

/// Where the parts of a repository are.
struct Location: Sendable {
    var gitDirectory: String
    var commonDirectory: String
    var workTree: String?

    /// Whether variables, which git sets for hooks, say where the repository is or where to look for it.
    static func isSet(in environment: ProcessEnvironment) -> Bool {
        let variables = [
            "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY",
            "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM",
        ]
        return variables.contains { environment[$0] != nil }
    }

    /// Has git find the repository, and judge whether to trust it.
    static func askingGit(from path: String, environment: ProcessEnvironment) throws(GitError) -> Location {
        let command = GitCommand(
            ["rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir", "--is-bare-repository"],
            in: path, environment: environment)
        let output = try command.run("find the repository")
        guard output.status == 0 else {
            let message = output.message
            if message.contains("dubious ownership") || message.contains("safe.bareRepository") {
                throw GitError.notTrusted(message: message)
            }
            if message.contains("unknown repository extension")
                || message.contains("Expected git repo version")
            {
                throw GitError.unsupported("this repository, nor does this git: \(message)")
            }
            if message.contains("not a git repository") { throw GitError.notARepository(message: message) }
            throw GitError.failed(command: "git rev-parse", status: output.status, message: message)
        }
        let lines = output.text.lines.map(String.init)
        guard lines.count >= 3 else {
            throw GitError.notUnderstood(command: "git rev-parse", answer: output.text)
        }
        var location = Location(gitDirectory: lines[0], commonDirectory: lines[1])
        if lines[2] == "false" {
            let root = try GitCommand(
                ["rev-parse", "--path-format=absolute", "--show-toplevel"], in: path, environment: environment
            ).run("find the work tree")
            // In the git directory itself there is a work tree somewhere, but not here.
            if root.status == 0 { location.workTree = root.text.trimmedLine }
        }
        return location
    }
}

extension Location {
    /// Why a repository that git accepts cannot be opened here, if its extensions say so.
    func unsupported(_ environment: ProcessEnvironment) -> GitError? {
        let list = GitCommand(
            ["config", "--get-regexp", "^extensions\\."], in: gitDirectory, environment: environment)
        guard let output = try? list.output("read the configuration") else { return nil }
        let extensions = output.text.lines.filter { !$0.isEmpty }
        if extensions.contains("extensions.objectformat sha256") {
            return .unsupported("SHA-256 repositories")
        }
        return extensions.isEmpty
            ? nil : .unsupported("repositories with \(extensions.joined(separator: ", "))")
    }
}

extension RepositoryHandle {
    /// Where this repository is, if that is plain and everything belongs to the current user: git's own rule,
    /// which for a bare repository also depends on `safe.bareRepository`.
    var trustedLocation: Location? {
        guard let directory = unsafe git_repository_path(repository),
            let common = unsafe git_repository_commondir(repository),
            let root = unsafe git_repository_workdir(repository)
        else { return nil }
        let location = unsafe Location(
            gitDirectory: String(cString: directory).withoutTrailingSlash,
            commonDirectory: String(cString: common).withoutTrailingSlash,
            workTree: String(cString: root).withoutTrailingSlash)
        let gitFile = (location.workTree ?? "") + "/.git"
        let user = geteuid()
        let isOurs = [location.gitDirectory, gitFile, location.workTree ?? ""].allSatisfy {
            owner(of: $0) == user
        }
        return isOurs && !hasWorkTreeConfiguration(in: location) ? location : nil
    }

    /// `extensions.worktreeConfig` moves settings such as `core.worktree` to a file that libgit2 does not read.
    private func hasWorkTreeConfiguration(in location: Location) -> Bool {
        owner(of: location.gitDirectory + "/config.worktree") != nil
    }

    private func owner(of path: String) -> uid_t? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status.st_uid : nil
    }
}

extension ProcessEnvironment {
    /// Where objects are written, and then where they are only read, if variables say so: inside the hooks of a
    /// push they are in quarantine.
    func objectDirectories(in location: Location) -> [String] {
        let main = self["GIT_OBJECT_DIRECTORY"]
        let alternates = self["GIT_ALTERNATE_OBJECT_DIRECTORIES"] ?? ""
        guard main != nil || !alternates.isEmpty else { return [] }
        return [main ?? location.commonDirectory + "/objects"]
            + alternates.split(separator: ":").map(String.init)
    }
}

extension String {
    var withoutTrailingSlash: String { count > 1 && hasSuffix("/") ? String(dropLast()) : self }
    /// Without the line break that ends it.
    var trimmedLine: String { hasSuffix("\n") ? String(dropLast()) : self }
}
