internal import CLibGit2
internal import CStandIns
internal import System

/// libgit2 as a whole: started on first use, and its return codes as errors.
enum Library {
    // A start that failed stays failed: half of libgit2 would work and the other half crash.
    private static let status: Int32 = {
        let status = git_libgit2_init()
        guard status >= 0 else { return status }
        _ = gx_git_trust_owner()
        _ = gx_git_skip_hash_verification()
        // It would keep every small object that history leads through: see TreeCache.
        _ = gx_git_object_cache(0)
        gx_join_free_memory_at_once()
        return acceptExtensions()
    }()

    /// What these change is read through git, or does not concern objects and refs.
    private static func acceptExtensions() -> Int32 {
        let names = ["noop", "partialclone", "preciousobjects", "relativeworktrees", "worktreeconfig"]
        return unsafe withCStrings(names) { unsafe gx_git_accept_extensions($0, names.count) }
    }

    static func start() throws(GitError) {
        guard status >= 0 else { throw GitError.libgit2(message: lastMessage, doing: "start libgit2") }
    }

    /// Turns a return code into an error, which says what was being done.
    static func check(_ code: Int32, _ doing: @autoclosure () -> String) throws(GitError) {
        guard code >= 0 else { throw GitError.libgit2(message: lastMessage, doing: doing()) }
    }

    static var lastMessage: String {
        guard let error = unsafe git_error_last(), let message = unsafe error.pointee.message else {
            return "no reason given"
        }
        return unsafe String(cString: message)
    }
}
