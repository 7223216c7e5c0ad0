import ArgumentParser
import Git
import Glibc
import System
import Terminal

struct Demo: Command {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Make a sample repository with history, and show gx on it.",
        examples: [
            "gx demo": "make the sample in a new folder, and tour it",
            "gx demo shop": "in a folder of this name",
            "gx demo --no-tour shop": "without the tour",
        ],
        discussion: """
            In the folder it makes a remote, remote.git, and a clone of it, manifests: a small shop in eight \
            environments, and three weeks of work on it. Then it runs some commands there. Nothing outside of the \
            folder is touched.
            """)

    @OptionGroup(title: "Global options") var global: GlobalOptions

    @Argument(help: ArgumentHelp("The folder to make.", valueName: "dir"), completion: .directory)
    var folder = "gx-demo"

    @Flag(help: "Only make the repository, and run no commands.")
    var noTour = false

    func run(in context: Context) throws -> ExitStatus {
        guard try isFree(folder) else {
            throw Failure("'\(folder)' is not empty", hint: "name another folder: gx demo DIR")
        }
        try DemoRepository.create(in: folder, now: context.now)
        let manifests = "\(folder)/manifests"
        try context.output.print(
            "A sample repository: \(manifests, .emphasis), a clone of \("\(folder)/remote.git", .emphasis).")
        if !noTour { try tour(of: manifests, context) }
        return .done
    }

    /// Runs the commands, and shows them as somebody would type them there.
    private func tour(of folder: String, _ context: Context) throws {
        for stop in DemoTour.stops {
            try context.output.print("")
            try context.output.print(Text(stop.sentence))
            let words = stop.arguments.map { $0.contains(" ") ? "'\($0)'" : $0 }
            let line = (["gx"] + words).joined(separator: " ")
            try context.output.print("\("$", .faint) \(line, .emphasis)")
            try context.output.flush()
            let status = try Subprocess(
                "/proc/self/exe",
                stop.arguments + ["--color", context.output.screen.color ? "always" : "never"],
                purpose: "show gx", environment: ProcessEnvironment().withoutRepository, directory: folder
            ).runAttached()
            if status != 0 { try context.output.print(Text("exit status \(status)", .faint)) }
        }
        try context.output.print("")
        try context.output.print("Go on yourself: \("cd \(folder)", .emphasis)")
    }

    /// Whether a folder is empty, or not there yet.
    private func isFree(_ path: String) throws(SystemError) -> Bool {
        guard let folder = unsafe opendir(path) else {
            if errno == ENOENT { return true }
            throw SystemError.system("make a sample repository in '\(path)'")
        }
        defer { unsafe closedir(folder) }
        // Itself and the folder above are always in it.
        var count = 0
        while unsafe readdir(folder) != nil { count += 1 }
        return count <= 2
    }
}
