internal import Git
internal import System

/// The files of a commit, without its submodules: all of them in one list, or, where a few of thousands matter, each
/// looked up when it is asked for.
///
/// What is missing or damaged is left out, and noted; any other failure finds nothing, and `check` tells.
struct TreeFiles {
    private let repository: Repository
    /// Nil before the first commit.
    private(set) var tree: ObjectID?
    /// The blobs that stand in the place of some files, by path.
    var standIns: [String: ObjectID] = [:]
    private var list: List?
    private var problem: GitError?

    /// In the order of the bytes of the paths.
    fileprivate struct List {
        var paths: [String] = []
        var modes: [FileMode] = []
        var ids: [ObjectID] = []

        init() {}

        init(_ files: [(path: String, mode: FileMode, id: ObjectID)]) {
            let files = files.filter { $0.mode != .submodule }
            paths = files.map(\.path)
            modes = files.map(\.mode)
            ids = files.map(\.id)
        }

        func place(notBefore path: String) -> Int {
            paths.partitioningIndex { !FilePath.precedes($0, path) }
        }

        func place(of path: String) -> Int? {
            let place = place(notBefore: path)
            return place < paths.count && paths[place] == path ? place : nil
        }

        func entry(at path: String) -> (mode: FileMode, id: ObjectID)? {
            place(of: path).map { (modes[$0], ids[$0]) }
        }

        /// The places of what is below a folder; `""` is the root.
        func places(under folder: String) -> Range<Int> {
            if folder.isEmpty { return paths.indices }
            let start = place(notBefore: folder + "/")
            return start..<paths[start...].partitioningIndex { !FilePath.isWithin(folder, $0) }
        }
    }

    /// Looks up what is asked for, and lists all only when that is wanted.
    init(_ repository: Repository, tree: ObjectID?, standIns: [String: ObjectID] = [:]) {
        (self.repository, self.tree, self.standIns) = (repository, tree, standIns)
    }

    init(
        _ repository: Repository, tree: ObjectID?,
        listed files: [(path: String, mode: FileMode, id: ObjectID)]
    ) {
        self.init(repository, tree: tree)
        list = List(files)
    }

    /// Throws what hindered a lookup.
    func check() throws(GitError) {
        if let problem { throw problem }
    }

    /// What a look into a tree of history finds, at a path.
    private mutating func found<Found>(
        _ none: Found, in id: ObjectID, at path: String,
        _ look: (Repository) throws(GitError) -> Found
    ) -> Found {
        do {
            return try repository.ifSound(id, what: path, isPast: true) { [repository] () throws(GitError) in
                try look(repository)
            } ?? none
        } catch {
            problem = problem ?? error
            return none
        }
    }

    // MARK: One file

    /// Nil where there is no file.
    mutating func entry(at path: String) -> (mode: FileMode, id: ObjectID)? {
        guard var entry = isListed ? list?.entry(at: path) : lookedUp(path) else { return nil }
        if let standIn = standIns[path] { entry.id = standIn }
        return entry
    }

    private mutating func lookedUp(_ path: String) -> (mode: FileMode, id: ObjectID)? {
        guard let entry = anything(at: path), entry.mode != .tree, entry.mode != .submodule else {
            return nil
        }
        return (entry.mode, entry.id)
    }

    private mutating func anything(at path: String) -> TreeEntry? {
        guard let tree else { return nil }
        return found(nil, in: tree, at: path) { repository throws(GitError) in
            try repository.entry(at: path, inTree: tree)
        }
    }

    // MARK: Folders

    mutating func isFolder(_ path: String) -> Bool {
        if isListed { return list?.places(under: path).isEmpty == false }
        guard !path.isEmpty else { return tree != nil }
        guard let entry = anything(at: path), entry.mode == .tree else { return false }
        return found(false, in: entry.id, at: path) { repository throws(GitError) in
            try repository.hasFiles(inTree: entry.id)
        }
    }

    /// The files below a folder, in order; `""` is the root.
    mutating func paths(under folder: String) -> ArraySlice<String> {
        if list == nil, !folder.isEmpty {
            guard let entry = anything(at: folder), entry.mode == .tree else { return [] }
            return found([], in: entry.id, at: folder) { repository throws(GitError) in
                List(try repository.files(inTree: entry.id)).paths.map { "\(folder)/\($0)" }[...]
            }
        }
        let list = listed()
        return list.paths[list.places(under: folder)]
    }

    // MARK: All

    var isListed: Bool { list != nil }

    private mutating func listed() -> List {
        if let list { return list }
        var new = List()
        do {
            if let tree { new = List(try repository.files(inTree: tree)) }
        } catch { problem = problem ?? error }
        list = new
        return new
    }

    /// Sorted by bytes.
    var paths: [String] { mutating get { listed().paths } }

    /// The symbolic links among the paths.
    var links: [String] {
        mutating get {
            let list = listed()
            return zip(list.paths, list.modes).filter { $0.1 == .symbolicLink }.map(\.0)
        }
    }

    /// The object that holds the bytes of a file, by its place in `paths`.
    func blob(at place: Int) -> ObjectID? { list.map { standIns[$0.paths[place]] ?? $0.ids[place] } }

    /// A file that these bytes are; nil where no one is known.
    func path(of id: ObjectID) -> String? {
        list.flatMap { list in list.ids.firstIndex(of: id).map { list.paths[$0] } }
    }

    // MARK: Going on

    /// Goes on to another tree, given what differs.
    mutating func move(to tree: ObjectID, _ changes: [Change]) {
        self.tree = tree
        // Taken out meanwhile, so that it is changed in place.
        guard var list else { return }
        self.list = nil
        // Each path that comes or goes moves all those behind it: many are taken in at once.
        if changes.count(where: { ($0.old == nil) != ($0.new == nil) }) > 64 {
            list.merge(changes)
        } else {
            for change in changes { list.take(change) }
        }
        self.list = list
    }
}

extension TreeFiles.List {
    fileprivate mutating func take(_ change: Change) {
        let path = change.path
        let place = place(notBefore: path)
        let isThere = place < paths.count && paths[place] == path
        switch (change.newFile, isThere) {
        case (let new?, true): (modes[place], ids[place]) = (new.mode, new.id)
        case (let new?, false):
            paths.insert(path, at: place)
            modes.insert(new.mode, at: place)
            ids.insert(new.id, at: place)
        case (nil, true):
            paths.remove(at: place)
            modes.remove(at: place)
            ids.remove(at: place)
        case (nil, false): break
        }
    }

    fileprivate mutating func merge(_ changes: [Change]) {
        let changes = changes.sorted { FilePath.precedes($0.path, $1.path) }
        var merged = Self()
        merged.paths.reserveCapacity(paths.count + changes.count)
        var next = 0
        func keep(until end: Int) {
            merged.paths += paths[next..<end]
            merged.modes += modes[next..<end]
            merged.ids += ids[next..<end]
            next = end
        }
        for change in changes {
            let place = next + paths[next...].prefix { FilePath.precedes($0, change.path) }.count
            keep(until: place)
            if next < paths.count, paths[next] == change.path { next += 1 }
            guard let new = change.newFile else { continue }
            merged.paths.append(change.path)
            merged.modes.append(new.mode)
            merged.ids.append(new.id)
        }
        keep(until: paths.count)
        self = merged
    }
}

extension Change {
    /// Nil where there is no file any more, or a submodule.
    fileprivate var newFile: Side? { new?.mode == .submodule ? nil : new }
}
