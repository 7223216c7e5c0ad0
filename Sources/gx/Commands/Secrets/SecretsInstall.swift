import ArgumentParser
import Git
import Glibc
import Secrets
import Terminal

struct SecretsInstall: Command {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Set this clone up: diff and merge drivers for encrypted files, and the pre-commit hook.",
        discussion: """
            Changes only this clone: .git/config, .git/info/attributes and the hook. Run it again when there are new encrypted \
            files. A hook that is there already is left alone.
            """)

    @OptionGroup(title: "Global options") var global: GlobalOptions

    private static let hook =
        "#!/bin/sh\n# Written by `gx secrets install`.\nexec gx secrets check --staged\n"
    private static let begin = "# begin: gx secrets install"
    private static let end = "# end: gx secrets install"

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
        try writeAttributes(items.map(\.path), to: "\(repository.commonDirectory)/info/attributes", files)
        try context.note("diff and merge drivers are set up for \(items.count) encrypted files")
        return try installHook(repository, context)
    }

    private func git(_ arguments: [String], _ repository: Repository) throws -> String {
        let output = try Subprocess(
            "git", arguments, purpose: "set up the clone", directory: repository.workTree
        ).run()
        guard output.status == 0 else {
            throw GitError.failed(
                command: "git \(arguments[0])", status: output.status, message: output.message)
        }
        return String(output.text.reversed().drop(while: \.isNewline).reversed())
    }

    /// Keeps what others wrote, and replaces what was written here before.
    private func writeAttributes(_ paths: [String], to file: String, _ files: SecretFiles) throws {
        var lines: [String] = []
        if Files.exists(file) {
            let text = try String(decoding: Files.read(file).unwiped, as: UTF8.self)
            var isOurs = false
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                if line == Self.begin { isOurs = true }
                if !isOurs { lines.append(String(line)) }
                if line == Self.end { isOurs = false }
            }
            while lines.last == "" { lines.removeLast() }
        }
        lines +=
            [Self.begin] + paths.map { "\(Self.pattern($0)) diff=gx-secrets merge=gx-secrets" } + [
                Self.end, "",
            ]
        let folder = String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)])
        _ = unsafe mkdir(folder, 0o777)
        try files.write(Array(lines.joined(separator: "\n").utf8), to: file)
    }

    /// A path as a pattern that means only itself, quoted as in C.
    private static func pattern(_ path: String) -> String {
        var text = "/"
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["):
                text += "\\\\\(Character(UnicodeScalar(byte)))"
            case UInt8(ascii: "\\"): text += "\\\\\\\\"
            case UInt8(ascii: "\""): text += "\\\""
            case 0x21...0x7E, 0x20: text.unicodeScalars.append(UnicodeScalar(byte))
            default:
                let octal = String(byte, radix: 8)
                text += "\\" + String(repeating: "0", count: 3 - octal.count) + octal
            }
        }
        return "\"\(text)\""
    }

    private func installHook(_ repository: Repository, _ context: Context) throws -> ExitStatus {
        let path = try git(
            ["rev-parse", "--path-format=absolute", "--git-path", "hooks/pre-commit"], repository)
        if Files.exists(path) {
            let text = try String(decoding: Files.read(path).unwiped, as: UTF8.self)
            if text.contains("gx secrets check") { return .done }
            throw Failure(
                "there is a pre-commit hook already: \(path)",
                hint: "add this line to it: gx secrets check --staged || exit 1")
        }
        _ = unsafe mkdir(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]), 0o777)
        try Files.replace(path, mode: 0o755) { (sink) throws(SecretsError) in
            try sink.write(Array(Self.hook.utf8).span)
        }
        try context.note("pre-commit hook written: \(path)")
        return .done
    }
}
