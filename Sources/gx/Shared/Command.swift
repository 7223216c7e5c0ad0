import ArgumentParser

/// A command of gx: what it takes, and what it does with it.
protocol Command: ParsableCommand {
    var global: GlobalOptions { get }
    /// What its answer depends on.
    var dependence: Dependence { get }

    /// Does the work. What it finds goes to `context.output`; what goes wrong is thrown, and `Failure`
    /// says how each error is told.
    func run(in context: Context) throws -> ExitStatus
}

/// What an answer depends on, besides what it fails without.
enum Dependence {
    /// All that was read.
    case everything
    /// What is there now, and not how it came to be.
    case present
    /// What was named on the command line.
    case named
}

extension Command {
    var dependence: Dependence { .everything }
}

/// How gx ends.
enum ExitStatus: Int32 {
    /// Done; or yes, what was asked is so.
    case done = 0
    /// No: an assertion is false, a gate refuses, a check failed.
    case no = 1
    /// The command line was wrong, or an error stopped the work.
    case error = 2
    /// The repository does not hold what the answer needs: history is shallow, notes are missing.
    case cannotTell = 3
}

/// gx ran a program in its own place, and ends as it ended.
struct ProgramEnd: Error {
    var status: Int32
}
