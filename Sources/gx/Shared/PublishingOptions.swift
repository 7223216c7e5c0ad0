import ArgumentParser

/// How what a command has planned is carried out.
struct PublishingOptions: ParsableArguments {
    @Flag(help: "Show the plan and the patch, and write nothing.")
    var dryRun = false

    @Flag(help: "Do not ask before anything is pushed.")
    var yes = false

    @Flag(help: "Push a branch of its own, and open a pull request.")
    var pr = false

    @Flag(help: "Let the host merge the pull request once its checks pass.")
    var autoMerge = false

    @Flag(help: "Take the place of an open promotion of another version.")
    var supersede = false

    @Flag(help: "Commit on the local branch only.")
    var noPush = false

    func validate() throws {
        if pr, noPush { throw ValidationError("--pr and --no-push contradict each other.") }
        if (autoMerge || supersede) && noPush {
            throw ValidationError(
                "--auto-merge and --supersede are about pull requests, and --no-push makes none.")
        }
    }
}
