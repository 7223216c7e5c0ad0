internal import Glibc
public import System

extension Repository {
    /// When this clone last heard from a remote: the newest of git's `FETCH_HEAD` and the remote's `HEAD`, which
    /// a clone writes, and of the reflog of a remote-tracking ref. Nil where there is none of them.
    ///
    /// - Parameter tracking: the full name of a remote-tracking ref.
    public func lastFetch(of tracking: String? = nil) -> Timestamp? {
        let files = ["FETCH_HEAD", "refs/remotes/origin/HEAD"] + (tracking.map { ["logs/\($0)"] } ?? [])
        let times = files.compactMap { file in
            [gitDirectory, commonDirectory].compactMap { modificationTime(of: "\($0)/\(file)") }.max()
        }
        return times.max().map { .local($0) }
    }
}
