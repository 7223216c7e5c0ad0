import ArgumentParser
import Git
import Terminal

/// Whether long answers are shown page by page.
struct PagerOptions: ParsableArguments {
    @Flag(help: "Write to the terminal without a pager.")
    var noPager = false

    /// Long answers for people go through the pager that git would take, on a terminal.
    func apply(to context: Context, _ isForPeople: Bool) throws {
        guard !noPager, isForPeople, context.output.screen.isTerminal,
            let pager = try context.repository.pager()
        else {
            return
        }
        context.output.page(by: pager)
    }
}
