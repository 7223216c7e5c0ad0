public import Git
internal import System
internal import YAML

/// The files of one commit.
public final class Checkout {
    public let repository: Repository
    var files: TreeFiles
    private let cache: FileCache
    /// What has been looked at.
    private(set) var lookups = Lookups()
    /// Whether objects are read that use nothing: a Service, a ConfigMap. Who asks for versions need not know them.
    var readsEverything = false
    /// Whether ConfigMaps are read, from which Flux and replacements take values. Until something takes any, a change in
    /// one makes no difference.
    private(set) var readsVariables = false
    /// Whether it goes through history: what it lacks is no part of what is there now.
    var isPast = false
    var builds = Builds()
    private var patterns: [String: NamePattern] = [:]
    /// Which objects that deploy may be in some bytes.
    var deployingKinds: [ObjectID: Set<DeployingObjects.Kind>] = [:]
    /// Flux's Kustomizations in some files.
    var kustomizations: [String: (id: ObjectID, objects: [Resource])] = [:]
    /// Whether there may be variables in some bytes.
    var variables: [ObjectID: Bool] = [:]
    /// What is found by a look at many files, until the next move.
    private var survey = Survey()

    private struct Survey {
        var index: PathIndex?
        var links: [String]?
        var linkedFolders: [LinkedFolder]?
        var behindLinks: [String]?
        var folders: [String]?
        var mayHaveFlux: Bool?
        var referrers: Referrers?
        /// The files that a pattern of `shared:` matches, whatever its captures.
        var shared: [String: [Int]] = [:]
        /// Those of them that agree with some captures.
        var agreeing: [SharedQuestion: [String]] = [:]
    }

    private struct SharedQuestion: Hashable {
        var pattern: String
        var captures: [[UInt8]?]
    }

    /// The files that a pattern matches where captures have these values, in the order of the pattern's names; nil
    /// agrees with any. Many units ask the same, so the answer is kept until a file comes or goes.
    func files(matching pattern: Pattern, _ captures: [[UInt8]?]) -> [String] {
        let question = SharedQuestion(pattern: pattern.description, captures: captures)
        if let known = survey.agreeing[question] { return known }
        let index = index
        var matcher = PatternMatcher(pattern, index.bytes)
        let possible =
            survey.shared[pattern.description]
            ?? index.indices(startingWith: pattern.prefix).filter { path in
                matcher.match(index[path]) { _, _ in true }
            }
        survey.shared[pattern.description] = possible
        let files = possible.filter { path in
            matcher.match(index[path]) { name, value in
                captures[name].map { index.bytes[value].elementsEqual($0) } ?? true
            }
        }.map { paths[$0] }
        survey.agreeing[question] = files
        return files
    }

    public convenience init(
        _ repository: Repository, tree: ObjectID, cache: FileCache = FileCache()
    ) throws {
        let files = try repository.files(inTree: tree, mayBeCheckedOut: true)
        self.init(TreeFiles(repository, tree: tree, listed: files), in: repository, cache: cache)
    }

    init(_ files: TreeFiles, in repository: Repository, cache: FileCache) {
        self.repository = repository
        self.cache = cache
        self.files = files
    }

    /// Nil before the first commit.
    public var tree: ObjectID? { files.tree }

    /// Sorted by bytes.
    public var paths: [String] { files.paths }

    /// Throws what hindered a look at the files, of those that are looked up one by one.
    func check() throws(GitError) { try files.check() }

    /// Goes on to another commit, given what differs from this one, and says whose builds that concerns.
    @discardableResult
    func move(to tree: ObjectID, _ changes: [Change]) throws -> Set<Builds.Key> {
        survey.referrers = nil
        survey.mayHaveFlux = nil
        let ofLinks = changes.contains(where: \.isOfLink)
        if ofLinks || changes.contains(where: { $0.old?.mode != $0.new?.mode }) {
            let links = ofLinks ? nil : survey.links
            survey = Survey()
            survey.links = links
        }
        // Contents that are gone seldom come back.
        for change in changes { if let old = change.old { cache.files[old.id] = nil } }
        files.move(to: tree, changes)
        return try builds.forget(changes) { path in
            contains(path) ? try noting { try ManifestReader.readAnew(path, in: self) } : nil
        }
    }

