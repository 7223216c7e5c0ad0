import Git
import Glibc
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
        MemoryFolder.wipeRemains()
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
        try open(path, bytes: Files.read(path).unwiped, options: options)
    }

    /// Opens bytes that are, or were, those of a file.
    func open(_ path: String, bytes: [UInt8], options: IdentityOptions) throws -> OpenFile {
        do {
            return try SopsFile(parsing: bytes, as: FileFormat(path: path)).open(with: options.identities())
        } catch let error as SecretsError {
            throw error.place?.hasPrefix(path) == true ? error : error.inside(path)
        }
    }

    // MARK: Writing

    /// How long another gx may take to write.
    private static let patience = Duration.seconds(60)

    /// Does what reads encrypted files and then writes them, while no other gx does so here.
    func alone<Result>(_ path: String, _ work: () throws -> Result) throws -> Result {
        let lock = try lock(path)
        return try withExtendedLifetime(lock) { try work() }
    }

    private func lock(_ path: String) throws -> FileLock {
        if root != nil { return try FileLock("\(state())/secrets.lock", patience: Self.patience) }
        let folder = Files.absolute(path).split(separator: "/").dropLast().joined(separator: "/")
        return try FileLock(folder: "/\(folder)", patience: Self.patience)
    }

    /// The folder of the repository in which gx keeps what is its own.
    func state() throws -> String {
        let folder = try "\(context.repository.commonDirectory)/gx"
        _ = unsafe mkdir(folder, 0o777)
        return folder
    }

    /// Puts new bytes in the place of those that a file has now; what another program writes meanwhile is not lost.
    ///
    /// - Parameter make: The new bytes; is given nil where there is no file yet.
    func change(_ path: String, _ make: ([UInt8]?) throws -> [UInt8]) throws {
        try alone(path) {
            var attempts = 5
            while true {
                let old = Files.exists(path) ? try Files.read(path).unwiped : nil
                let new = try make(old)
                do {
                    return try write(new, to: path, having: old)
                } catch let error as SecretsError where error.kind == .changed && attempts > 1 {
                    attempts -= 1
                }
            }
        }
    }

    /// Puts new bytes in the file's place, whole, if it still has the old ones.
    func write(_ bytes: [UInt8], to path: String, having old: [UInt8]? = nil) throws {
        try Files.replace(path, having: old) { (sink) throws(SecretsError) in try sink.write(bytes.span) }
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
        let index = try repository.index()
        if index.isEmpty, let head = try repository.resolve("HEAD"),
            try !repository.files(inTree: repository.commit(head).tree).isEmpty
        {
            throw Failure("nothing is checked out here", hint: "git checkout does it; or name a file")
        }
        let tracked = index.filter(\.isRegular)
        let blobs = Dictionary(tracked.map { ($0.path, $0.id) }) { first, _ in first }
        var items: [Item] = []
        for path in Set(tracked.map(\.path) + (try repository.untrackedPaths())).sorted() {
            guard Self.mayBeEncrypted(path) else { continue }
            guard Files.exists("\(root)/\(path)") else {
                if let blob = blobs[path], try SopsFile.mayBe(repository.blob(blob)) {
                    try broken(path, Self.absent)
                }
                continue
            }
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

    /// In a sparse checkout, or taken away without telling Git.
    private static let absent = SecretsError(
        .file, "it is not in the work tree", hint: "git checkout it, or git rm it")

    private static func mayBeEncrypted(_ path: String) -> Bool { !path.hasSuffix(Policy.fileName) }

    /// The environment that a path belongs to, by the layouts of gx.yaml.
    func place(of path: String) -> (environment: String?, family: String) {
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

    /// Where the file would be in other environments that gx.yaml declares.
    func twins(of path: String) -> [(environment: String, path: String)] {
        guard let configuration, let own = place(of: path).environment else { return [] }
        return configuration.environments.filter { $0.match == nil && $0.environment.name != own }.map {
            let other = $0.environment.name
            return (
                other,
                path.split(separator: "/").map { $0 == own ? other : String($0) }.joined(separator: "/")
            )
        }
    }

    /// All files of the repository, encrypted or not.
    func everyPath() throws -> [String] {
        let repository = try context.repository
        return try Set(repository.index().map(\.path) + repository.untrackedPaths()).sorted()
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

    /// The files that a target means: a path, or those of an environment.
    func paths(of target: String) throws -> [String] {
        if Files.exists(target), !Files.isFolder(target) { return [target] }
        return try files(of: target).map { "\(root ?? "")/\($0.path)" }
    }

    /// The environment that a target means or belongs to.
    func environment(of target: String) -> String? {
        guard Files.exists(target), !Files.isFolder(target) else { return target }
        return relative(target).flatMap { place(of: $0).environment }
    }

    /// The one file that a target means: a path, or an environment that has one file (with `key`, if it is given, or
    /// else with the manifest).
    func path(of target: String, key: String? = nil, in manifest: String? = nil) throws -> String {
        if Files.exists(target), !Files.isFolder(target) { return target }
        var found = try files(of: target)
        if found.count > 1, let key {
            let holding = found.filter { Self.holds(key, in: manifest, $0.file.readableKeys) }
            if !holding.isEmpty { found = holding }
        }
        if found.count > 1, let manifest {
            let holding = found.filter { $0.file.readableKeys.manifests.contains { $0.name == manifest } }
            if !holding.isEmpty { found = holding }
        }
        guard found.count == 1, let root else {
            throw Failure(
                "\(target) has \(found.count) encrypted files",
                hint: "name one: \(found.map(\.path).listed("or"))")
        }
        return "\(root)/\(found[0].path)"
    }

    private static func holds(_ key: String, in manifest: String?, _ keys: SecretKeys) -> Bool {
        do {
            return try keys.key(key, in: manifest) != nil
        } catch {
            // Where it is there several times, it is there.
            return keys.manifests.contains { manifest == nil || $0.name == manifest }
        }
    }
}
