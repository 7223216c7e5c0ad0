import Git
import Manifests
import Secrets
import System
import Terminal
import YAML

/// The encrypted files around: where they are, whose policy holds, and what environment they are of.
struct SecretFiles {
    let context: Context
    /// The repository's folder; nil outside of one, where files are named by their path only.
    let root: String?
    let configuration: Configuration?

    init(_ context: Context) throws {
        self.context = context
        Memory.forbidDumps()
        ScratchFile.wipeRemains()
        root = try? context.repository.workTree
        guard root != nil else {
            configuration = nil
            return
        }
        // A gx.yaml with an error in it is one; a layout that cannot be told from the files is none.
        let isWritten = try context.options.config != nil || Self.isWritten(context)
        configuration =
            isWritten ? try context.configuration().configuration : try? context.configuration().configuration
    }

    private static func isWritten(_ context: Context) throws -> Bool {
        do {
            return try context.configurationSource().written() != nil
        } catch ManifestsError.noBranch {
            return false  // before the first commit
        }
    }

    /// An encrypted file of the repository.
    struct Item {
        /// From the repository's folder.
        let path: String
        let file: SopsFile
        let environment: String?
        /// The path without its environment: the same for files that belong together.
        let family: String
    }

    // MARK: Keys

    func identities(_ options: IdentityOptions) throws -> Identities {
        var identities = Identities()
        if options.files.isEmpty {
            let names = ["HOME", "XDG_CONFIG_HOME"] + Identities.variables
            let environment = ProcessEnvironment()
            let values = names.compactMap { name in environment[name].map { (name, $0) } }
            return Identities(
                environment: Dictionary(uniqueKeysWithValues: values), passphrase: Self.passphrase)
        }
        for file in options.files {
            identities.add(try Identities.read(file: file, passphrase: Self.passphrase))
        }
        return identities
    }

    /// Asks at the terminal.
    @Sendable static func passphrase(for file: String) throws(SecretsError) -> SecretBytes {
        let screen = Screen(descriptor: 2) { ProcessEnvironment()[$0] }
        let prompt = Prompt(on: screen) { text in Output(descriptor: 2, color: .auto).draw(text) }
        guard let answer = prompt.secret("passphrase for \(file):") else {
            throw SecretsError(
                .key, "the key needs a passphrase, and there is nobody to ask", at: file,
                hint: "use a key without one, or --passphrase-file")
        }
        return SecretBytes(taking: answer)
    }

    // MARK: Files

    /// A path as it is from the repository's folder; nil outside of it.
    func relative(_ path: String) -> String? {
        guard let root else { return nil }
        let absolute = Files.absolute(path)
        return absolute.hasPrefix(root + "/") ? String(absolute.dropFirst(root.utf8.count + 1)) : nil
    }

    /// A path as people are told of it.
    func shown(_ path: String) -> String { relative(path) ?? path }

    func read(_ path: String) throws -> SopsFile {
        let bytes = try Files.read(path).unwiped
        do {
            return try SopsFile(parsing: bytes, as: FileFormat(path: path))
        } catch {
            throw error.inside(path)
        }
    }

    func open(_ path: String, _ options: IdentityOptions) throws -> OpenFile {
        do {
            return try read(path).open(with: identities(options))
        } catch let error as SecretsError {
            throw error.place?.hasPrefix(path) == true ? error : error.inside(path)
        }
    }

    /// Puts new bytes in the file's place, whole.
    func write(_ bytes: [UInt8], to path: String) throws {
        try Files.replace(path) { (sink) throws(SecretsError) in try sink.write(bytes.span) }
    }

    /// Gives a new encrypted file the drivers of Git, where `install` has set them up.
    func addDrivers(for path: String) throws {
        guard let name = relative(path) else { return }
        try DriverAttributes(context.repository).add(name)
    }

    /// What commands that read do about a broken file.
    func leaveOut(_ path: String, _ error: SecretsError) throws {
        try context.warn("\(path) is left out: \(Failure(error).message)")
    }

    /// All encrypted files of the work tree, sorted by path; with a warning for those that are broken.
    func all() throws -> [Item] { try all(broken: leaveOut) }

    /// All encrypted files of the work tree, sorted by path. Those that are broken are told of, by path.
    func all(broken: (String, SecretsError) throws -> Void) throws -> [Item] {
        guard let root else { throw Failure("this is not a work tree", hint: "name a file") }
        let repository = try context.repository
        let tracked = try repository.index().filter(\.isRegular).map(\.path)
        var items: [Item] = []
        for path in Set(tracked + (try repository.untrackedPaths())).sorted() {
            guard Self.mayBeEncrypted(path), Files.exists("\(root)/\(path)") else { continue }
            let bytes = try Files.read("\(root)/\(path)").unwiped
            guard SopsFile.mayBe(bytes) else { continue }
            let format = FileFormat(path: path)
            let file: SopsFile
            do {
                file = try SopsFile(parsing: bytes, as: format)
            } catch {
                // Of any text that is no JSON it can't be told that it was an encrypted file once.
                if format != .binary, SopsFile.hasCiphertext(bytes) { try broken(path, error) }
                continue
            }
            guard file.isEncrypted else { continue }
            let (environment, family) = place(of: path)
            items.append(Item(path: path, file: file, environment: environment, family: family))
        }
        return items
    }

    private static func mayBeEncrypted(_ path: String) -> Bool { !path.hasSuffix(Policy.fileName) }

