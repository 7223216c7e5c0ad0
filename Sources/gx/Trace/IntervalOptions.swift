import ArgumentParser
import Git
import System
import Terminal

/// A stretch of time.
struct IntervalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Only since this moment, in any form that git takes.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Only before this moment.", valueName: "time"))
    var until: String?

    /// The moments, told to the user as they were understood.
    func resolved(_ context: Context) throws -> (from: Timestamp?, to: Timestamp?) {
        let from = try since.map(context.repository.date)
        let to = try until.map(context.repository.date)
        if from != nil || to != nil {
            let words = [from.map { "since \($0)" }, to.map { "until \($0)" }].compactMap { $0 }
            try context.note("\(words.joined(separator: " "), .faint)", ofAll: true)
        }
        return (from, to)
    }
}
