internal import Ledger
internal import Manifests

/// An app that goes back, and to what.
struct Return {
    struct Left {
        var deployment: Deployment
        var mentions: Mentions
        /// What it brought had been taken back before.
        var isUndone: Bool
    }

    var app: AppSnapshot
    var deployment: Deployment
    /// What of the app goes back.
    var chosen: ChosenArtifacts
    /// The deployments of it since, newest first.
    var left: [Left]
    /// What comes back is newer than what runs now.
    var isForward: Bool
}
