import Ledger
import Manifests
import TestSupport
import Testing

/// What deployments do to each of an app's artifacts.
@Suite struct ArtifactChangeTests {
    private let scratch: ScratchRepository

    init() throws {
        scratch = try ScratchRepository(
            configuration: """
                version: 1
                environments: { dev: {}, prod: { after: dev } }
                layout: ["apps/{app}/{env}/**"]

                """)
    }

    /// A workload that runs these images.
    private func deploy(_ environment: String, _ images: String...) throws {
        var text = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: { name: web }
            spec:
              template:
                spec:
                  containers:

            """
        for (index, image) in images.enumerated() {
            text += "      - { name: c\(index), image: \"\(image)\" }\n"
        }
        try scratch.write("apps/web/\(environment)/deployment.yaml", text)
        try scratch.commit("\(environment) \(images)")
    }

    /// The newest deployment: its kind, and what it does to each artifact.
    private func newest() throws -> [String] {
        let ledger = try scratch.ledger()
        let one = ledger[ledger.count - 1]
        return ["\(one.kind)"]
            + one.changes.map { change in
                "\(change.artifact) \(change.before ?? "none") -> \(change.after ?? "none") \(change.kind)"
                    + (change.direction.map { " \($0)" } ?? "")
            }
    }

    @Test func oneOfTwoImagesGoesBack() throws {
        try deploy("prod", "acme/a:1", "acme/b:1")
        try deploy("prod", "acme/a:2", "acme/b:1")
        try deploy("prod", "acme/a:2", "acme/b:2")
        try deploy("prod", "acme/a:1", "acme/b:2")
        // By the same author within ten minutes.
        #expect(try newest() == ["race", "acme/a 2 -> 1 race down"])
        let ledger = try scratch.ledger()
        #expect(ledger[3].undone == 1)
    }

    @Test func newerVersionAgainRepairs() throws {
        for version in ["3", "5", "4", "5"] { try deploy("prod", "acme/a:\(version)") }
        #expect(try newest() == ["repair", "acme/a 4 -> 5 repair up"])
    }

    @Test func commitsAreToldApartByWhenTheyCame() throws {
        let ids = ["4c1d0e2", "a93bb01", "17fe9c3"]
        for id in ids { try deploy("dev", "acme/a:\(id)") }
        try deploy("prod", "acme/a:\(ids[2])")
        try deploy("prod", "acme/a:\(ids[0])")
        #expect(try newest() == ["promotion", "acme/a 17fe9c3 -> 4c1d0e2 promotion down"])
        try deploy("prod", "acme/a:\(ids[2])")
        #expect(try newest() == ["repair", "acme/a 4c1d0e2 -> 17fe9c3 repair up"])
        try deploy("prod", "acme/a:\(ids[0])")
        #expect(try newest() == ["race", "acme/a 17fe9c3 -> 4c1d0e2 race down"])
    }

    @Test func whatIsTakenOutOrAddedIsNoOtherVersion() throws {
        try deploy("prod", "acme/web:1")
        try deploy("prod", "acme/web:1", "acme/proxy:3")
        #expect(try newest() == ["addition", "acme/proxy none -> 3 addition"])
        try deploy("prod", "acme/web:1")
        #expect(try newest() == ["removal", "acme/proxy 3 -> none removal"])
    }

    /// It did not come out of nothing: the newest of those beside it is what it follows, in every run alike.
    @Test func aVersionThatComesBesideOthersFollowsTheNewest() throws {
        try deploy("prod", "acme/a:1.9", "acme/a:1.10", "acme/a:1.2", "acme/a:1.1", "acme/a:1.0")
        try deploy(
            "prod", "acme/a:1.9", "acme/a:1.10", "acme/a:1.2", "acme/a:1.1", "acme/a:1.0", "acme/a:1.11")
        #expect(try newest() == ["forward", "acme/a 1.10 -> 1.11 forward up"])
    }

    @Test func versionOfAnotherImageIsNoSource() throws {
        try deploy("dev", "acme/a:1", "acme/b:7")
        try deploy("prod", "acme/a:1", "acme/b:1")
        try deploy("prod", "acme/a:7", "acme/b:1")
        #expect(try newest() == ["forward", "acme/a 1 -> 7 forward up"])
    }

    @Test func versionsThatFloatTellNothing() throws {
        try deploy("dev", "acme/a:latest")
        try deploy("prod", "acme/a:1.0")
        try deploy("prod", "acme/a:latest")
        #expect(try newest() == ["forward", "acme/a 1.0 -> latest forward"])
        try deploy("prod", "acme/a:1.0")
        #expect(try newest() == ["forward", "acme/a latest -> 1.0 forward"])
    }

    /// A floating tag alone may have meant any of the digests that it is written with elsewhere.
    @Test func digestOfAFloatingTagIsNotTheTag() throws {
        let digests = ["a", "b", "c"].map { "@sha256:" + String(repeating: $0, count: 64) }
        try deploy("dev", "acme/a:latest")
        try deploy("prod", "acme/a:1")
        try deploy("prod", "acme/a:latest\(digests[0])")
        #expect(try newest().first == "forward", "dev never told this digest")
        try deploy("dev", "acme/a:latest\(digests[1])")
        try deploy("prod", "acme/a:latest\(digests[1])")
        #expect(try newest().first == "promotion")
        try deploy("prod", "acme/a:latest\(digests[0])")
        #expect(try newest().first == "race", "back to what ran there")
        try deploy("dev", "acme/a:latest\(digests[2])")
        try deploy("prod", "acme/a:latest")
        #expect(try newest().first == "forward")
    }

    /// A return to the build of an older commit, whose id has the greater number.
    @Test func idsInTagsHaveNoOrder() throws {
        for id in ["sha-7778a9d", "sha-6d55f25", "sha-7778a9d"] { try deploy("prod", "acme/a:\(id)") }
        #expect(try newest() == ["race", "acme/a sha-6d55f25 -> sha-7778a9d race down"])
    }

    @Test func registryOfAnEnvironmentIsNoOtherArtifact() throws {
        try deploy("dev", "ghcr.io/acme/a:1.1")
        try deploy("prod", "prod.example.com:8443/mirror/a:1.0")
        try deploy("prod", "prod.example.com:8443/mirror/a:1.1")
        #expect(try newest() == ["promotion", "prod.example.com:8443/mirror/a 1.0 -> 1.1 promotion up"])
        try deploy("prod", "ghcr.io/acme/a:1.1")
        #expect(try newest() == ["configuration"])
        #expect(try scratch.ledger().likeness(of: 3, to: 0) == .same)
    }

    @Test func digestIsPartOfTheVersion() throws {
        let digest = { (digit: String) in "sha256:" + String(repeating: digit, count: 64) }
        try deploy("dev", "acme/a:1.1@\(digest("a"))")
        try deploy("prod", "acme/a:1.0")
        try deploy("prod", "acme/a:1.1")
        #expect(try newest().first == "promotion")
        try deploy("prod", "acme/a:1.1@\(digest("b"))")
        #expect(try newest().first == "forward")
    }

    /// A repository of which Argo CD's objects say what is deployed.
    private static func deployedByObjects() throws -> ScratchRepository {
        try ScratchRepository(
            configuration:
                "version: 1\nenvironments: { dev: {} }\nlayout: [ { argocd: 'argocd/**', env: dev } ]\n")
    }

    /// What an Application says is read anew with the rest of its app, also where nothing but its version had changed.
    @Test func theVersionOfAnApplicationStays() throws {
        let scratch = try Self.deployedByObjects()
        func write(_ version: String, _ value: Int) throws {
            try scratch.write(
                "argocd/api.yaml",
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Application
                metadata: { name: api }
                spec:
                  sources:
                    - repoURL: https://charts.example.com
                      chart: api
                      targetRevision: \(version)
                      helm: { valueFiles: [ $values/values/api.yaml ] }
                    - { repoURL: https://git.example.com/shop.git, ref: values }
                    - { repoURL: https://git.example.com/shop.git, path: values }

                """)
            // No object: nobody who looks for what deploys reads it.
            try scratch.write("values/api.yaml", "replicas: \(value)\n")
            try scratch.commit("\(version) \(value)")
        }
        try write("1.0.0", 1)
        try write("1.1.0", 1)
        try write("1.1.0", 2)
        let ledger = try scratch.ledger()
        #expect(
            (0..<ledger.count).map { ledger[$0].after?.map(\.version) ?? [] } == [
                ["1.0.0"], ["1.1.0"], ["1.1.0"],
            ])
    }

    /// A file that no app was made of so far becomes one's, in the commit that changes it.
    @Test func whatAFileBecomesIsSeenAtOnce() throws {
        let scratch = try Self.deployedByObjects()
        func write(_ name: String, _ version: String) throws {
            try scratch.write(
                "argocd/\(name).yaml",
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Application
                metadata: { name: \(name) }
                spec:
                  source: { repoURL: https://charts.example.com, chart: \(name), targetRevision: \(version) }

                """)
        }
        try write("api", "1.0.0")
        try scratch.write(
            "argocd/web.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\ndata: { a: '1' }\n")
        try scratch.commit("api")
        try write("web", "2.0.0")
        try scratch.commit("web")
        try write("api", "1.1.0")
        try scratch.commit("api 1.1.0")
        let ledger = try scratch.ledger()
        #expect((0..<ledger.count).map { ledger[$0].app } == ["api", "web", "api"])
    }
}
