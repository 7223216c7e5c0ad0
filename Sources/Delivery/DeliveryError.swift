public import System

/// What keeps a command from making a plan at all.
public enum DeliveryError: Error, Hashable, Sendable {
    /// A branch is merged as it is: what it was before can't be promoted.
    case branchAsItIs(String)
    /// The environment has several apps and none was named.
    case appNeeded(environment: String, apps: [String])
    case noEnvironmentBefore(String)
    /// The environments before the target run different versions, so one has to be named.
    case severalBefore(environment: String, app: String, sources: [String])
    /// The same where each is a branch.
    case severalBranches(environment: String, branches: [String])
    /// A group of which some environments are branches and some are not.
    case mixedGroup(String)
    /// A branch is promoted as a whole: no image, chart, file or override can be picked.
    case branchTakesAll(String)
    /// Branches of different repositories have no common history to merge.
    case otherRepository(String, String)
    /// An environment can't be given what it has itself.
    case sameEnvironment(String)
    /// An image or chart from the command line that the app does not run.
    case notRun(artifact: String, app: String, environment: String, known: [String])
    /// What the command line says of an artifact can't be a version of it.
    case badVersion(String, reason: String)
    /// What was to be gone back to is no moment of the past.
    case noMoment(String)
    /// Nothing that a rollback was asked for concerns what was asked about.
    case unconcerned(environment: String, String)
    /// A branch goes back as a whole.
    case branchGoesBackWhole(String, apps: [String])
    /// The same, where an artifact was picked.
    case branchGoesBackWithAll(String)
    /// Remotes of which nothing says which one environments are deployed from.
    case severalRemotes(branch: String, [String])
    /// What is to be turned when a version is held is nowhere.
    case noSwitch(path: String, environment: String)
    /// An app that was there once.
    case departed(DepartedApp)
    /// A name that may mean several artifacts of an app.
    case severalNamed(app: String, environment: String, [String])
    /// gx.yaml names no environment that is promoted to without a person.
    case nothingAutomatic
    /// It does not name this one.
    case notAutomatic(String)
    /// A change of a fleet that can't be made as it was asked for.
    case badChange(String)
}

extension DeliveryError: Explained {
    public var description: String { words.message }
    public var hint: String? { words.hint }

    private var words: (message: String, hint: String?) {
        switch self {
        case .badChange(let reason): (reason, nil)
        case .appNeeded(let environment, let apps):
            (
                "\(environment) has \(apps.count) apps, and none was named",
                "name some, or take --all: \(apps.listed("and"))"
            )
        case .noSwitch(let path, let environment):
            (
                "nothing in \(environment) has \(path), which 'rollback.pause' of gx.yaml turns",
                "correct the path, or take it out; --no-hold turns nothing"
            )
        case .noEnvironmentBefore(let name):
            (
                "no environment comes before \(name)",
                "say --from, or `after:` in gx.yaml which one comes before it"
            )
        case .severalBefore(let environment, let app, let sources):
            (
                "the environments before \(environment) run different versions of \(app)",
                "say --from \(sources.listed("or"))"
            )
        case .severalBranches(let environment, let branches):
            (
                "several branches come before \(environment): \(branches.listed("and"))",
                "say --from where they are several environments; else give each branch an environment of its own in gx.yaml"
            )
        case .mixedGroup(let name):
            (
                "some environments of \(name) are branches and some are not",
                "promote to them one at a time"
            )
        case .branchAsItIs(let name):
            (
                "\(name) is a branch, and is promoted from a branch as that is now",
                "leave out the moment of --from"
            )
        case .branchTakesAll(let name):
            (
                "\(name) is a branch, and a branch is promoted as a whole",
                "leave out --image, --chart, --with and --create"
            )
        case .otherRepository(let source, let target):
            ("\(source) and \(target) are branches of different repositories: they can't be merged", nil)
        case .sameEnvironment(let name):
            ("\(name) cannot be promoted to itself", nil)
        case .badVersion(let text, let reason):
            (
                "'\(text)' can't be promoted: \(reason)",
                "write NAME=VERSION; an image's as TAG, sha256:…, TAG@sha256:… or REPOSITORY:TAG"
            )
        case .noMoment(let text):
            (
                "'\(text)' is no moment to go back to",
                "name a version, a commit, ~3, @{last friday} or an issue"
            )
        case .unconcerned(let environment, let text):
            ("\(text) is not in \(environment)", "'gx trace' says where it is")
        case .branchGoesBackWhole(let name, let apps):
            (
                "\(name) is a branch, and a branch goes back as a whole",
                "take --all: it has \(apps.listed("and"))"
            )
        case .branchGoesBackWithAll(let name):
            ("\(name) is a branch, and a branch goes back as a whole", "leave out --image")
        case .severalRemotes(let branch, let remotes):
            (
                "\(branch) may be that of \(remotes.listed("or")): nothing says which one is deployed from",
                "git branch --set-upstream-to=\(remotes.first ?? "origin")/\(branch) \(branch)"
            )
        case .departed(let app):
            (
                "\(app.environment) has no \(app.name) since \(app.day): "
                    + (app.heir.map { "it is called \($0) since \(app.commit) by \(app.author)" }
                        ?? "\(app.commit) by \(app.author) took it out, with \(app.versions)"),
                app.heir.map { "say \($0)" }
                    ?? "'git checkout \(app.commit)~1 -- \(app.files.isEmpty ? "FILES" : app.files.joined(separator: " "))' brings its files back"
            )
        case .severalNamed(let app, let environment, let names):
            (
                "\(app) runs several artifacts of this name in \(environment): \(names.listed("and"))",
                "write out which one is meant, or '*' for each"
            )
        case .nothingAutomatic:
            (
                "gx.yaml names no environment that is promoted to without a person",
                "name them: promote: { auto: [qa, prod] }"
            )
        case .notAutomatic(let name):
            ("\(name) is not promoted to without a person", "name it in 'auto' of 'promote' in gx.yaml")
        case .notRun(let artifact, let app, let environment, let known):
            (
                "\(app) does not run \(artifact) in \(environment)",
                known.isEmpty
                    ? "it runs nothing of that kind: --image, --chart and --ref tell kinds apart"
                    : "it runs \(known.listed("and"))"
            )
        }
    }
}
