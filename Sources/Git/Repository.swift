internal import CLibGit2
internal import Glibc
internal import Synchronization
public import System

/// A repository on disk. Objects, refs and trees are read and written in this process; the network, hooks,
/// signing and work trees are left to the `git` program.
///
/// It belongs to one thread, like all of libgit2's objects.
public final class Repository {
    /// Where refs of this work tree and its index are; in a linked work tree `…/.git/worktrees/NAME`.
    public let gitDirectory: String
    /// What all linked work trees share: objects, branches, configuration.
    public let commonDirectory: String
    /// The root of the work tree; nil in a bare repository.
    public let workTree: String?
    /// The environment that git is run with, and that says where the repository is in a hook.
    public let environment: ProcessEnvironment
    /// The commits whose parents a shallow clone does not have.
    public private(set) var shallowBoundary: Set<ObjectID>
    /// Whether objects that are missing may be had from the remote (`git clone --filter`).
    public let isPartial: Bool
    let handle: RepositoryHandle
    var settings: [String: [String]]?
    var settingsRun: GitCommand.Started?
    var trees = TreeCache()
    /// Of a commit and another, whether the other descends from it: what never changes, and takes a program to learn.
    var ancestry: [[ObjectID]: Bool] = [:]
    /// Whether anything of it was missing or damaged, and left out; those who read it at the same time share this.
    let damage: DamageMark
    /// In a partial clone: whether the remote has failed to give what is missing.
    var isPromisorSilent = false
    let quarantine: TemporaryFolder?
    /// In a quarantine, where no ref is written: the notes of remotes that were fetched, by remote and name.
    var quarantinedNotes: [String: ObjectID] = [:]

    public var isBare: Bool { workTree == nil }
    var location: Location {
        Location(gitDirectory: gitDirectory, commonDirectory: commonDirectory, workTree: workTree)
    }
    public var isShallow: Bool { !shallowBoundary.isEmpty }

    init(
        _ handle: consuming RepositoryHandle, at location: Location, environment: ProcessEnvironment,
        quarantine: TemporaryFolder? = nil, damage: DamageMark = DamageMark()
    ) throws(GitError) {
        gitDirectory = location.gitDirectory
        commonDirectory = location.commonDirectory
        workTree = location.workTree
        // Relative to where git started the hook; from here on programs run elsewhere too.
        self.environment = environment.setting([
            "GIT_DIR": environment["GIT_DIR"] == nil ? nil : location.gitDirectory,
            "GIT_WORK_TREE": environment["GIT_WORK_TREE"] == nil ? nil : location.workTree,
        ])
        self.quarantine = quarantine
        self.damage = damage
        // Whoever takes that from git takes it from gx.
        isPartial = self.environment["GIT_NO_LAZY_FETCH"] == nil ? try handle.hasPromisor : false
        shallowBoundary = try Repository.shallowBoundary(in: location.commonDirectory)
        self.handle = handle
    }

    /// Finds the repository that a folder is in: a work tree, a linked one, a bare repository or a folder in one.
    ///
    /// Ownership is judged as git does it. Where everything belongs to the current user nothing is run;
    /// anything less ordinary (a hook's environment, a bare repository, other owners) is asked of git.
    ///
    /// - Throws: `GitError.notARepository`, `.notTrusted`, `.unsupported`.
    public static func discover(
        from path: String = ".", environment: ProcessEnvironment = ProcessEnvironment()
    ) throws(GitError) -> Repository {
        try Library.start()
        if !Location.isSet(in: environment), let handle = try? RepositoryHandle(searchingFrom: path) {
            if let location = handle.trustedLocation {
                return try Repository(handle, at: location, environment: environment)
            }
        }
        let location = try Location.askingGit(from: path, environment: environment)
        let handle: RepositoryHandle
        do { handle = try RepositoryHandle(at: location, environment: environment) } catch {
            throw location.unsupported(environment) ?? error
        }
        return try Repository(handle, at: location, environment: environment)
    }

