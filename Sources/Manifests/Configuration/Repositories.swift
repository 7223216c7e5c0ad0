public import Git
internal import Glibc
internal import System

/// The repositories that places name, each opened once: paths are relative to the manifest repository, and URLs have
/// a bare clone in its git directory, which is filled as branches are fetched.
public final class Repositories {
    public let home: Repository
    private var opened: [String: Repository] = [:]

    public init(_ home: Repository) {
        self.home = home
    }

    /// The repository of this path or URL; nil is the manifest repository itself.
    public subscript(name: String?) -> Repository {
        get throws {
            guard let name else { return home }
            if let known = opened[name] { return known }
            let found = try isURL(name) ? clone(of: name) : repository(at: name)
            // Where nothing may stay of what is planned, nothing stays anywhere.
            let repository = home.isQuarantined ? try found.quarantined() : found
            opened[name] = repository
            return repository
        }
    }

    /// Relative to the root of the manifest repository, wherever gx was started.
    private func repository(at path: String) throws -> Repository {
        let root = home.workTree ?? home.gitDirectory
        let folder = path.hasPrefix("/") ? path : "\(root)/\(path)"
        guard unsafe access(folder, F_OK) == 0 else {
            throw GitError.notARepository(message: "there is no folder \(path)")
        }
        return try Repository.discover(from: folder, environment: environment)
    }

    private func clone(of url: String) throws -> Repository {
        let name = try ObjectID.hash(ofBlob: Array(url.utf8)).short
        return try Repository.bareClone(
            of: url, at: "\(home.commonDirectory)/gx/repositories/\(name).git", environment: environment)
    }

    /// What says where the manifest repository is does not hold for another one.
    private var environment: ProcessEnvironment {
        home.environment.withoutRepository.setting(["GIT_QUARANTINE_PATH": nil])
    }

    /// As git tells them apart: a scheme, or a host before a colon that no slash comes before.
    private func isURL(_ name: String) -> Bool {
        if name.contains("://") { return true }
        guard let colon = name.firstIndex(of: ":") else { return false }
        return !name[..<colon].contains("/")
    }
}
