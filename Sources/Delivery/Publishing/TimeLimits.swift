internal import Git
internal import System

/// How long gx waits for others, as the user's settings have it.
struct TimeLimits {
    /// For one talk to a remote.
    let network: Duration

    /// - Throws: `PublishingError.badTimeLimit` where `gx.timeout` is no length of time.
    init(_ repository: Repository) throws {
        guard let setting = try repository.setting("gx.timeout") else {
            network = Repository.networkTimeout
            return
        }
        guard let seconds = TimeSpan(setting)?.seconds ?? Int64(setting), seconds > 0 else {
            throw PublishingError.badTimeLimit(setting)
        }
        network = .seconds(seconds)
    }
}
