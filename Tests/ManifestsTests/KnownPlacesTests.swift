import Git
import Manifests
import TestSupport
import Testing

/// Where places stand in the clones that there are.
@Suite struct KnownPlacesTests {
    /// As jobs for pull requests make them: a commit under a ref of its own, and no branch.
    private func job(_ ref: String) throws -> (ScratchRepository, ObjectID) {
        let source = try ScratchRepository()
        try source.write("envs/prod/app.yaml", "kind: ConfigMap\n")
        let commit = try source.commit("Files")
        let job = try ScratchRepository(in: source.folder, name: "job")
        try job.git("fetch", "-q", source.path, "+\(commit):\(ref)")
        try job.git("checkout", "-q", "--detach", ref)
        return (job, commit)
    }

    @Test(arguments: ["refs/remotes/pull/7/merge", "refs/tags/v1"])
    func aCheckoutWithoutABranchIsReadAsItIs(_ ref: String) throws {
        let (job, commit) = try job(ref)
        let tip = try KnownPlaces(job.repository()).tip(of: Place())
        #expect(tip.commit == commit)
        #expect(tip.ref == ref)
    }

    @Test func aBranchThatIsNotThereIsNotTheOneThatIsCheckedOut() throws {
        let (job, _) = try job("refs/remotes/pull/7/merge")
        #expect(throws: ManifestsError.self) {
            try KnownPlaces(job.repository()).tip(of: Place(branch: "env/prod"))
        }
    }

    @Test func aBranchComesBeforeWhatIsCheckedOut() throws {
        let (job, commit) = try job("refs/remotes/pull/7/merge")
        try job.git("branch", "main", "HEAD")
        try job.git("commit", "-q", "--allow-empty", "-m", "Elsewhere")
        #expect(try KnownPlaces(job.repository()).tip(of: Place()).commit == commit)
    }
}
