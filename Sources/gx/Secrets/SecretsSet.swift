import ArgumentParser
import Glibc
import Secrets
import Terminal

struct SecretsSet: Command {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Set one value: typed without being shown, from standard input, or from a file.",
        discussion: """
            Values are never taken from an argument, which other users of the machine could see. One line break \
            at the end of standard input is left out. A file that is not there yet is made as .sops.yaml says, \
            which needs no secret key; nor does one that has only this value.
            """)

    @Option(
        help: ArgumentHelp("Take the value from this file, as it is.", valueName: "file"), completion: .file()
    )
    var from: String?
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "A file, or an environment.", completion: .environments) var target: String
    @Argument(help: "The key: its path, or the end of it.") var key: String
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let files = try SecretFiles(context)
        let isNew = !Files.exists(target) && FileFormat(path: target) != .binary
        let path = isNew ? target : try files.path(of: target, key: key)
        let value = try read(context)
        if isNew {
            try files.write(
                SopsFile.encrypt(
                    value, at: [PathStep](key), as: FileFormat(path: path), rule: files.rule(for: path)),
                to: path)
            try files.addDrivers(for: path)
            return .done
        }
        let file = try files.read(path)
        let place = try KeyName(key).path(in: file)
        do {
            let open = try files.open(path, identity)
            let change = SecretChange(path: place, value: open.typed(value, at: place))
            try files.write(open.applying([change]), to: path)
        } catch let error as SecretsError where error.kind == .noMatch {
            // With nothing else in it, a file can be made anew for the same readers.
            guard file.keys.map(\.key) == [place.text], let rule = try? files.rule(for: path),
                !file.hasClearValues
            else {
                throw SecretsError(
                    .noMatch, error.message, at: error.place,
                    hint:
                        "the MAC covers the other values too, so a key of a reader is needed; \(error.hint ?? "")"
                )
            }
            try files.write(
                SopsFile.encrypt(value, at: place, as: FileFormat(path: path), rule: rule), to: path)
        }
        return .done
    }

    private func read(_ context: Context) throws -> SecretBytes {
        if let from { return try Files.read(from) }
        if isatty(STDIN_FILENO) == 1 {
            guard let typed = context.prompt.secret("value of \(key):") else {
                throw Failure("no value was given", hint: "give it on standard input, or with --from FILE")
            }
            return SecretBytes(taking: typed)
        }
        let bytes = try Files.read("-")
        return bytes.withSpan { span in
            let end = span.count > 0 && span[span.count - 1] == 10 ? span.count - 1 : span.count
            return SecretBytes(copying: span.extracting(first: end))
        }
    }
}

struct SecretsCopy: Command {
    static let configuration = CommandConfiguration(
        commandName: "copy", abstract: "Copy a value from one environment to another, without showing it.")

    @Option(
        help: ArgumentHelp("The environment (or file) that has it.", valueName: "env"),
        completion: .environments) var from: String
    @Option(
        help: ArgumentHelp("The environment (or file) that gets it.", valueName: "env"),
        completion: .environments) var to: String
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "The key: its path, or the end of it.") var key: String
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let files = try SecretFiles(context)
        let sourcePath = try files.path(of: from, key: key)
        let source = try files.open(sourcePath, identity)
        let path = try KeyName(key).path(in: source.file)
        guard let value = source[path] else {
            throw Failure("there is no \(key) in \(from)", hint: "gx secrets list shows what is there")
        }
        let targetPath = try target(files, source: sourcePath)
        let target = try files.open(targetPath, identity)
        try files.write(target.applying([SecretChange(path: path, value: value.plain)]), to: targetPath)
        return .done
    }

    /// Of several files in the target, the one that the source's corresponds to.
    private func target(_ files: SecretFiles, source: String) throws -> String {
        if Files.exists(to), !Files.isFolder(to) { return to }
        let items = try files.all()
        let family = items.first {
            Files.absolute("\(files.root ?? "")/\($0.path)") == Files.absolute(source)
        }?.family
        if let twin = try files.files(of: to).first(where: { $0.family == family }), let root = files.root {
            return "\(root)/\(twin.path)"
        }
        return try files.path(of: to, key: key)
    }
}
