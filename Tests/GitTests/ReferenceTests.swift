import Git
import TestSupport
import Testing

@Suite struct ReferenceTests {
    @Test func readsRefsOfEveryKind() throws {
        let scratch = try ScratchRepository()
        let first = try scratch.commit("first")
        try scratch.git("tag", "-a", "-m", "annotated", "v1")
        try scratch.git("tag", "light")
        try scratch.git("branch", "feature/a")
        try scratch.git("pack-refs", "--all")
        let second = try scratch.commit("second")
        try scratch.git("tag", "-a", "-m", "loose", "v2")
        try scratch.git("tag", "-a", "-m", "a tag of a tag", "nested", "v2")
        let repository = try scratch.repository()
        #expect(try repository.reference("refs/tags/v1") == first)
        #expect(try repository.reference("refs/tags/v2") == second)
        #expect(try repository.reference("refs/tags/nested") == second)
        #expect(try repository.reference("refs/heads/main") == second)
        #expect(try repository.reference("refs/heads/none") == nil)
        #expect(throws: GitError.invalidReference("refs/heads/a..b")) {
            try repository.reference("refs/heads/a..b")
        }
        #expect(
            try repository.references(under: "refs/heads/") == [
                Reference(name: "refs/heads/feature/a", target: first),
                Reference(name: "refs/heads/main", target: second),
            ])
        #expect(try repository.references(under: "refs/tags/v").map(\.target) == [first, second])
        #expect(try repository.references(under: "refs/heads/none").isEmpty)
    }

    @Test func resolvesRevisions() throws {
        let scratch = try ScratchRepository()
        let first = try scratch.commit("first")
        let second = try scratch.commit("second")
        try scratch.git("tag", "-a", "-m", "t", "v1", "HEAD~1")
        let repository = try scratch.repository()
        #expect(try repository.resolve("HEAD") == second)
        #expect(try repository.resolve("HEAD~1") == first)
        #expect(try repository.resolve("main@{1}") == first)
        #expect(try repository.resolve("v1") == first)
        #expect(try repository.resolve(second.short) == second)
        #expect(try repository.resolve("HEAD^{tree}") == nil)
        for nothing in ["nope", "HEAD~7", "ghcr.io/acme/api:1.4.2", "a..b", "", "-x", "PROJ-1"] {
            #expect(try repository.resolve(nothing) == nil, "\(nothing)")
        }
    }

    @Test func knowsItsHead() throws {
        let scratch = try ScratchRepository()
        #expect(try scratch.repository().head == .unborn("main"))
        let id = try scratch.commit("first")
        #expect(try scratch.repository().head == .branch("main"))
        try scratch.git("checkout", "-q", "--detach")
        #expect(try scratch.repository().head == .detached(id))
    }

    @Test func movesARefOnlyFromWhereItIs() throws {
        let scratch = try ScratchRepository()
        let first = try scratch.commit("first")
        let second = try scratch.commit("second")
        let repository = try scratch.repository()
        let name = "refs/heads/gx"
        #expect(throws: GitError.referenceMoved(name)) {
            try repository.update(name, to: second, expecting: first, log: "gx")
        }
        try repository.update(name, to: first, expecting: nil, log: "gx: begin")
        #expect(throws: GitError.referenceMoved(name)) {
            try repository.update(name, to: second, expecting: nil, log: "gx")
        }
        #expect(throws: GitError.referenceMoved(name)) {
            try repository.update(name, to: second, expecting: second, log: "gx")
        }
        try repository.update(name, to: second, expecting: first, log: "gx: go on")
        #expect(try scratch.id(name) == second)
        #expect(try scratch.git("reflog", "show", "--format=%gs", "gx") == "gx: go on\ngx: begin")
        #expect(throws: GitError.invalidReference("refs/heads/a b")) {
            try repository.update("refs/heads/a b", to: second, expecting: nil, log: "gx")
        }
        try scratch.write(".git/\(name).lock", "")
        #expect(throws: GitError.referenceLocked(name)) {
            try repository.update(name, to: first, expecting: second, log: "gx")
        }
    }

    @Test func createsARefOnceHoweverManyTry() async throws {
        let scratch = try ScratchRepository()
        let ids = try (0..<8).map { try scratch.commit("commit \($0)") }
        let winners = await withTaskGroup(of: Bool.self) { group in
            for id in ids {
                group.addTask {
                    let update = { () throws in
                        try scratch.repository().update("refs/heads/gx", to: id, expecting: nil, log: "gx")
                    }
                    return (try? update()) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
    }
}