    /// The environment that a path belongs to, by the layouts of gx.yaml.
    private func place(of path: String) -> (environment: String?, family: String) {
        guard let configuration else { return (nil, path) }
        for layout in configuration.layouts {
            let match = layout.path?.match(path) { name, value in
                name != "env" || configuration.environment(named: value) != nil
            }
            guard let match else { continue }
            let name = layout.environment?.filled { match.captures[$0] } ?? match.captures["env"]
            guard let name, configuration.environment(named: name) != nil else { continue }
            var general = match
            for (capture, value) in match.captures where value == name || capture == "env" {
                general.captures[capture] = "{env}"
            }
            let parts = path.split(separator: "/").map { $0 == name ? "{env}" : String($0) }
            return (name, layout.path?.path(general) ?? parts.joined(separator: "/"))
        }
        return (nil, path)
    }

    /// The encrypted files of an environment.
    func files(of environment: String) throws -> [Item] { try files(of: environment, broken: leaveOut) }

    func files(of environment: String, broken: (String, SecretsError) throws -> Void) throws -> [Item] {
        let items = try all(broken: broken)
        let own = items.filter { $0.environment == environment }
        if !own.isEmpty { return own }
        // Without gx.yaml, an environment is a folder's name.
        let named = items.filter {
            $0.environment == nil && $0.path.split(separator: "/").dropLast().contains(Substring(environment))
        }
        guard named.isEmpty else { return named }
        throw Failure(
            "\(environment) is neither a file nor an environment with encrypted files",
            hint: "gx secrets list shows them; gx secrets encrypt FILE makes one")
    }

    /// The one file that a target means: a path, or an environment that has one file (with `key`, if it is given).
    func path(of target: String, key: String? = nil) throws -> String {
        if Files.exists(target), !Files.isFolder(target) { return target }
        var found = try files(of: target)
        if found.count > 1, let key {
            let holding = found.filter { item in item.file.keys.contains { KeyName(key).matches($0.key) } }
            if !holding.isEmpty { found = holding }
        }
        guard found.count == 1, let root else {
            throw Failure(
                "\(target) has \(found.count) encrypted files",
                hint: "name one: \(Failure.list(found.map(\.path), "or"))")
        }
        return "\(root)/\(found[0].path)"
    }

    /// All files that a target means: a path, or those of an environment.
    func paths(of target: String) throws -> [String] {
        if Files.exists(target), !Files.isFolder(target) { return [target] }
        let found = try files(of: target)
        guard let root else { return [] }
        return found.map { "\(root)/\($0.path)" }
    }

    /// The namespaces that the files of each environment name: in manifests and in kustomizations.
    func namespaces() throws -> [String: Set<String>] {
        guard let root else { return [:] }
        var namespaces: [String: Set<String>] = [:]
        for entry in try context.repository.index() where entry.isRegular {
            guard [.yaml, .json].contains(FileFormat(path: entry.path)),
                let environment = place(of: entry.path).environment, Files.exists("\(root)/\(entry.path)")
            else { continue }
            let bytes = try Files.read("\(root)/\(entry.path)").unwiped
            guard !SopsFile.mayBe(bytes),
                let file = try? YAMLFile(parsing: bytes, as: Syntax(path: entry.path))
            else { continue }
            for document in file.documents {
                let metadata = document.root?["metadata"]
                var names = [document.root?["namespace"], metadata?["namespace"]]
                if document.root?["kind"]?.string == "Namespace" { names.append(metadata?["name"]) }
                namespaces[environment, default: []].formUnion(names.compactMap { $0?.string })
            }
        }
        return namespaces
    }

    // MARK: Policies

    /// The policy that holds for a file: the nearest `.sops.yaml` above it.
    struct Governed {
        let policy: Policy
        let policyPath: String
        /// From the policy's folder.
        let path: String
    }

    func policy(for path: String) throws -> Governed? {
        let absolute = Files.absolute(path)
        var folder = absolute.lastIndex(of: "/").map { String(absolute[..<$0]) } ?? ""
        while true {
            let candidate = "\(folder)/\(Policy.fileName)"
            if Files.exists(candidate) {
                let bytes = try Files.read(candidate).unwiped
                do {
                    let policy = try Policy(parsing: bytes)
                    return Governed(
                        policy: policy, policyPath: candidate,
                        path: String(absolute.dropFirst(folder.utf8.count + 1)))
                } catch let error {
                    throw error.inside(candidate)
                }
            }
            guard let slash = folder.lastIndex(of: "/") else { return nil }
            folder = String(folder[..<slash])
        }
    }

    /// The rule for a file; an error where there is no policy, or none of its rules matches.
    func rule(for path: String) throws -> EncryptionRule {
        guard let governed = try policy(for: path) else {
            throw Failure(
                "there is no \(Policy.fileName) above \(path)",
                hint: "write one with creation_rules, or say whom to encrypt for with -r")
        }
        return try governed.policy.rule(for: governed.path).encryption
    }
}

/// A key as users name it: its path, or the end of it where that says which one is meant.
struct KeyName {
    let text: String

    init(_ text: String) { self.text = text }

    func matches(_ path: String) -> Bool { path == text || path.hasSuffix(".\(text)") }

    /// The path that is meant in a file; a new key of a Kubernetes Secret goes into `stringData`.
    func path(in file: SopsFile) throws -> [PathStep] {
        let known = file.keys.map(\.key)
        if known.contains(text) { return try [PathStep](text) }
        let found = known.filter(matches)
        guard found.count < 2 else {
            throw Failure("\(text) is in several places", hint: "say \(Failure.list(found, "or"))")
        }
        if let only = found.first { return try [PathStep](only) }
        let path = try [PathStep](text)
        return path.count == 1 && file.isKubernetesSecret ? [.key("stringData")] + path : path
    }
}
