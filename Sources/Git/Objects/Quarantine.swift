internal import Glibc
internal import System

extension Repository {
    /// The same repository, for planning without a trace: it reads everything, new objects go to a folder of their
    /// own that vanishes with it, and neither gx nor git moves a ref. That is how git itself keeps the objects of a
    /// push away until its hooks agree.
    public func quarantined() throws(GitError) -> Repository {
        let quarantine = try system(try TemporaryFolder())
        // Packs that are fetched into it are found only where their folder was there before.
        let packs = quarantine.path + "/pack"
        guard unsafe mkdir(packs, 0o700) == 0 else { throw GitError.failedCall("make \(packs)") }
        let known = environment.objectDirectories(in: location)
        let readable = known.isEmpty ? [commonDirectory + "/objects"] : known
        let environment = environment.setting([
            "GIT_OBJECT_DIRECTORY": quarantine.path,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": readable.joined(separator: ":"),
            "GIT_QUARANTINE_PATH": quarantine.path,
        ])
        let handle = try RepositoryHandle(at: location, environment: environment)
        return try Repository(handle, at: location, environment: environment, quarantine: quarantine)
    }

    /// Whether objects that are written here vanish.
    public var isQuarantined: Bool { quarantine != nil }

    /// Whether git asks, in a hook, if it is to take what was pushed: what is new may vanish, so nothing that depends on
    /// it may stay.
    public var isReceiving: Bool { quarantine == nil && environment["GIT_QUARANTINE_PATH"] != nil }
}
