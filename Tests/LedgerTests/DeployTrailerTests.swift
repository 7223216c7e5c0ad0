import Git
import Ledger
import Manifests
import TestSupport
import Testing

@Suite struct DeployTrailerTests {
    @Test func readsAsPeopleWriteIt() throws {
        let trailer = try #require(DeployTrailer(value: "prod-eu/api 1.4.1 -> 1.4.2 from staging-eu"))
        #expect(
            trailer
                == DeployTrailer(
                    environment: "prod-eu", app: "api", old: Version(tag: "1.4.1"),
                    new: Version(tag: "1.4.2"),
                    source: "staging-eu"))
        #expect(trailer.value == "prod-eu/api 1.4.1 -> 1.4.2 from staging-eu")
    }

    @Test(arguments: [
        DeployTrailer(environment: "dev", app: "api", old: Version(), new: Version(tag: "1")),
        DeployTrailer(
            environment: "dev", app: "team/api",
            old: Version("sha256:\(String(repeating: "0", count: 64))"),
            new: Version("1@sha256:\(String(repeating: "a", count: 64))"), artifact: "ghcr.io/acme/api"),
        DeployTrailer(
            environment: "eu/west 1", app: "50% off\nGx-Deploy: dev/x 1 -> 2",
            old: Version(tag: ">= 1.2 < 2"),
            new: Version(tag: "^2.0 || ~3"), source: "a b", artifact: "x (y)"),
        DeployTrailer(
            environment: "é", app: "\u{1B}[31m\u{202E}", old: Version(tag: "->"), new: Version(tag: "from"),
            source: "->"),
    ]) func readsBack(_ trailer: DeployTrailer) {
        #expect(DeployTrailer(value: trailer.value) == trailer)
        #expect(trailer.value.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\u{202E}" })
    }

    @Test(arguments: [
        "", "prod-eu/api", "prod-eu 1 -> 2", "/api 1 -> 2", "prod/ 1 -> 2", "prod/api 1 => 2",
        "prod/api 1 -> 2 from", "prod/api 1 -> 2 and more", "prod/api 1 -> 2 (a) (b)",
    ]) func refuses(_ value: String) {
        #expect(DeployTrailer(value: value) == nil)
    }

    @Test func isFoundInACommit() throws {
        let scratch = try ScratchRepository()
        let id = try scratch.commit(
            "Promote\n\nGx-Deploy: no/trailer 1 -> 2 here\n\nGx-Deploy: a/b 1 -> 2\ngx-deploy: a/c 1 -> 2\nGx-Deploy: nonsense\n"
        )
        let found = DeployTrailer.all(in: try scratch.repository().commit(id))
        #expect(found.map(\.app) == ["b", "c"])
    }
}