    /// Opens it once more, for another thread.
    ///
    /// libgit2 has a pack open once for all that name it alike, with one lock for all of them; so that threads do not
    /// wait for each other, each names the objects in a way of its own (`objects/.`, `objects/./.`).
    var reopening: @Sendable () throws(GitError) -> Repository {
        let (location, environment, damage) = (location, environment, damage)
        let dots = String(
            repeating: "/.", count: Repository.reopened.wrappingAdd(1, ordering: .relaxed).newValue)
        return { () throws(GitError) in
            let handle = try RepositoryHandle(at: location, environment: environment, objectsNamedWith: dots)
            return try Repository(handle, at: location, environment: environment, damage: damage)
        }
    }

    private static let reopened = Atomic(0)

    /// Takes note of what a fetch has brought to a shallow clone.
    func readShallowBoundary() throws(GitError) {
        guard isShallow else { return }
        let boundary = try Repository.shallowBoundary(in: commonDirectory)
        guard boundary != shallowBoundary else { return }
        (shallowBoundary, ancestry) = (boundary, [:])
    }

    private static func shallowBoundary(in commonDirectory: String) throws(GitError) -> Set<ObjectID> {
        guard let text = try system(try readFile(commonDirectory + "/shallow")) else { return [] }
        return Set(
            String(decoding: text, as: UTF8.self).split(separator: "\n").compactMap { ObjectID(hex: $0) })
    }
}

/// libgit2's repository and its object database.
@safe struct RepositoryHandle: ~Copyable {
    let repository: OpaquePointer
    let objects: OpaquePointer

    /// Finds a repository in a folder and those above it.
    init(searchingFrom path: String) throws(GitError) {
        try self.init(opening: path, flags: 0)
    }

    /// Opens the repository at a place that git named, with the object folders that a hook's environment names.
    ///
    /// - Parameter ending: What the names of these folders end in, to have their packs apart.
    init(
        at location: Location, environment: ProcessEnvironment, objectsNamedWith ending: String = ""
    ) throws(GitError) {
        var folders = environment.objectDirectories(in: location)
        if !ending.isEmpty, folders.isEmpty { folders = [location.commonDirectory + "/objects"] }
        try self.init(
            opening: location.gitDirectory,
            flags: GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue | GIT_REPOSITORY_OPEN_NO_DOTGIT.rawValue
                | GIT_REPOSITORY_OPEN_BARE.rawValue,
            objectDirectories: folders.map { $0 + ending })
    }

    private init(opening path: String, flags: UInt32, objectDirectories: [String] = []) throws(GitError) {
        var repository: OpaquePointer?
        let code = unsafe git_repository_open_ext(&repository, path, flags, nil)
        guard code >= 0, let repository = unsafe repository else {
            throw GitError.libgit2(message: Library.lastMessage, doing: "open \(path)")
        }
        var objects: OpaquePointer?
        do {
            if let main = objectDirectories.first {
                try Library.check(unsafe git_odb_open(&objects, main), "open \(main)")
                for alternate in objectDirectories.dropFirst() {
                    try Library.check(
                        unsafe git_odb_add_disk_alternate(objects, alternate), "open \(alternate)")
                }
                try Library.check(unsafe git_repository_set_odb(repository, objects), "use \(main)")
            } else {
                try Library.check(
                    unsafe git_repository_odb(&objects, repository), "open the objects of \(path)")
            }
        } catch {
            unsafe git_odb_free(objects)
            unsafe git_repository_free(repository)
            throw error
        }
        guard let objects = unsafe objects else {
            unsafe git_repository_free(repository)
            throw GitError.libgit2(message: "no object database", doing: "open \(path)")
        }
        unsafe self.repository = repository
        unsafe self.objects = objects
    }

    deinit {
        unsafe git_odb_free(objects)
        unsafe git_repository_free(repository)
    }

    /// Whether a remote has promised the objects that are missing.
    var hasPromisor: Bool {
        get throws(GitError) {
            var configuration: OpaquePointer?
            try Library.check(
                unsafe git_repository_config_snapshot(&configuration, repository), "read the configuration")
            defer { unsafe git_config_free(configuration) }
            var iterator: OpaquePointer?
            try Library.check(
                unsafe git_config_iterator_glob_new(
                    &iterator, configuration, "^(remote\\..*\\.promisor|extensions\\.partialclone)$"),
                "read the configuration")
            defer { unsafe git_config_iterator_free(iterator) }
            var entry: UnsafeMutablePointer<git_config_entry>?
            return unsafe git_config_next(&entry, iterator) == 0
        }
    }
}
