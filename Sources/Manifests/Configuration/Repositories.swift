public import Git
internal import Glibc
internal import System

/// The repositories that places name, each opened once: paths are relative to the manifest repository, and URLs have
/// a bare clone in its git directory, which is filled as branches are fetched.
///
/// gx.yaml may be a stranger's: what it names is opened so that nothing in it runs (docs/trust.md).
public final class Repositories {
    public let home: Repository
    private let boundary: RepositoryBoundary
    private var opened: [String: Repository] = [:]

    public init(_ home: Repository) {
        self.home = home
        boundary = RepositoryBoundary(home)
    }

    /// The repository of this path or URL; nil is the manifest repository itself.
    public subscript(name: String?) -> Repository {
        get throws {
            guard let name else { return home }
            if let known = opened[name] { return known }
            if let problem = boundary.problem(with: name) { throw GitError.notTrusted(message: problem) }
            let found = try RepositoryAddress(name).isURL ? clone(of: name) : repository(at: name)
            // Where nothing may stay of what is planned, nothing stays anywhere.
            let repository = home.isQuarantined ? try found.quarantined() : found
            opened[name] = repository
            return repository
        }
    }

    private func repository(at path: String) throws -> Repository {
        let folder = boundary.folder(path)
        guard unsafe access(folder, F_OK) == 0 else {
            throw GitError.notARepository(message: "there is no folder \(path)")
        }
        let found = try Repository.discover(from: folder, environment: environment)
        if let problem = boundary.problem(with: found, named: path) {
            throw GitError.notTrusted(message: problem)
        }
        return try found.guarded()
    }

    private func clone(of url: String) throws -> Repository {
        let name = try ObjectID.hash(ofBlob: Array(url.utf8)).short
        return try Repository.bareClone(
            of: url, at: "\(home.commonDirectory)/gx/repositories/\(name).git", environment: environment
        ).guarded()
    }

    /// What says where the manifest repository is does not hold for another one.
    private var environment: ProcessEnvironment {
        home.environment.withoutRepository.setting(["GIT_QUARANTINE_PATH": nil])
    }
}

/// What `repository:` and `source:` of gx.yaml name: a path, or a URL.
struct RepositoryAddress {
    let text: String

    init(_ text: String) { self.text = text }

    /// As git tells them apart: a scheme, or a host before a colon that no slash comes before.
    var isURL: Bool {
        if text.contains("://") { return true }
        guard let colon = text.firstIndex(of: ":") else { return false }
        return !text[..<colon].contains("/")
    }

    /// `ext::…` and the like: git runs a program for them.
    var isProgram: Bool {
        isURL && (text.firstRange(of: "::").map { !text[..<$0.lowerBound].contains("/") } ?? false)
    }

    /// The folder of this machine that it is: a path, or what a file URL says, as git decodes it.
    var localPath: String? {
        guard isURL else { return text }
        let lead = "file://"
        guard text.lowercased().hasPrefix(lead) else { return nil }
        var bytes: [UInt8] = []
        var rest = text.utf8.dropFirst(lead.utf8.count)
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"),
                let decoded = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(decoded)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        // Whatever host it names: git takes none of it.
        let path = bytes.drop { $0 != UInt8(ascii: "/") }
        return String(decoding: path, as: UTF8.self)
    }
}

/// What belongs to the manifest repository on disk, and is written by whoever writes to it: no repository that gx.yaml
/// names may be in it, or get its parts from there.
struct RepositoryBoundary {
    private let root: String
    /// With links followed.
    private let inside: [String]

    /// Paths are relative to the root of the manifest repository, wherever gx was started.
    init(_ home: Repository) { self.init(home, folder: home.workTree ?? home.gitDirectory) }

    /// - Parameters:
    ///   - home: Where there is none, nothing is in it.
    ///   - folder: What paths are relative to.
    init(_ home: Repository?, folder: String) {
        root = folder
        var roots = [home?.workTree, home?.gitDirectory, home?.commonDirectory].compactMap { $0 }
        // The main work tree of a linked one.
        if let common = home?.commonDirectory, common.hasSuffix("/.git") {
            roots.append(String(common.dropLast(5)))
        }
        inside = unique(roots.compactMap(resolvedPath))
    }

    func folder(_ path: String) -> String { path.hasPrefix("/") ? path : "\(root)/\(path)" }

    /// Why a name of gx.yaml is refused; nil where nothing is against it so far.
    func problem(with name: String) -> String? {
        let address = RepositoryAddress(name)
        if address.isProgram { return "'\(name)' is not a URL that gx uses: git would run a program for it" }
        guard let path = address.localPath else { return nil }
        let folder = folder(path)
        // By its own words too: where a link of the work tree leads is for the work tree to say.
        let places = [resolvedPath(folder), written(folder)].compactMap { $0 }
        return places.contains(where: isInside) ? Self.reason(name) : nil
    }

    /// Why a repository is refused that was found by a name.
    func problem(with repository: Repository, named name: String) -> String? {
        var places = [repository.workTree, repository.gitDirectory, repository.commonDirectory].compactMap {
            $0
        }
        places += objectFolders(of: repository.commonDirectory + "/objects", depth: 0)
        if places.compactMap(resolvedPath).contains(where: isInside) { return Self.reason(name) }
        if repository.isBare, let outer = enclosingWorkTree(of: repository.gitDirectory) {
            return "'\(name)' is a bare repository inside of the work tree \(outer), "
                + "which whoever writes to that one may have made"
        }
        return nil
    }

    private static func reason(_ name: String) -> String {
        "'\(name)' leads into this repository, and whoever writes to it would say what git does there"
    }

    private func isInside(_ path: String) -> Bool {
        inside.contains { path == $0 || path.hasPrefix($0 == "/" ? "/" : $0 + "/") }
    }

    /// An absolute path without `.` and `..`, links as they are but for those of the root.
    private func written(_ path: String) -> String? {
        var parts: [Substring] = []
        let absolute =
            path.hasPrefix(root) ? (resolvedPath(root) ?? root) + path.dropFirst(root.count) : path
        for part in absolute.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// A folder of objects, and those that it borrows from.
    private func objectFolders(of folder: String, depth: Int) -> [String] {
        guard depth < 6, let bytes = try? readFile(folder + "/info/alternates") else { return [folder] }
        let lines = String(decoding: bytes, as: UTF8.self).lines.filter { !$0.isEmpty && !$0.hasPrefix("#") }
        return [folder]
            + lines.prefix(64).flatMap { line in
                objectFolders(of: line.hasPrefix("/") ? String(line) : "\(folder)/\(line)", depth: depth + 1)
            }
    }

    /// The work tree that a bare repository is among the files of.
    private func enclosingWorkTree(of path: String) -> String? {
        guard var folder = resolvedPath(path) else { return nil }
        while let slash = folder.lastIndex(of: "/"), slash != folder.startIndex {
            // Inside of a git directory are no files of the work tree.
            if folder[folder.index(after: slash)...] == ".git" { return nil }
            folder = String(folder[..<slash])
            if unsafe access(folder + "/.git", F_OK) == 0 { return folder }
        }
        return nil
    }
}