    var index: PathIndex {
        if let known = survey.index { return known }
        let index = PathIndex(paths)
        survey.index = index
        return index
    }

    /// All folders, sorted.
    var folders: [String] {
        if let known = survey.folders { return known }
        var folders: Set<String> = []
        for path in paths {
            var folder = FilePath.folder(of: path)
            while !folder.isEmpty, folders.insert(folder).inserted { folder = FilePath.folder(of: folder) }
        }
        let sorted = folders.sorted(by: FilePath.precedes)
        survey.folders = sorted
        return sorted
    }

    /// The symbolic links among the paths.
    var links: [String] {
        if let known = survey.links { return known }
        let links = files.links
        survey.links = links
        return links
    }

    /// A symbolic link to a folder, and where it leads.
    struct LinkedFolder {
        var link: String
        var folder: String

        /// The path by the link of a file of the folder.
        func path(of file: String) -> String { link + file.dropFirst(folder.count) }

        /// Whether it leads to a folder that it is in: what is behind it has no end.
        var isCircular: Bool { FilePath.isWithin(folder, link) }
    }

    /// The symbolic links to folders.
    func linkedFolders() throws -> [LinkedFolder] {
        if let known = survey.linkedFolders { return known }
        let found = try links.compactMap { link -> LinkedFolder? in
            guard let folder = try resolve(link, from: ""), isFolder(folder) else { return nil }
            return LinkedFolder(link: link, folder: folder)
        }
        survey.linkedFolders = found
        return found
    }

    /// More is not followed: somebody may link to all of a large repository many times.
    private static let mostBehindLinks = 20_000

    /// The paths behind symbolic links to folders, sorted: files that are listed where the links lead.
    func pathsBehindLinks() throws -> [String] {
        if let known = survey.behindLinks { return known }
        var found: [String] = []
        for one in try linkedFolders() where !one.isCircular {
            let own = paths(under: one.folder)
            guard found.count + own.count <= Self.mostBehindLinks else { continue }
            found += own.map(one.path)
        }
        found.sort(by: FilePath.precedes)
        survey.behindLinks = found
        return found
    }

    /// What symbolic links name, where that is no file: what comes or goes there comes or goes behind them, too.
    func linkTargets() throws -> Set<String> {
        Set(
            try links.compactMap { link in
                try soundBytes(of: link).flatMap {
                    FilePath.resolved(String(decoding: $0, as: UTF8.self), from: FilePath.folder(of: link))
                }
            }.filter { !contains($0) })
    }

    /// Where files are looked up one by one, each way may lead over one.
    private var mayHaveLinks: Bool { !files.isListed || !links.isEmpty }

    var referrers: Referrers {
        if let known = survey.referrers { return known }
        let referrers = Referrers(self)
        survey.referrers = referrers
        return referrers
    }

    /// Whether Flux may lead to folders of this commit.
    func mayHaveFlux() throws -> Bool {
        if let known = survey.mayHaveFlux { return known }
        let search = ByteSearch("kustomize.\(Flux.group)")
        let files = blobs(where: FilePath.isYAML).map(\.id)
        try repository.prefetch(files)
        let mayHaveFlux = try files.contains { try soundBlob($0).map(search.isIn) ?? false }
        survey.mayHaveFlux = mayHaveFlux
        return mayHaveFlux
    }

    public func contains(_ path: String) -> Bool { files.entry(at: path) != nil }

    public func id(of path: String) -> ObjectID? { files.entry(at: path)?.id }

    public func mode(of path: String) -> FileMode? { files.entry(at: path)?.mode }

    /// The files whose path is such, in order, and the objects that hold their bytes.
    func blobs(where isWanted: (String) -> Bool) -> [(path: String, id: ObjectID)] {
        // Whoever decides may look at files, too.
        let paths = files.paths
        return paths.indices.filter { isWanted(paths[$0]) }.compactMap { place in
            files.blob(at: place).map { (paths[place], $0) }
        }
    }

    public func bytes(of path: String) throws -> [UInt8]? {
        try id(of: path).map { try repository.blob($0) }
    }

    /// The same; nil as well, and a note of it, where they are missing or damaged.
    func soundBytes(of path: String) throws -> [UInt8]? {
        try id(of: path).flatMap { try repository.soundBlob($0, path, isPast: isPast) }
    }

