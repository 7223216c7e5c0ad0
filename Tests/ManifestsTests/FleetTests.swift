import Git
import TestSupport
import Testing

@testable import Manifests

/// `fleet:` of a gx.yaml of its own: which repositories it names, how they are called, and what is refused.
@Suite struct FleetTests {
    private let folder = ScratchFolder()

    private func members(_ fleet: String, in repository: Repository? = nil) throws -> [Fleet.Member] {
        let text = "version: 1\nfleet: \(fleet)\n"
        let fleet = try #require(try Configuration(parsing: Array(text.utf8)).fleet)
        return try fleet.members(
            in: Fleet.Home(
                file: "gx.yaml", folder: repository?.workTree ?? folder.path, repository: repository))
    }

    @Test func foldersURLsAndLists() throws {
        try folder.write(folder.path + "/repos.txt", "# ours\n\n  ../pay \r\n../shop\n".utf8)
        let found = try members("[../shop, https://git.example.com/acme/web.git, { file: repos.txt }]")
        #expect(found.map(\.name) == ["shop", "web", "pay"])
        #expect(found.map(\.isURL) == [false, true, false])
    }

    @Test func namesGrowUntilTheyDiffer() throws {
        let found = try members(
            "[../a/shop, 'git@example.com:b/shop.git', 'https://example.com/c/b/shop', ../pay]")
        #expect(found.map(\.name) == ["a/shop", "git@example.com/b/shop", "c/b/shop", "pay"])
    }

    @Test(arguments: ["'ext::sh -c id'", "./inner", "../repository/inner", "'file://HERE/inner'"])
    func whatLeadsIntoItsRepositoryIsRefused(_ address: String) throws {
        let scratch = try ScratchRepository(in: folder)
        let error = #expect(throws: ManifestsError.self) {
            try members("[\(address.replacing("HERE", with: scratch.path))]", in: scratch.repository())
        }
        guard case .configuration("gx.yaml", 2, 9, _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: ["../list", "/etc/passwd", "link", "none"])
    func aListIsReadFromBesideTheFileOnly(_ list: String) throws {
        try folder.run("mkdir", ["inside"])
        try folder.write(folder.path + "/list", "../shop\n".utf8)
        try folder.run("ln", ["-s", "../list", "inside/link"])
        let fleet = try #require(
            try Configuration(parsing: Array("version: 1\nfleet: [{ file: \(list) }]\n".utf8)).fleet)
        #expect(throws: ManifestsError.self) {
            try fleet.members(
                in: Fleet.Home(file: "gx.yaml", folder: folder.path + "/inside", repository: nil))
        }
    }

    @Test func nothingElseGoesWithIt() {
        #expect(throws: ManifestsError.self) {
            try Configuration(parsing: Array("version: 1\nfleet: [../a]\nissues: {}\n".utf8))
        }
    }

    @Test func oneRepositoryIsNotAskedByTheFileOfAFleet() throws {
        let scratch = try ScratchRepository(configuration: "version: 1\nfleet: [../a]\n")
        let repository = try scratch.repository()
        let source = ConfigurationSource(repository, resolver: KnownPlaces(repository))
        #expect(throws: ManifestsError.ofFleet(file: "gx.yaml")) { try source.forReading() }
    }

    /// What the remote has is there after each fetch, and what it has no more is not.
    @Test func aCloneFollowsItsRemote() throws {
        let scratch = try ScratchRepository(in: folder, name: "pay")
        try scratch.write("file", "1")
        try scratch.commit("One")
        try scratch.git("branch", "old")
        try scratch.git("notes", "--ref", "gx/issues", "add", "-m", "note")
        let text = "version: 1\nfleet: ['file://\(scratch.path)', 'file://\(folder.path)/none.git']\n"
        let home = Fleet.Home(
            file: "gx.yaml", folder: folder.path,
            repository: try ScratchRepository(in: folder, name: "fleet").repository([
                "XDG_CACHE_HOME": folder.path + "/cache"
            ]))
        let members = try #require(try Configuration(parsing: Array(text.utf8)).fleet).members(in: home)
        let fleet = FleetRepositories(home)
        #expect(try Set(fleet.fetch(members) { _ in }.keys) == [members[1]])
        let clone = try fleet.open(members[0])
        #expect(clone.isBare)
        #expect(clone.commonDirectory.hasPrefix(folder.path + "/cache/gx/repositories/"))
        #expect(try clone.branchNames == ["main", "old"])
        #expect(try clone.reference("refs/notes/gx/issues") != nil)

        try scratch.write("file", "2")
        try scratch.commit("Two")
        try scratch.git("branch", "-D", "old")
        try scratch.git("checkout", "-q", "-b", "trunk")
        _ = try fleet.fetch(members) { _ in }
        let later = try fleet.open(members[0])
        #expect(try later.branchNames == ["main", "trunk"])
        #expect(try later.defaultBranch == "trunk")
        #expect(try later.tip(of: "main")?.description == scratch.git("rev-parse", "main"))
    }
}
