/// What can be wrong with the manifests, or with the question about them.
public enum ManifestsError: Error, Hashable, Sendable {
    /// Something in gx.yaml: where, what, and what to write instead.
    case configuration(file: String, line: Int, column: Int, message: String, hint: String?)
    /// There is no gx.yaml and the layout can't be told.
    case undetected(reason: String, hint: String)
    case unknownEnvironment(String, nearest: String?, known: [String])
    case unknownApp(String, environment: String?, nearest: String?, known: [String])
    /// Which app is meant: the name stands for several.
    case ambiguousApp(String, candidates: [String])
    /// A file's path leaves the repository, or goes through a symbolic link.
    case outside(file: String, reason: String)
    /// A file that has to be read can't be: it is no text, no YAML, too large.
    case unreadable(file: String, reason: String)
    /// The branch of an environment does not exist.
    case noBranch(branch: String?, repository: String?)
}
