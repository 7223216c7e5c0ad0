public import Git
internal import System

/// A configuration, and where it comes from.
public struct LoadedConfiguration: Hashable, Sendable {
    public enum Origin: Hashable, Sendable {
        /// A file on disk, by the name that it was asked for.
        case file(String)
        /// gx.yaml as it is committed at a ref.
        case committed(ref: String)
        /// None was found: what was assumed instead, in one line.
        case detected(String)
    }

    public var configuration: Configuration
    public var origin: Origin
}

/// Where gx.yaml is looked for. Commands that read take the work tree's, so that a change can be tried before
/// it is committed; commands that write take the one at the tip that they build on, so that nobody weakens a
/// rule by editing a copy.
public struct ConfigurationSource {
    public static let fileName = "gx.yaml"

    private let repository: Repository
    private let resolver: any PlaceResolver
    private let cache: FileCache

    public init(_ repository: Repository, resolver: any PlaceResolver, cache: FileCache = FileCache()) {
        self.repository = repository
        self.resolver = resolver
        self.cache = cache
    }

    /// For commands that read: `named` (`--config`), else the work tree's, else the default branch's, else what
    /// is detected there.
    public func forReading(named file: String? = nil) throws -> LoadedConfiguration {
        let loaded = try written(named: file) ?? detected(at: resolver.tip(of: Place()))
        return try ofOneRepository(loaded)
    }

    /// For commands that write: what stands at the commit that they build on, else what is detected there.
    public func forWriting(at tip: Tip) throws -> LoadedConfiguration {
        try ofOneRepository(committed(at: tip) ?? detected(at: tip))
    }

    private func ofOneRepository(_ loaded: LoadedConfiguration) throws -> LoadedConfiguration {
        guard loaded.configuration.fleet != nil else { return loaded }
        if case .file(let name) = loaded.origin { throw ManifestsError.ofFleet(file: name) }
        throw ManifestsError.ofFleet(file: Self.fileName)
    }

    /// The gx.yaml that commands which read take; nil where there is none.
    public func written(named file: String? = nil) throws -> LoadedConfiguration? {
        if let file {
            guard let bytes = try readFile(file, mayBePipe: true) else {
                throw ManifestsError.unreadable(file: file, reason: "there is no such file")
            }
            return try load(bytes, origin: .file(file), file: file)
        }
        if let root = repository.workTree, let bytes = try readFile("\(root)/\(Self.fileName)") {
            return try load(bytes, origin: .file(Self.fileName))
        }
        return try committed(at: resolver.tip(of: Place()))
    }

    /// What is told from the files of the default branch, whatever gx.yaml says.
    public func detect() throws -> DetectedLayout {
        let tip = try resolver.tip(of: Place())
        return try detect(
            in: tip.repository, tip.repository.commit(tip.commit).tree, resolver.branches(of: nil))
    }

    private func committed(at tip: Tip) throws -> LoadedConfiguration? {
        let tree = try tip.repository.commit(tip.commit).tree
        guard let entry = try tip.repository.entry(at: Self.fileName, inTree: tree) else { return nil }
        return try load(tip.repository.blob(entry.id), origin: .committed(ref: tip.ref))
    }

    private func load(
        _ bytes: [UInt8], origin: LoadedConfiguration.Origin, file: String = fileName
    ) throws -> LoadedConfiguration {
        let configuration = try Configuration(parsing: bytes, file: file)
        try checkRepositories(of: configuration, file)
        return LoadedConfiguration(configuration: configuration, origin: origin)
    }

    /// No repository that gx.yaml names is part of this one: whoever writes to it would say what git does there.
    private func checkRepositories(of configuration: Configuration, _ file: String) throws {
        let named = configuration.text.repositories
        guard !named.isEmpty else { return }
        let boundary = RepositoryBoundary(repository)
        for repository in named {
            let names =
                repository.name.names.contains("env")
                ? configuration.environments.map(\.environment.name) : [""]
            let filled = names.compactMap { name in repository.name.filled { $0 == "env" ? name : nil } }
            // As it is written too, where a source's name has braces that nothing fills.
            for name in filled + [repository.name.description] {
                guard let problem = boundary.problem(with: name) else { continue }
                throw ManifestsError.configuration(
                    file: file, line: repository.line, column: repository.column, message: problem,
                    hint: "name a repository beside this one, or its URL")
            }
        }
    }

    private func detect(
        in repository: Repository, _ tree: ObjectID, _ branches: [String]
    ) throws -> DetectedLayout {
        try Discovery.detect(in: Checkout(repository, tree: tree, cache: cache), branches: branches)
    }

    private func detected(at tip: Tip) throws -> LoadedConfiguration {
        let tree = try tip.repository.commit(tip.commit).tree
        let branches = try resolver.branches(of: nil)
        let memory = try DetectionMemory(tip.repository, tree: tree, branches: branches)
        if let known = try memory.recall() { return known }
        let detected = try detect(in: tip.repository, tree, branches)
        try memory.keep(detected)
        return LoadedConfiguration(configuration: detected.configuration, origin: .detected(detected.summary))
    }
}
