internal import Manifests

/// What a plan may change.
struct PlanScope {
    /// Whether an app is one of those that are to change.
    var includes: (AppSnapshot) -> Bool
    /// `promote to`: what would have to be done with all that a file is shared by.
    var verb: String
    /// Whether other apps of the same environment go along where they read the same place: what is written is the
    /// environment's own.
    var takesOwnAlong = false
    /// Whether an artifact of an app that is to change is one of those that are.
    var moves: (AppSnapshot, Artifact) -> Bool = { _, _ in true }

    /// - Parameter apps: Empty for all.
    static func promotion(of apps: [String], to environments: [String]) -> PlanScope {
        PlanScope(
            includes: { environments.contains($0.environment) && (apps.isEmpty || apps.contains($0.app)) },
            verb: "promote to")
    }
}
