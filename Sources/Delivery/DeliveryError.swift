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
    /// gx.yaml names no environment that is promoted to without a person.
    case nothingAutomatic
    /// It does not name this one.
    case notAutomatic(String)
}
