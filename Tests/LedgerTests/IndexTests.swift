import Git
import Glibc
import Ledger
import Manifests
import System
import TestSupport
import Testing

@Suite struct IndexTests {
    private let scratch: ScratchRepository

    init() throws {
        scratch = try ScratchRepository(
            configuration: """
                version: 1
                environments: { dev: {}, prod: { after: dev } }
                layout: ["envs/{env}/{app}/**"]

                """)
        for version in 1...6 { try deploy("dev", version) }
        try deploy("prod", 5)
    }

    @discardableResult
    private func deploy(_ environment: String, _ version: Int) throws -> ObjectID {
        try scratch.write(
            "envs/\(environment)/api/values.yaml", "image: { repository: x.io/api, tag: v\(version) }\n")
        return try scratch.commit("PROJ-\(version): v\(version) to \(environment) (#\(version))")
    }

    private var file: String { scratch.path + "/.git/gx/ledger" }

    private func bytes() throws -> [UInt8] { try #require(try readFile(file)) }

    /// All that there is to know, by the index and without it.
    private func agree() throws {
        let (kept, fresh) = (try scratch.ledger(index: true), try scratch.ledger())
        #expect(kept.lines == fresh.lines)
        #expect((0..<kept.count).map { kept[$0] } == (0..<fresh.count).map { fresh[$0] })
        #expect(
            (0..<kept.count).map { kept.mentions(of: $0) } == (0..<fresh.count).map { fresh.mentions(of: $0) }
        )
        #expect(Set(kept.series) == Set(fresh.series))
    }

    @Test func isReadBack() throws {
        try agree()
        let before = try bytes()
        try agree()
        #expect(try bytes() == before)
    }

    @Test func isExtended() throws {
        try agree()
        for version in [7, 8] {
            try deploy("dev", version)
            try agree()
            try deploy("prod", version)
            try agree()
        }
        try deploy("prod", 5)
        try agree()
        try scratch.write("docs/readme.md", "no deployment\n")
        try scratch.commit("docs")
        try agree()
    }

    @Test("What is behind symbolic links to folders comes, changes and goes as it does where they lead")
    func linksToFolders() throws {
        func link(_ target: String, _ name: String) throws {
            try scratch.folder.run("ln", ["-sfn", target, scratch.path + "/envs/" + name])
        }
        func versions() throws -> [String] {
            let ledger = try scratch.ledger(index: true)
            return ledger.running().filter { $0.environment == "dr" }.map {
                "\($0.app) \(ledger[$0.last].after?.first?.version ?? "")"
            }.sorted()
        }
        try scratch.write(
            "gx.yaml",
            "version: 1\nenvironments: { dev: {}, prod: {}, dr: {} }\nlayout: [\"envs/{env}/{app}/**\"]\n")
        try scratch.write("envs/prod/web/values.yaml", "image: { repository: x.io/web, tag: v1 }\n")
        try scratch.commit("rules")
        try agree()
        try link("gone", "dr")
        try scratch.commit("a link to nothing")
        try agree()
        #expect(try versions() == [])
        try link("prod", "dr")
        try scratch.commit("a link")
        try agree()
        #expect(try versions().contains("web v1"))
        try scratch.write("envs/prod/web/values.yaml", "image: { repository: x.io/web, tag: v2 }\n")
        try scratch.commit("a version")
        try agree()
        #expect(try versions().contains("web v2"))
        try scratch.write("envs/prod/new/values.yaml", "image: { repository: x.io/new, tag: v7 }\n")
        try scratch.commit("an app")
        try agree()
        #expect(try versions().contains("new v7"))
        try scratch.write(
            "envs/prod/new/kustomization.yaml",
            "images: [{ name: x.io/new, newTag: v8 }]\nresources: [d.yaml]\n")
        try scratch.write(
            "envs/prod/new/d.yaml",
            "kind: Pod\napiVersion: v1\nmetadata: { name: new }\nspec: { containers: [{ name: new, image: x.io/new }] }\n"
        )
        try scratch.git("rm", "-q", "envs/prod/new/values.yaml")
        try scratch.commit("a kustomization")
        try agree()
        #expect(try versions().contains("new v8"))
        try link("dev", "dr")
        try scratch.commit("another folder")
        try agree()
        #expect(try !versions().contains("new v8"))
        try scratch.git("rm", "-q", "envs/dr")
        try scratch.commit("no link")
        try agree()
        #expect(try versions() == [])
    }

