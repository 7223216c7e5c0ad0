internal import Glibc

/// The program that runs.
public enum Program {
    /// What tells this build of it from others; nil where that can't be known. (`/proc` is Linux's.)
    public static let build: String? = {
        var information = stat()
        guard unsafe stat("/proc/self/exe", &information) == 0 else { return nil }
        return "\(information.st_size) \(information.st_mtim.tv_sec).\(information.st_mtim.tv_nsec)"
    }()
}
