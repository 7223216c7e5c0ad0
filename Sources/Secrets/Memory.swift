internal import Glibc

/// What keeps secrets from outliving the process.
public enum Memory {
    /// A crash must not leave a core file with keys in it.
    public static func forbidDumps() {
        var limit = rlimit(rlim_cur: 0, rlim_max: 0)
        // Lowering a limit is always allowed; if it fails all the same, nothing else depends on it.
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
    }
}
