import Git
import Glibc
import Manifests
import TestSupport
import Testing

@testable import Ledger

/// One object that is missing is left out and named, and all else is answered.
@Suite struct DamageTests {
    private func repository() throws -> ScratchRepository {
        let scratch = try ScratchRepository(
            configuration:
                "version: 1\nenvironments: { dev: {}, prod: { after: dev } }\nlayout: [\"envs/{env}/{app}/**\"]\n"
        )
        for version in 1...3 {
            for environment in ["dev", "prod"] {
                try scratch.write(
                    "envs/\(environment)/api/values.yaml",
                    "image: { repository: x.io/api, tag: v\(version) }\n")
                try scratch.commit("PROJ-\(version): v\(version) to \(environment)")
            }
        }
        return scratch
    }

    private func lose(_ revision: String, of scratch: ScratchRepository) throws -> ObjectID {
        let id = try scratch.id(revision)
        let digits = id.description
        #expect(unlink("\(scratch.path)/.git/objects/\(digits.prefix(2))/\(digits.dropFirst(2))") == 0)
        return id
    }

    private func damage(_ id: ObjectID) -> Damage? { Damage.met.first { $0.id == id } }

    @Test func aFileOfTheTip() throws {
        let scratch = try repository()
        let id = try lose("HEAD:envs/prod/api/values.yaml", of: scratch)
        // The same file, with the same contents, is dev's.
        let ledger = try scratch.ledger(index: true)
        #expect(ledger.newest(of: "api", in: "dev")?.after?.map(\.version) == ["v2"])
        #expect(ledger.lines.count == 4)
        #expect(ledger.standIns.map(\.path) == ["envs/dev/api/values.yaml", "envs/prod/api/values.yaml"])
        #expect(damage(id)?.what.hasSuffix("api/values.yaml") == true)
        // What was made of it is not kept.
        #expect(access(scratch.path + "/.git/gx/ledger", F_OK) != 0)
    }

    @Test func aFileOfThePast() throws {
        let scratch = try repository()
        let id = try lose("HEAD~2:envs/dev/api/values.yaml", of: scratch)
        let ledger = try scratch.ledger()
        #expect(
            ledger.lines.suffix(2) == ["dev/api forward v1 -> v3", "prod/api promotion from dev v1 -> v3"])
        #expect(damage(id)?.isPast == true)
    }

    @Test func aFolderOfThePast() throws {
        let scratch = try repository()
        let id = try lose("HEAD~3^{tree}", of: scratch)
        let ledger = try scratch.ledger()
        #expect(ledger.lines.last == "prod/api promotion from dev v2 -> v3")
        #expect(damage(id) != nil)
    }

    @Test func aCommitOfThePast() throws {
        let scratch = try repository()
        let id = try lose("HEAD~3", of: scratch)
        let ledger = try scratch.ledger()
        #expect(!ledger.isComplete)
        #expect(ledger.lines.last == "prod/api promotion from dev v2 -> v3")
        #expect(damage(id)?.isPast == true)
    }

    @Test func aNote() throws {
        let scratch = try repository()
        let commit = try scratch.id("HEAD")
        let store = RecordStore(try scratch.repository())
        try store.append(
            [try Record(type: "dev.gx.test", on: commit, [])], to: commit, .deployments)
        let other = try scratch.id("HEAD~1")
        try store.append(
            [try Record(type: "dev.gx.test", on: other, [])], to: other, .deployments)
        let digits = commit.description
        let id = try lose(
            "refs/notes/gx/deployments:\(digits.prefix(2))/\(digits.dropFirst(2))", of: scratch)
        let reopened = RecordStore(try scratch.repository())
        #expect(try reopened.records(on: commit, .deployments).isEmpty)
        #expect(try reopened.all(.deployments, with: "dev.gx.test").map(\.0) == [other])
        #expect(damage(id)?.what == "the note on \(commit.short)")
        // Who writes does not lose what can't be read now.
        #expect(throws: GitError.self) {
            try reopened.append([try Record(type: "dev.gx.test", on: commit, [])], to: commit, .deployments)
        }
    }
}
