/// The commands that `gx demo` shows.
enum DemoTour {
    struct Stop {
        var sentence: String
        var arguments: [String]
    }

    static let stops = [
        Stop(
            sentence: "What runs where, and what waits to move on.",
            arguments: ["status"]),
        Stop(
            sentence: "What a promotion would do: the versions, what they bring, and the exact patch.",
            arguments: ["promote", "api", "--to", "qa", "--dry-run"]),
        Stop(
            sentence: "The promotion: one commit on the newest state of the remote, pushed.",
            arguments: ["promote", "api", "--to", "qa", "--yes"]),
        Stop(
            sentence: "To all regions of staging, in one commit.",
            arguments: ["promote", "api", "--to", "staging", "--yes"]),
        Stop(
            sentence: "What would also change something else is refused, and nothing is written.",
            arguments: ["promote", "proxy", "--to", "qa"]),
    ]
}
