import ArgumentParser
import Git
import Secrets
import System
import Terminal

struct SecretsEdit: Command {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Edit an encrypted file in your editor.",
        examples: [
            "gx secrets edit prod": "the file of an environment",
            "gx secrets edit envs/prod/secrets.yaml": "a file",
            "gx secrets edit prod -i key.txt": "with the keys of a file",
        ],
        discussion: """
            The file is in the clear only in a folder that is kept in memory and that only you can read, until the editor ends. \
            What you do not change keeps its ciphertext. The editor is that of Git: GIT_EDITOR, core.editor, VISUAL, EDITOR.
            """)

    @OptionGroup var identity: IdentityOptions
    @Argument(help: "A file, or an environment that has one.", completion: .environments) var target: String
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let files = try SecretFiles(context)
        let path = try files.path(of: target)
        let open = try files.open(path, identity)
        let name = path.split(separator: "/").last.map(String.init) ?? "secret"
        let scratch = try MemoryFolder()
        let plain = try scratch.add(name, open.plaintext())
        while true {
            let status = try editor(plain, purpose: "edit \(target)").runAttached()
            guard status == 0 else {
                throw Failure("the editor ended with status \(status): nothing was changed")
            }
            let edited = try withExtendedLifetime(scratch) { try Files.read(plain) }
            do {
                let bytes = try open.edited(to: edited.unwiped, path: name)
                guard bytes != open.file.bytes else {
                    try context.note("nothing was changed")
                    return .done
                }
                try save(bytes, of: open, to: path, files)
                return .done
            } catch let error as SecretsError {
                // What was typed is not lost to a slip, where somebody can mend it.
                guard context.prompt.isAvailable else { throw error }
                let status = context.errors.report(Failure(error))
                guard context.prompt.confirm("edit again?") == true else { return status }
            }
        }
    }

    /// Puts what was edited in the file's place, and what others changed there since it was opened beside it. What
    /// collides is kept for another time.
    private func save(_ bytes: [UInt8], of open: OpenFile, to path: String, _ files: SecretFiles) throws {
        try files.change(path) { current in
            guard let current, current != open.file.bytes else { return bytes }
            let problem: String
            do {
                let merge = try SecretMerge.merge(
                    base: open, ours: files.open(path, bytes: current, options: identity),
                    theirs: open.reopened(bytes))
                guard !merge.conflicts.isEmpty else {
                    try files.context.note("\(files.shown(path)) changed meanwhile: both changes are in it")
                    return merge.bytes
                }
                problem = "both changed \(merge.conflicts.map(\.label).joined(separator: ", "))"
            } catch let error as SecretsError {
                problem = error.message
            }
            let kept = try keep(bytes, of: path, files)
            throw Failure(
                "\(files.shown(path)) changed while it was edited: \(problem)",
                hint: "what you wrote is kept, encrypted, in \(kept): gx secrets view \(kept)")
        }
    }

    private func keep(_ bytes: [UInt8], of path: String, _ files: SecretFiles) throws -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? "secret"
        let folder =
            try files.root == nil
            ? path.dropLast(name.count) + "edited-" : "\(files.context.repository.commonDirectory)/gx/edited-"
        let kept = "\(folder)\(name)"
        try Files.makeFolder(of: kept)
        try files.write(bytes, to: kept)
        return kept
    }

    /// Run by the shell, as Git does it, but in the shell's place where that can be: a signal is then told to the editor.
    /// Swap, backup and undo files of vim would hold the values.
    private func editor(_ path: String, purpose: String) throws -> Subprocess {
        let output = try Subprocess("git", ["var", "GIT_EDITOR"], purpose: "find the editor").run()
        let command = String(output.text.reversed().drop(while: \.isNewline).reversed())
        guard output.status == 0, let program = ShellWords.split(command)?.first else {
            throw Failure("there is no editor that can be run", hint: "set EDITOR")
        }
        let name = program.split(separator: "/").last ?? ""
        var words: [String] = []
        if ["vi", "vim", "nvim", "view"].contains(name) || name.hasPrefix("vim.") {
            let options = "set noswapfile nobackup nowritebackup noundofile"
            // Before the user's own settings, and after them.
            words = ["-n", "-i", "NONE", "--cmd", options, "-c", options]
        }
        return Subprocess(
            "/bin/sh", ["-c", "\(Self.prefix(command, program))\(command) \"$@\"", command] + words + [path],
            purpose: purpose, environment: Identities.withheld)
    }

    /// Nothing, where the shell has more to do than to run one program.
    private static func prefix(_ command: String, _ program: String) -> String {
        let isMore = command.contains { ";&|(){}!\n".contains($0) }
        if isMore || [":", ".", "command", "eval", "exec"].contains(program) { return "" }
        return program.contains("=") ? "exec env " : "exec "
    }
}
