public import System

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
    /// The gx.yaml is one of many repositories, and one is asked about.
    case ofFleet(file: String)
}

extension ManifestsError: Explained {
    public var description: String { words.message }
    public var hint: String? { words.hint }

    private var words: (message: String, hint: String?) {
        switch self {
        case .configuration(let file, let line, let column, let message, let hint):
            ("\(file):\(line):\(column): \(message)", hint)
        case .undetected(let reason, let hint):
            (reason, hint)
        case .unknownEnvironment(let name, let nearest, let known):
            ("unknown environment '\(name)'", known.suggestion(nearest, of: "environments"))
        case .unknownApp(let name, let environment, let nearest, let known):
            (
                "unknown app '\(name)'\(environment.map { " in \($0)" } ?? "")",
                known.suggestion(nearest, of: "apps\(environment.map { " in \($0)" } ?? "")")
            )
        case .ambiguousApp(let name, let candidates):
            ("'\(name)' is the name of several apps", "say \(candidates.listed("or"))")
        case .outside(let file, let reason), .unreadable(let file, let reason):
            ("\(file): \(reason)", nil)
        case .noBranch(let branch?, let repository):
            (
                "there is no branch '\(branch)'" + (repository.map { " in \($0)" } ?? ""),
                "fetch it, or correct the layout in gx.yaml"
            )
        case .noBranch(nil, let repository):
            (
                "\(repository ?? "this repository") has no branch yet", "commit the manifests first"
            )
        case .ofFleet(let file):
            (
                "\(file) names a fleet, and this is about one repository",
                "name one of them, as in: gx -C ../shop …"
            )
        }
    }
}
