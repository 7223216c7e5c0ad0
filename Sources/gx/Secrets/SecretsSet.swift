import ArgumentParser
import Secrets
import Terminal

struct SecretsSet: Command {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Set one value: typed without being shown, from standard input, or from a file.",
        examples: [
            "gx secrets set prod API_KEY": "typed without being shown",
            "gx secrets set prod tls.key --from tls.key": "from a file, as it is",
            "gx secrets set envs/prod/secrets.yaml PASSWORD --name db":
                "in the manifest of this name",
        ],
        discussion: """
            Values are never taken from an argument, which other users of the machine could see. One line break \
            at the end of standard input is left out. A file that is not there yet is made as .sops.yaml says, \
            which needs no secret key; nor does one that has only this value.
            """)

    @Option(
        help: ArgumentHelp("Take the value from this file, as it is.", valueName: "file"), completion: .file()
    )
    var from: String?
    @OptionGroup var manifest: ManifestOptions
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "A file, or an environment.", completion: .environments) var target: String
    @Argument(help: "The key: as it is, its path, or the end of that.") var key: String
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let files = try SecretFiles(context)
        let isNew = !Files.exists(target) && FileFormat(path: target) != .binary
        let path = isNew ? target : try files.path(of: target, key: key, in: manifest.name)
        let value = try SecretInput.read(from, key: key, context)
        try files.change(path) { old in
            guard let old else {
                return try SopsFile.encrypt(
                    value, at: SecretKeys.path(key, in: FileFormat(path: path)), as: FileFormat(path: path),
                    rule: GoverningPolicy.rule(for: path))
            }
            do {
                let open = try files.open(path, bytes: old, options: identity)
                let keys = open.keys
                let own =
                    try keys.key(key, in: manifest.name)?.place ?? keys.newPlace(for: key, in: manifest.name)
                return try open.setting(value, at: own)
            } catch let error as SecretsError where error.kind == .noMatch {
                return try remade(path, old: old, value: value, files: files, error: error)
            }
        }
        if isNew { try files.addDrivers(for: path) }
        try settle(path, files)
        return .done
    }

    /// A value that is set is no conflict of a merge any more.
    private func settle(_ path: String, _ files: SecretFiles) throws {
        guard let name = files.relative(path) else { return }
        var conflicts = try OpenConflicts(files)
        guard let entry = try conflicts.live().first(where: { $0.path == name }) else { return }
        let keys = try files.read(path).readableKeys
        guard let label = try keys.key(key, in: manifest.name).map({ keys.label(of: $0) }),
            entry.keys.contains(label), let left = try conflicts.settle([label], of: name)
        else { return }
        try files.context.note(
            left.isEmpty ? "\(name) is settled, and added" : "still open: \(left.joined(separator: ", "))")
    }

    /// With nothing else in it, a file can be made anew for the same readers by whoever cannot open it.
    private func remade(
        _ path: String, old: [UInt8], value: SecretBytes, files: SecretFiles, error: SecretsError
    ) throws -> [UInt8] {
        let file = try SopsFile(parsing: old, as: FileFormat(path: path))
        let keys = file.readableKeys
        guard keys.all.count == 1, let only = keys.secrets.first, only.entry == nil,
            try keys.key(key, in: manifest.name) == only, let rule = try? GoverningPolicy.rule(for: path)
        else {
            throw SecretsError(
                .noMatch, error.message, at: error.place,
                hint:
                    "the MAC covers the other values too, so a key of a reader is needed; \(error.hint ?? "")"
            )
        }
        return try SopsFile.encrypt(value, at: only.place.path, as: FileFormat(path: path), rule: rule)
    }
}

/// Which manifest of a file is meant.
struct ManifestOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "In a file of several manifests: the one that is meant.", valueName: "name"))
    var name: String?
}

struct SecretsCopy: Command {
    static let configuration = CommandConfiguration(
        commandName: "copy", abstract: "Copy a value from one environment to another, without showing it.",
        examples: [
            "gx secrets copy API_KEY --from staging --to prod": "without showing it",
            "gx secrets copy PASSWORD --from staging --to prod --name db":
                "in one manifest of several",
            "gx secrets copy TOKEN --from a.yaml --to b.yaml": "from file to file",
        ])

    @Option(
        help: ArgumentHelp("The environment (or file) that has it.", valueName: "env"),
        completion: .environments) var from: String
    @Option(
        help: ArgumentHelp("The environment (or file) that gets it.", valueName: "env"),
        completion: .environments) var to: String
    @OptionGroup var manifest: ManifestOptions
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "The key: as it is, its path, or the end of that.") var key: String
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let files = try SecretFiles(context)
        let sourcePath = try files.path(of: from, key: key, in: manifest.name)
        let source = try files.open(sourcePath, identity)
        let keys = source.keys
        guard let found = try keys.key(key, in: manifest.name), let value = try source.value(of: found) else {
            throw Failure("there is no \(key) in \(from)", hint: "gx secrets list shows what is there")
        }
        let targetPath = try target(files, source: sourcePath)
        try files.change(targetPath) { old in
            guard let old else { throw Failure("\(targetPath) is not there any more") }
            let target = try files.open(targetPath, bytes: old, options: identity)
            let place = try place(of: found, keys, in: target.keys)
            return try target.setting(value, at: place, type: source.type(of: found))
        }
        return .done
    }

    /// Where the value goes: to the key of that name, or a new one at the same path of the manifest that is meant.
    private func place(
        of key: SecretKeys.Key, _ source: SecretKeys, in target: SecretKeys
    ) throws -> SecretPlace {
        let name = key.entry ?? key.place.path.text
        let manifest = target.manifests.count > 1 ? manifest.name ?? source.manifest(of: key).name : nil
        if let known = try target.key(name, in: manifest) { return known.place }
        if let entry = key.entry, target.manifests.contains(where: \.isSecret) {
            return try target.newPlace(for: "\(key.isBase64 ? "data" : "stringData").\(entry)", in: manifest)
        }
        return key.entry == nil && target.manifests.count == 1
            ? key.place : try target.newPlace(for: name, in: manifest)
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
        return try files.path(of: to, key: key, in: manifest.name)
    }
}
