import ArgumentParser
import Git
import Secrets
import System
import Terminal

struct SecretsExec: Command {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Run a command with an environment's secrets as variables, or as files.",
        examples: [
            "gx secrets exec dev -- ./server": "its secrets as variables",
            "gx secrets exec dev --as-file KEYSTORE=web.p12 -- ./server": "one of them as a file in memory",
            "gx secrets exec dev --as-file CONFIG -- ./server": "its whole file, in the clear",
            "gx secrets exec prod.env --with mail.env -- env": "of two files",
        ],
        discussion: """
            Ends with the command's own status. What no variable can hold (it is no text, or nested) is named and left out; \
            with --as-file the variable holds the name of a file in memory.
            """)

    @Option(
        help: ArgumentHelp(
            "Give a key's value as a file, named by this variable; without a key the whole file, and no other variables.",
            valueName: "variable[=key]"))
    var asFile: [FileVariable] = []
    @Option(
        help: ArgumentHelp("Give what this file or environment has, too.", valueName: "target"),
        completion: .environments)
    var with: [String] = []
    @OptionGroup var manifest: ManifestOptions
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "A file, or an environment.", completion: .environments) var target: String
    @Argument(parsing: .postTerminator, help: "The command and its arguments, after --.") var command:
        [String]
    @OptionGroup(title: "Global options") var global: GlobalOptions

    /// `VARIABLE`, or `VARIABLE=KEY`.
    struct FileVariable: ExpressibleByArgument {
        let name: String
        /// Nil for the whole file.
        let key: String?

        init?(argument: String) {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            name = String(parts[0])
            key = parts.count > 1 ? String(parts[1]) : nil
            guard !name.isEmpty, !name.contains("/"), key != "" else { return nil }
        }
    }

    private var targets: [String] { [target] + with }

    func run(in context: Context) throws -> ExitStatus {
        guard let program = command.first else {
            throw Failure("which command?", hint: "gx secrets exec \(target) -- COMMAND")
        }
        let files = try SecretFiles(context)
        let isWhole = asFile.contains { $0.key == nil }
        let sources = try (isWhole ? [wholeFile(files)] : paths(files)).map {
            Source(file: files.shown($0), path: $0, open: try files.open($0, identity))
        }
        var variables: [String: String?] = [:]
        var given: [Source.Place] = []
        let scratch = asFile.isEmpty ? nil : try MemoryFolder()
        if let scratch {
            for file in asFile {
                if let key = file.key {
                    let (place, value) = try self.value(of: key, sources)
                    variables[file.name] = try scratch.add(file.name, value)
                    given.append(place)
                } else if let source = sources.first {
                    let name = source.path.split(separator: "/").last.map(String.init) ?? "secrets"
                    variables[file.name] = try scratch.add(name, source.open.plaintext())
                }
            }
        } else {
            // So that a signal to gx is one to the command.
            Termination.handle {}
        }
        if !isWhole {
            for (name, value) in try values(sources, without: given, context) where variables[name] == nil {
                variables[name] = value
            }
        }
        let status = try withExtendedLifetime(scratch) {
            try Subprocess(
                program, Array(command.dropFirst()),
                purpose: "run with the secrets of \(targets.listed("and"))",
                environment: Identities.withheld.setting(variables)
            ).runAttached()
        }
        guard status == 0 else { throw ProgramEnd(status: status) }
        return .done
    }

    /// An open file.
    private struct Source {
        /// As people are told of it.
        let file: String
        let path: String
        let open: OpenFile

        struct Place: Equatable {
            let path: String
            let place: SecretPlace
        }
    }

    private func wholeFile(_ files: SecretFiles) throws -> String {
        guard with.isEmpty else {
            throw Failure(
                "--as-file without a key gives one whole file, and \(targets.listed("and")) are several",
                hint: "name one, or a key: --as-file VARIABLE=KEY")
        }
        return try files.path(of: target, in: manifest.name)
    }

    /// The files of all targets; where a manifest is named, those that have it.
    private func paths(_ files: SecretFiles) throws -> [String] {
        var paths: [String] = []
        for path in try targets.flatMap({ try files.paths(of: $0) }) where !paths.contains(path) {
            paths.append(path)
        }
        guard let name = manifest.name, paths.count > 1 else { return paths }
        let having = try paths.filter { path in
            try files.read(path).readableKeys.manifests.contains { $0.name == name }
        }
        return having.isEmpty ? paths : having
    }

    private func value(of key: String, _ sources: [Source]) throws -> (Source.Place, SecretBytes) {
        var found: [(file: String, place: Source.Place, value: SecretBytes)] = []
        for source in sources {
            guard let key = try source.open.keys.key(key, in: manifest.name),
                let value = try source.open.value(of: key)
            else { continue }
            found.append((source.file, Source.Place(path: source.path, place: key.place), value))
        }
        guard let first = found.first else {
            throw Failure(
                "there is no \(key) in \(targets.listed("or"))", hint: "gx secrets list shows what is there",
                status: .no)
        }
        guard found.count == 1 else {
            throw Failure(
                "\(key) is in \(found.map(\.file).listed("and"))", hint: "name the file that is meant")
        }
        return (first.place, first.value)
    }

    /// The values of all files; a name that two of them use differently says nothing. What no variable can hold is told.
    private func values(
        _ sources: [Source], without given: [Source.Place], _ context: Context
    ) throws -> [String: String] {
        var values: [String: String] = [:]
        var places: [String: (file: String, label: String)] = [:]
        var unfit: [(file: String, label: String)] = []
        for source in sources {
            for variable in try source.open.variables(in: manifest.name) {
                let place = (source.file, source.open.keys.label(of: variable.key))
                let name = variable.name
                if given.contains(.init(path: source.path, place: variable.key.place)) { continue }
                guard let value = variable.value else {
                    unfit.append(place)
                    continue
                }
                if let other = values[name], other != value, let before = places[name] {
                    throw source.file == before.file
                        ? Failure(
                            "\(before.label) and \(place.1) of \(source.file) differ",
                            hint: "say which manifest is meant, with --name")
                        : Failure(
                            "\(name) is one value in \(before.file) and another in \(source.file)",
                            hint: "name the file that is meant")
                }
                values[name] = value
                places[name] = place
            }
        }
        guard let first = unfit.first else { return values }
        let way = "--as-file VARIABLE=\(first.label) gives \(unfit.count == 1 ? "it" : "one") as a file"
        let which = unfit.map { "\($0.label) of \($0.file)" }.listed("and")
        let what = "\(which): no text, or nested, so no variable can hold \(unfit.count == 1 ? "it" : "them")"
        guard !values.isEmpty || !given.isEmpty else { throw Failure(what, hint: way) }
        try context.warn("\(what); \(way)")
        return values
    }
}