    @Test func isCutBackWhenHistoryIsRewritten() throws {
        try agree()
        try scratch.git("reset", "-q", "--hard", "HEAD~3")
        try agree()
        try deploy("prod", 2)
        try agree()
        // Nothing in common.
        try scratch.git("checkout", "-q", "--orphan", "other")
        try scratch.commit("again")
        try scratch.git("branch", "-qM", "main")
        try agree()
    }

    @Test func dependsOnTheConfiguration() throws {
        try agree()
        try scratch.write(
            "gx.yaml", "version: 1\nenvironments: { dev: {} }\nlayout: [\"envs/{env}/{app}/**\"]\n")
        try agree()
        #expect(try scratch.ledger(index: true).series.map(\.environment) == ["dev"])
    }

    @Test func damageIsNoticed() throws {
        try agree()
        let whole = try bytes()
        let lines = try scratch.ledger().lines
        var random = SystemRandomNumberGenerator()
        for _ in 0..<1000 {
            var damaged = whole
            damaged[Int.random(in: 0..<whole.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8)
            try scratch.folder.write(file, damaged)
            #expect(try scratch.ledger(index: true).lines == lines)
            #expect(try bytes() == whole, "it was written anew")
        }
        for _ in 0..<100 {
            try scratch.folder.write(file, whole.prefix(Int.random(in: 0..<whole.count, using: &random)))
            #expect(try scratch.ledger(index: true).lines == lines)
            #expect(try bytes() == whole, "it was written anew")
        }
    }

    // MARK: What came since

    private var news: String { file + "-news" }

    /// An index that is worth more than a few commits.
    private func grow() throws {
        for version in 7...60 { try deploy("dev", version) }
        try agree()
        #expect(try readFile(news) == nil)
    }

    @Test func fewCommitsAreWrittenBesides() throws {
        try grow()
        let base = try bytes()
        for version in [61, 62] {
            try deploy("dev", version)
            try deploy("prod", version)
            try agree()
        }
        #expect(try bytes() == base, "it is left alone")
        #expect(try #require(try readFile(news)).count < base.count / 4)
        try scratch.git("reset", "-q", "--hard", "HEAD~1")
        try agree()
        try scratch.git("reset", "-q", "--hard", "HEAD~20")
        try agree()
        try deploy("prod", 2)
        try agree()
        #expect(try bytes() == base, "what is kept of it is told besides")
    }

    @Test func manyCommitsAreWrittenIntoANewBase() throws {
        try grow()
        let base = try bytes()
        for version in 61...90 {
            try deploy("dev", version)
            _ = try scratch.ledger(index: true)
        }
        try agree()
        #expect(try bytes() != base)
        // What was written besides goes on from the old one.
        try scratch.folder.write(file, base)
        try agree()
    }

    @Test func damageOfWhatCameSinceIsNoticed() throws {
        try grow()
        try deploy("prod", 60)
        try agree()
        let whole = try #require(try readFile(news))
        let lines = try scratch.ledger().lines
        for index in whole.indices {
            var damaged = whole
            damaged[index] ^= 1 << UInt8.random(in: 0..<8)
            try scratch.folder.write(news, index % 10 == 0 ? Array(whole.prefix(index)) : damaged)
            #expect(try scratch.ledger(index: true).lines == lines)
            #expect(try readFile(news) == whole, "it was written anew")
        }
    }

    @Test func severalMayWriteAtOnce() async throws {
        let (scratch, lines) = (scratch, try scratch.ledger().lines)
        try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    unlink(scratch.path + "/.git/gx/ledger")
                    return try scratch.ledger(index: true).lines
                }
            }
            for try await found in group { #expect(found == lines) }
        }
        try agree()
    }

    @Test func aCloneWithoutFilesGetsThemAtOnce() throws {
        try scratch.git("config", "uploadpack.allowFilter", "true")
        let clone = try scratch.clone("partial", ["--filter=blob:none", "--no-checkout"])
        let configuration = try scratch.read("gx.yaml")
        try clone.write("gx.yaml", try #require(configuration))
        #expect(try clone.ledger().lines == scratch.ledger().lines)
        // One pack of the clone, one of the fetch.
        let packs = try clone.git("count-objects", "-v").split(separator: "\n").filter {
            $0.hasPrefix("packs")
        }
        #expect(packs == ["packs: 2"])
    }

    @Test func aShallowCloneSaysWhereItEnds() throws {
        let clone = try scratch.clone("clone", ["--depth", "2"])
        let ledger = try clone.ledger(index: true)
        #expect(!ledger.isComplete)
        #expect(ledger.lines == ["dev/api initial (horizon) none -> v6", "prod/api initial none -> v5"])
        // The first commit that is here did not bring what was there before.
        #expect(ledger.mentions(of: 0) == Mentions())
        #expect(ledger.mentions(of: 1).issues == ["PROJ-5"])
        #expect(ledger.deployments(by: ledger.commits(namingIssue: "PROJ-6")) == [])
        try clone.git("fetch", "-q", "--unshallow")
        #expect(try clone.ledger(index: true).lines == scratch.ledger().lines)
        #expect(try clone.ledger(index: true).isComplete)
    }

    /// A branch that was merged before, and goes on: only what it has new comes with the next merge.
    @Test func mergesBringWhatTheFirstParentLacks() throws {
        try scratch.git("checkout", "-q", "-b", "topic")
        try deploy("dev", 20)
        try scratch.git("checkout", "-q", "main")
        try deploy("prod", 21)
        try agree()
        try scratch.git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic")
        try agree()
        try scratch.git("checkout", "-q", "topic")
        try deploy("dev", 22)
        try scratch.git("checkout", "-q", "main")
        try deploy("prod", 23)
        try agree()
        try scratch.git("merge", "-q", "--no-ff", "-m", "Merge topic again", "topic")
        try agree()
        let ledger = try scratch.ledger(index: true)
        #expect(ledger.mentions(of: ledger.count - 1).issues == ["PROJ-22"])
    }

    /// One app of two is deployed: what the other one is made of is not looked at.
    @Test func whatDidNotChangeNeedNotBeThere() throws {
        try scratch.write("envs/prod/web/values.yaml", "image: { repository: x.io/web, tag: v1 }\n")
        try scratch.commit("web")
        try agree()
        let lines = try scratch.ledger(index: true).lines
        try deploy("dev", 7)
        let blob = try "\(scratch.id("HEAD:envs/prod/web/values.yaml"))"
        let tree = try "\(scratch.id("HEAD:envs/prod/web"))"
        for id in [blob, tree] {
            #expect(unlink("\(scratch.path)/.git/objects/\(id.prefix(2))/\(id.dropFirst(2))") == 0)
        }
        #expect(try scratch.ledger(index: true).lines == lines + ["dev/api forward v6 -> v7"])
        #expect(!Damage.met.contains { [blob, tree].contains("\($0.id)") })
        // Read anew, it lacks what is lost.
        #expect(try scratch.ledger().lines != lines + ["dev/api forward v6 -> v7"])
    }

    /// Histories of deployments, reverts, merges and renames: read step by step and read at once they say the same.
    @Test(arguments: 0..<12) func isExtendedAtRandom(_ seed: UInt64) throws {
        var random = SplitMix(state: seed)
        var next = 100
        for _ in 0..<14 {
            next += 1
            let environment = random.below(3) == 0 ? "prod" : "dev"
            switch random.below(7) {
            case 0:
                let undone = try scratch.id("HEAD")
                try scratch.git("checkout", "-q", "HEAD~1", "--", "envs")
                try scratch.commit("Revert\n\nThis reverts commit \(undone).\n")
            case 1:
                try scratch.git("checkout", "-q", "-B", "side")
                try deploy(environment, next)
                try scratch.git("checkout", "-q", "main")
                try scratch.write("notes/\(next).txt", "PROJ-\(next)")
                try scratch.commit("PROJ-9\(next) beside")
                try scratch.git("merge", "-q", "--no-ff", "-m", "Merge side", "side")
            case 2: try deploy(environment, 1 + random.below(next))
            case 3:
                try scratch.write("envs/\(environment)/api/replicas.yaml", "replicas: \(next)\n")
                try scratch.commit("scale")
            case 4: try scratch.git("reset", "-q", "--hard", "HEAD~\(random.below(2))")
            default: try deploy(environment, next)
            }
            if random.below(2) == 0 { try agree() }
        }
        try agree()
    }
}
