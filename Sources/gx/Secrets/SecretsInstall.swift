import ArgumentParser
import Git
import Glibc
import Secrets
import System
import Terminal

struct SecretsInstall: Command {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Set this clone up: diff and merge drivers for encrypted files, and the pre-commit hook.",
        examples: [
            "gx secrets install": "set this clone up",
            "gx -C manifests secrets install": "in another folder",
            "gx secrets install --quiet": "in a script",
        ],
        discussion: """
            Changes only this clone: .git/config, .git/info/attributes and the hook. Run it again when others have added \
            encrypted files; those that you encrypt are added by themselves. A hook that is there already is left alone.
            """)

    @OptionGroup(title: "Global options") var global: GlobalOptions

    static let hook =
        "#!/bin/sh\n# Written by `gx secrets install`.\nexec gx secrets check --staged\n"

    func run(in context: Context) throws -> ExitStatus {
        let files = try SecretFiles(context)
        let repository = try context.repository
        for (key, value) in [
            ("diff.gx-secrets.textconv", "gx secrets diff"), ("diff.gx-secrets.cachetextconv", "false"),
            ("merge.gx-secrets.name", "gx: encrypted files, value by value"),
            ("merge.gx-secrets.driver", "gx secrets merge %O %A %B %P"),
        ] {
            _ = try git(["config", "--local", key, value], repository)
        }
        let items = try files.all()
        try DriverAttributes(repository).write(items.map(\.path))
        try context.note("diff and merge drivers are set up for \(items.count) encrypted files")
        return try installHook(repository, context)
    }

    private func git(_ arguments: [String], _ repository: Repository) throws -> String {
        let output = try Subprocess(
            "git", arguments, purpose: "set up the clone", directory: repository.workTree
        ).run()
        guard output.status == 0 else {
            throw SystemError.failed(
                command: "git \(arguments[0])", status: output.status, message: output.message)
        }
        return String(output.text.reversed().drop(while: \.isNewline).reversed())
    }

    private func installHook(_ repository: Repository, _ context: Context) throws -> ExitStatus {
        let name = "pre-commit"
        let folder = try HookFolder(
            repository, adding: [(name, "gx secrets check --staged || exit 1")])
        if let text = try folder.text(of: name) {
            if text.contains("gx secrets check") || text.contains("gx hook pre-commit") { return .done }
            throw Failure(
                "there is a pre-commit hook already: \(folder.file(name))",
                hint: "add this line to it: gx secrets check --staged || exit 1")
        }
        try folder.write(Self.hook, as: name)
        try context.note("pre-commit hook written: \(folder.file(name))")
        return .done
    }
}
