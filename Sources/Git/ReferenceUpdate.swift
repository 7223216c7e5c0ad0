internal import CLibGit2
internal import System

extension Repository {
    /// Moves a ref, if it still is where it is expected to be; nil expects that there is none.
    ///
    /// Not for a branch that is checked out: its work tree would fall behind. See `fastForward(_:to:)`.
    ///
    /// - Parameters:
    ///   - name: The full name, `refs/heads/main`.
    ///   - log: A line for the reflog.
    /// - Throws: `GitError.referenceMoved`, `.referenceLocked`, `.invalidReference`.
    public func update(
        _ name: String, to new: ObjectID, expecting old: ObjectID?, log: String
    ) throws(GitError) {
        if environment["GIT_QUARANTINE_PATH"] != nil {
            throw GitError.refused(doing: "update \(name)", reason: "git allows no ref updates in this hook")
        }
        var reference: OpaquePointer?
        var target = new.oid
        // Only with an expected value is the ref looked at while it is locked; zero stands for none.
        var expected = (old ?? .zero).oid
        Effect.about(to: .update(reference: name), in: environment)
        let code = unsafe git_reference_create_matching(
            &reference, handle.repository, name, &target, 1, &expected, log)
        defer { unsafe git_reference_free(reference) }
        switch code {
        case GIT_EMODIFIED.rawValue, GIT_EEXISTS.rawValue: throw GitError.referenceMoved(name)
        case GIT_ENOTFOUND.rawValue where old != nil: throw GitError.referenceMoved(name)
        case GIT_ELOCKED.rawValue: throw GitError.referenceLocked(name)
        case GIT_EINVALIDSPEC.rawValue: throw GitError.invalidReference(name)
        default: try Library.check(code, "update \(name)")
        }
    }
}
