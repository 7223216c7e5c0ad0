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
            sentence:
                "What would a promotion do? The version, the issues that it brings, and the exact patch.",
            arguments: ["promote", "api", "--to", "qa", "--dry-run"]),
        Stop(
            sentence: "The promotion: a commit on what the remote has now, pushed.",
            arguments: ["promote", "api", "--to", "qa", "--yes"]),
        Stop(
            sentence: "To all regions of staging, in one commit.",
            arguments: ["promote", "api", "--to", "staging", "--yes"]),
        Stop(
            sentence: "Production wants a review: a branch is pushed for a pull request.",
            arguments: ["promote", "payments", "--to", "prod-us", "--yes"]),
        Stop(
            sentence: "Where is an issue, since when, and where was it taken back?",
            arguments: ["trace", "PROJ-108"]),
        Stop(
            sentence: "How quickly do changes come to production, and how well?",
            arguments: ["leadtime", "--by", "app"]),
        Stop(
            sentence: "A bad version goes back, in one region, and is kept out.",
            arguments: [
                "rollback", "api", "--in", "staging-us", "--reason", "orders are charged twice", "--yes",
            ]),
        Stop(
            sentence: "What would change more than was asked for is refused, and nothing is written.",
            arguments: ["promote", "proxy", "--to", "qa"]),
    ]
}