    /// Nil where there is no such file.
    public func file(at path: String) throws -> ManifestFile? {
        guard let id = id(of: path) else {
            note(place: path)
            return nil
        }
        lookups.files.insert(path)
        return try file(id, at: path)
    }

    /// The file that a blob is at a path.
    func file(_ id: ObjectID, at path: String) throws -> ManifestFile {
        if let file = cache.files[id] { return file }
        let bytes = try repository.soundBlob(id, path, isPast: isPast)
        let file = bytes.map { ManifestFile(parsing: $0, path: path) } ?? ManifestFile(missing: id)
        cache.files[id] = file
        return file
    }

    /// The bytes of one of its files; nil where they are missing or damaged, of which a note is taken.
    func soundBlob(_ id: ObjectID) throws -> [UInt8]? {
        try repository.soundBlob(id, files.path(of: id) ?? id.short, isPast: isPast)
    }

    /// From now on ConfigMaps are read: what has been made without them is made anew.
    func readVariables() {
        guard !readsVariables else { return }
        readsVariables = true
        builds.forgetReadings()
    }

    // MARK: What is looked at

    /// Notes that something would read differently, were there another file or folder at a path, or none.
    func note(place: String) { lookups.places.insert(place) }

    /// What `body` gives, and what it looks at.
    func noting<Result>(_ body: () throws -> Result) rethrows -> (result: Result, lookups: Lookups) {
        let outer = lookups
        lookups = Lookups()
        defer { lookups = outer }
        return (try body(), lookups)
    }

    /// Looks at what something else looked at.
    func note(_ others: Lookups) { lookups.formUnion(others) }

    /// A pattern for names: one that is a regular expression takes long to compile, and is met again and again.
    func pattern(_ text: String) throws(SystemError) -> NamePattern {
        if let known = patterns[text] { return known }
        let pattern = try NamePattern(text)
        patterns[text] = pattern
        return pattern
    }

    // MARK: Paths

    /// The files below a folder, in order; `""` is the root.
    public func paths(under folder: String) -> ArraySlice<String> { files.paths(under: folder) }

    public func isFolder(_ path: String) -> Bool { files.isFolder(path) }

    /// The path of the file or folder that `path`, read from `folder`, leads to: `..` is resolved and
    /// symbolic links are followed. Nil where it leaves the repository or leads nowhere.
    public func resolve(_ path: String, from folder: String) throws -> String? {
        let target = mayHaveLinks ? try follow(path, from: folder) : FilePath.resolved(path, from: folder)
        guard let target else { return nil }
        if contains(target) || isFolder(target) { return target }
        note(place: target)
        return nil
    }

    /// The file that a path stands for: where it is a symbolic link, or behind one, what that leads to.
    func real(_ path: String) throws -> String {
        let mode = mode(of: path)
        guard mode == nil || mode == .symbolicLink, let target = try resolve(path, from: ""), contains(target)
        else {
            return path
        }
        return target
    }

    /// The same, but a file that is a symbolic link itself stays where it is.
    func unlinked(_ path: String) throws -> String { contains(path) ? path : try real(path) }

    /// The symbolic links that lead to a file, and the paths behind links to folders above it.
    func links(to file: String) throws -> [String] {
        try links.filter { try real($0) == file }
            + linkedFolders().filter { !$0.isCircular && FilePath.isWithin($0.folder, file) }
            .map { $0.path(of: file) }
    }

    private func follow(_ path: String, from folder: String) throws -> String? {
        if path.hasPrefix("/") { return nil }
        var components = folder.split(separator: "/")
        var pending = Array(path.split(separator: "/").reversed())
        var followed = 0
        while let next = pending.popLast() {
            switch next {
            case ".": continue
            case "..":
                guard components.popLast() != nil else { return nil }
            default:
                components.append(next)
                let way = components.joined(separator: "/")
                guard let link = files.entry(at: way), link.mode == .symbolicLink else { continue }
                followed += 1
                guard let bytes = try repository.soundBlob(link.id, way, isPast: isPast) else { return nil }
                let target = String(decoding: bytes, as: UTF8.self)
                guard followed <= 8, !target.hasPrefix("/") else { return nil }
                components.removeLast()
                pending += target.split(separator: "/").reversed()
            }
        }
        return components.joined(separator: "/")
    }
}
