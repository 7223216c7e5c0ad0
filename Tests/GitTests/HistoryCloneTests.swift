import Git
import TestSupport
import Testing

/// The commits that a shallow clone lacks, without changing it.
@Suite struct HistoryCloneTests {
    private func shallow() throws -> (origin: ScratchRepository, clone: ScratchRepository) {
        let origin = try ScratchRepository()
        for number in 1...5 {
            try origin.write("folder/file", "\(number)")
            try origin.commit("commit \(number)")
        }
        try origin.git("config", "uploadpack.allowFilter", "true")
        return (origin, try origin.clone("shallow", ["--depth", "1"]))
    }

    @Test func allCommitsAreThereAndNoFile() throws {
        let (origin, clone) = try shallow()
        let before = try clone.git("rev-parse", "--is-shallow-repository", "HEAD")
        let settings = try clone.read(".git/config")
        let (history, tip) = try clone.repository().commits(ofBranch: "main", from: "origin")
        #expect(try tip == origin.id("main"))
        #expect(!history.isShallow)
        #expect(try history.commits(in: [tip]).count == 5)
        #expect(try !history.contains(origin.id("main~2^{tree}")))
        #expect(try clone.git("rev-parse", "--is-shallow-repository", "HEAD") == before)
        #expect(try clone.read(".git/config") == settings)
    }

    @Test func whatIsNewComesTheNextTime() throws {
        let (origin, clone) = try shallow()
        let repository = try clone.repository()
        let (history, old) = try repository.commits(ofBranch: "main", from: "origin")
        let new = try origin.commit("one more")
        #expect(try repository.commits(ofBranch: "main", from: "origin").tip == new)
        #expect(try history.isAncestor(old, of: new))
    }

    /// As a CI system's checkout has it, whose token stands in its own settings.
    @Test func theCloneSaysHowTheRemoteIsReached() throws {
        let (_, clone) = try shallow()
        try clone.git("config", "remote.origin.uploadpack", "/nowhere/git-upload-pack")
        #expect(throws: GitError.self) {
            try clone.repository().commits(ofBranch: "main", from: "origin")
        }
        try clone.git("config", "remote.origin.uploadpack", "git-upload-pack")
        #expect(try clone.repository().commits(ofBranch: "main", from: "origin").repository.isPartial)
    }

    @Test func aBranchThatIsNotThereIsAnError() throws {
        let (_, clone) = try shallow()
        #expect(throws: GitError.self) {
            try clone.repository().commits(ofBranch: "other", from: "origin")
        }
    }
}
