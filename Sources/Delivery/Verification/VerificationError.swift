internal import Git
public import System

/// What keeps deployments from being verified at all.
public enum VerificationError: Error, Hashable, Sendable {
    /// No rule of gx.yaml is for them.
    case noRule(environment: String, apps: [String])
    /// A name in braces that nothing fills.
    case unknownName(String, in: String, app: String, environment: String)
    /// A kind of object that gx can't judge.
    case unknownKind(String, key: String)
    /// The token or password for Prometheus is not where it should be.
    case noAccess(to: String, place: String)
    /// Which commit deployed an app lies beyond the edge of a shallow clone.
    case tooShallow(environment: String, app: String)
    /// A command of `before:` failed, so nothing was pushed. Its last line.
    case notAnnounced(command: String, status: Int, words: String?)
    /// The app is not there.
    case notDeployed(environment: String, app: String)
}

extension VerificationError: Explained {
    public var description: String { words.message }
    public var hint: String? { words.hint }

    private var words: (message: String, hint: String?) {
        switch self {
        case .noRule(let environment, let apps):
            (
                "gx.yaml does not say how "
                    + (apps.isEmpty ? environment : "\(apps.listed("and")) in \(environment)")
                    + " is verified",
                "see 'verify' in docs/gx-yaml.md"
            )
        case .unknownName(let name, let template, let app, let environment):
            (
                "'{\(name)}' in '\(template)' stands for nothing that \(app) has in \(environment)",
                "known are env, app, version, commit, and what the layout captures"
            )
        case .unknownKind(let kind, let key):
            (
                "'\(key)' can't judge a \(kind)",
                key == "flux"
                    ? "it takes Kustomization and HelmRelease"
                    : "it takes Deployment, StatefulSet and DaemonSet; anything else is for 'run'"
            )
        case .noAccess(let url, let place):
            ("what \(url) wants to be asked with is not in \(place)", nil)
        case .tooShallow(let environment, let app):
            (
                "cannot tell which commit deployed \(app) to \(environment): this clone does not have all of history",
                GitError.unshallow
            )
        case .notAnnounced(let command, let status, let words):
            (
                "\(command) of 'before' in gx.yaml failed with status \(status)\(words.map { ": \($0)" } ?? "")",
                "nothing was pushed: run the command again once it succeeds"
            )
        case .notDeployed(let environment, let app):
            ("no commit of history deployed \(app) to \(environment)", nil)
        }
    }
}
