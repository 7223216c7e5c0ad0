import ArgumentParser

struct Trace: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Answer what was deployed where, when, and by whom.",
        examples: [
            "gx trace PROJ-2356": "where a feature is",
            "gx trace PROJ-2356 --in prod --quiet":
                "the same as an assertion: exit 0 for yes, 1 for no",
            "gx trace log --in prod --since 'last friday'": "who changed production since then",
            "gx trace diff staging prod --issues":
                "the features that are in staging and not in production",
            "gx trace explain prod/api": "how what gx says of a deployment is known",
        ],
        usage: """
            gx trace <subject> ... [--in <env> | --cleared <env>] [<options>]
            gx trace log | diff | release | explain | bisect | receipt | record | sync | export [<options>]
            """,
        subcommands: [
            TraceSubject.self, TraceLog.self, TraceDiff.self, TraceRelease.self, TraceExplain.self,
            TraceBisect.self, TraceReceipt.self,
            TraceRecord.self, TraceSync.self,
            TraceExport.self,
        ],
        defaultSubcommand: TraceSubject.self)

    @OptionGroup(title: "Global options") var global: GlobalOptions
}
