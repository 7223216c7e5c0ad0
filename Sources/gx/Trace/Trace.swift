import ArgumentParser

struct Trace: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Answer what was deployed where, when, and by whom.",
        usage: """
            gx trace <subject> ... [--in <env> | --cleared <env>] [<options>]
            gx trace log | diff | release | explain | record | sync | export [<options>]
            """,
        subcommands: [
            TraceSubject.self, TraceLog.self, TraceDiff.self, TraceRelease.self, TraceExplain.self,
            TraceRecord.self, TraceSync.self,
            TraceExport.self,
        ],
        defaultSubcommand: TraceSubject.self)

    @OptionGroup(title: "Global options") var global: GlobalOptions
}
