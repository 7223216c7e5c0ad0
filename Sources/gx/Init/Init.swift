import ArgumentParser
import Git
import Manifests
import System
import Terminal

/// Sets a repository up for gx.
struct Init: Command {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write down what gx found, and fetch notes along.",
        examples: [
            "gx init": "write gx.yaml with the layout that was found",
            "gx -C manifests init": "in another folder",
            "gx init --hooks": "hooks that call gx, and nothing else",
            "gx init --quiet": "in a script",
        ],
        discussion: """
            Writes gx.yaml with the layout that was detected, unless there is one, and has 'git fetch' bring the \
            notes of gx along. What is there already stays as it is.

            With --hooks it writes hooks of Git that ask `gx hook`, and nothing else: pre-commit, commit-msg and \
            pre-push in a clone, pre-receive and post-receive in a bare repository, or those that are named. A hook that \
            is there is kept beside it as NAME.local, and asked first.
            """)

    @OptionGroup(title: "Global options") var global: GlobalOptions

    @Flag(help: "Write hooks that call gx.")
    var hooks = false

    @Argument(help: ArgumentHelp("With --hooks, which.", valueName: "hook"))
    var names: [HookName] = []

    func validate() throws {
        if !hooks, !names.isEmpty { throw ValidationError("Names of hooks go with --hooks.") }
    }

    func run(in context: Context) throws -> ExitStatus {
        if hooks {
            try HookInstallation(context).run(names)
            return .done
        }
        try writeConfiguration(context)
        try setUpNotes(context)
        return .done
    }

    private func writeConfiguration(_ context: Context) throws {
        if let file = context.options.config {
            throw Failure("--config \(file) makes no sense here", hint: "'gx init' writes gx.yaml itself")
        }
        let name = ConfigurationSource.fileName
        let source = try context.configurationSource()
        switch try source.written()?.origin {
        case .committed(let ref): return try context.note("\(name) is there already, at \(ref)")
        case .some: return try context.note("\(name) is there already, and stays as it is")
        case nil: break
        }
        let detected = try source.detect()
        let bytes = Array(ConfigurationWriter(detected).text.utf8)
        guard (try? Configuration(parsing: bytes)) == detected.configuration else {
            throw Failure(
                "what was found can't be written down: \(detected.summary)",
                hint: "write gx.yaml by hand; docs/gx-yaml.md has a layout for each kind of repository")
        }
        guard let root = try context.repository.workTree else {
            try context.output.write(String(decoding: bytes, as: UTF8.self))
            return try context.note("there is no work tree to write to: commit this as \(name)")
        }
        try createFile("\(root)/\(name)", bytes)
        try context.note("wrote \(name, .success): \(detected.summary)")
        try context.note("read it, try it with 'gx status', and commit it")
    }

    private func setUpNotes(_ context: Context) throws {
        let repository = try context.repository
        // In a partial clone git would leave out what the notes say; gx fetches them by itself.
        if repository.isPartial { return }
        let remotes = try repository.remotes
        if remotes.isEmpty {
            try context.note("once there is a remote, 'gx init' has its notes fetched, too")
        }
        for remote in remotes {
            let isNew = try repository.addNotesRefspec(under: "refs/notes/gx/", to: remote)
            try context.note(
                "'git fetch \(remote)' \(isNew ? "now" : "already") brings the notes of gx along")
        }
    }
}
