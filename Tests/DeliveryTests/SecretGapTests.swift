import Delivery
import Manifests
import Testing

/// What a promotion says of Secrets that only the environment has which it promotes from.
struct SecretGapTests {
    static let gx = """
        version: 1
        environments: { staging: {}, prod: { after: staging } }
        layout: [ "envs/{env}/{app}/**", "envs/{env}/*.yaml", "envs/{env}/*.env" ]
        promote: { files: [extra.yaml] }
        """

    /// An app of both environments, in an older version in prod, whose one container has these fields.
    private func sample(_ container: String, _ files: [String: String]) throws -> Sample {
        var all = files
        all["base/deployment.yaml"] = workload("api", "image: acme/api, \(container)")
        for (environment, tag) in [("staging", "2"), ("prod", "1")] {
            all["base/kustomization.yaml"] = "resources: [deployment.yaml]\n"
            let folder = "envs/\(environment)/api"
            let own = files["\(folder)/kustomization.yaml"] ?? ""
            let secret = files["\(folder)/secret.yaml"] == nil ? "" : ", secret.yaml"
            all["\(folder)/kustomization.yaml"] = """
                resources: [../../../base\(secret)]
                images: [{ name: acme/api, newTag: "\(tag)" }]
                \(own)
                """
        }
        return try Sample(Self.gx, all)
    }

    private func workload(_ name: String, _ container: String) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: \(name) }
        spec:
          template:
            spec:
              containers:
                - { name: \(name), \(container) }

        """
    }

    private func secret(_ keys: String, kind: String = "Secret") -> String {
        "apiVersion: v1\nkind: \(kind)\nmetadata: { name: shop }\nstringData: { \(keys) }\n"
    }

    private func warnings(_ sample: Sample) throws -> [String] {
        let plan = try sample.promote("api", to: "prod")
        #expect(plan.versions == ["prod/api 1 -> 2"])
        return plan.warnings
    }

    private static let key = "env: [{ name: K, valueFrom: { secretKeyRef: { name: shop, key: API_KEY } } }]"

    @Test func aKeyThatOnlyTheSourceHas() throws {
        let sample = try sample(
            Self.key,
            [
                "envs/staging/api/secret.yaml": secret("API_KEY: a, OTHER: b"),
                "envs/prod/api/secret.yaml": secret("OTHER: b"),
            ])
        #expect(
            try warnings(sample) == [
                "prod/api needs API_KEY of the Secret shop (base/deployment.yaml:8), which staging has and prod lacks"
            ])
    }

    @Test(arguments: [
        // There in both; there in neither; only in the target.
        ("API_KEY: a", "API_KEY: b"), ("OTHER: a", "OTHER: b"), ("OTHER: a", "API_KEY: b"),
    ]) func aKeyThatIsNoNews(staging: String, prod: String) throws {
        let sample = try sample(
            Self.key,
            [
                "envs/staging/api/secret.yaml": secret(staging), "envs/prod/api/secret.yaml": secret(prod),
            ])
        #expect(try warnings(sample) == [])
    }

    @Test func anOptionalKeyIsNotNeeded() throws {
        let container = Self.key.replacing("key: API_KEY", with: "key: API_KEY, optional: true")
        let sample = try sample(container, ["envs/staging/api/secret.yaml": secret("API_KEY: a")])
        #expect(try warnings(sample) == [])
    }

    @Test func allKeysThatOneHas() throws {
        let sample = try sample(
            "envFrom: [{ secretRef: { name: shop } }]",
            [
                "envs/staging/api/secret.yaml": secret("B: 1, A: 1, C: 1"),
                "envs/prod/api/secret.yaml": secret("C: 1"),
            ])
        #expect(
            try warnings(sample) == [
                "prod/api needs A, B of the Secret shop (base/deployment.yaml:8), which staging has and prod lacks"
            ])
    }

    @Test(arguments: [
        "volumes: [{ name: v, secret: { secretName: shop } }]",
        "volumes: [{ name: v, projected: { sources: [{ secret: { name: shop, items: [{ key: A }] } }] } }]",
        "envFrom: [{ secretRef: { name: shop } }]",
    ]) func aSecretThatIsNotThereAtAll(use: String) throws {
        let sample = try sample(use, ["envs/staging/secrets.yaml": secret("A: 1")])
        let what = use.contains("items") ? "A of the Secret shop" : "the Secret shop"
        #expect(
            try warnings(sample) == [
                "prod/api needs \(what) (base/deployment.yaml:8), which staging has and prod lacks"
            ])
    }

    @Test func aPatchThatIsTextInTheKustomization() throws {
        let patch = """
            patches:
              - patch: |
                  apiVersion: apps/v1
                  kind: Deployment
                  metadata: { name: api }
                  spec: { template: { spec: { containers: [{ name: api, envFrom: [{ secretRef: { name: shop } }] }] } } }
            """
        let sample = try sample(
            "args: []",
            [
                "envs/prod/api/kustomization.yaml": patch, "envs/staging/api/secret.yaml": secret("A: 1"),
            ])
        #expect(
            try warnings(sample) == [
                "prod/api needs the Secret shop (envs/prod/api/kustomization.yaml:4), which staging has and prod lacks"
            ])
    }

    @Test func whatMovesAlongIsPromotedToo() throws {
        let extra = workload("extra", "\(Self.key), image: acme/extra:1")
        var files = [
            "envs/staging/api/extra.yaml": extra, "envs/staging/api/secret.yaml": secret("API_KEY: a"),
        ]
        #expect(try warnings(try sample("args: []", files)).count == 1)
        files["envs/prod/secret.yaml"] = secret("API_KEY: b")
        #expect(try warnings(try sample("args: []", files)) == [])
    }

    @Test(arguments: ["ExternalSecret", "VaultStaticSecret", "VaultSecret", "SealedSecret"])
    func aSecretThatAnotherProgramFills(kind: String) throws {
        let sample = try sample(
            Self.key,
            [
                "envs/staging/api/secret.yaml": secret("API_KEY: a"),
                "envs/prod/other.yaml": secret("", kind: kind),
            ])
        #expect(try warnings(sample) == [])
    }

    @Test func aSecretWhoseNameTheOperatorIsTold() throws {
        let external = """
            apiVersion: external-secrets.io/v1
            kind: ExternalSecret
            metadata: { name: from-vault }
            spec: { target: { name: shop } }
            """
        let sample = try sample(
            Self.key,
            ["envs/staging/api/secret.yaml": secret("API_KEY: a"), "envs/prod/api/external.yaml": external])
        #expect(try warnings(sample) == [])
    }

    @Test(arguments: [
        ("secretGenerator: [{ name: shop, literals: [API_KEY=x] }]", 0),
        ("secretGenerator: [{ name: shop, literals: [OTHER=x] }]", 1),
        ("secretGenerator: [{ name: shop, envs: [shop.env] }]", 0),
        ("secretGenerator: [{ name: shop, files: [shop.env] }]", 1),
        ("generators: [ksops.yaml]", 0),
    ]) func generators(fields: String, count: Int) throws {
        let sample = try sample(
            Self.key,
            [
                "envs/staging/api/secret.yaml": secret("API_KEY: a"),
                "envs/prod/api/kustomization.yaml": fields,
                "envs/prod/api/shop.env": "# A comment\nAPI_KEY=x\n",
                "envs/prod/api/ksops.yaml": "apiVersion: viaduct.ai/v1\nkind: ksops\nmetadata: { name: k }\n",
            ])
        #expect(try warnings(sample).count == count)
    }

    /// A file that becomes a Secret when it is applied has keys, and no name yet.
    @Test(arguments: [("API_KEY", 0), ("OTHER", 1)]) func encryptedFilesThatAreNoManifests(
        key: String, count: Int
    ) throws {
        let sample = try sample(
            Self.key, ["envs/staging/shop.env": "API_KEY", "envs/prod/shop.env": key])
        var request = PromotionRequest(to: "prod")
        request.apps = ["api"]
        let plan = try Promotion.plan(request, in: try sample.estate()) { path, bytes in
            path.hasSuffix(".env") ? [String(decoding: bytes, as: UTF8.self)] : []
        }
        #expect(plan.warnings.count == count)
    }

    @Test func anEnvironmentThatIsABranch() throws {
        let sample = try Sample(
            """
            version: 1
            environments: { staging: {}, prod: { after: staging } }
            layout: [ { branch: "{env}" } ]
            """, ["README": ""])
        try sample.repository.git("switch", "-q", "-c", "prod")
        try sample.repository.git("switch", "-q", "-c", "staging")
        try sample.commit(
            [
                "api.yaml": workload("api", "\(Self.key), image: acme/api:1"),
                "secret.yaml": secret("API_KEY: a"),
            ], "App")
        // The Secret was taken out in prod: a merge leaves it out.
        try sample.repository.git("switch", "-q", "prod")
        try sample.repository.git("merge", "-q", "--no-edit", "staging")
        try sample.repository.git("rm", "-q", "secret.yaml")
        try sample.repository.commit("No Secret")
        try sample.repository.git("switch", "-q", "staging")
        try sample.commit(
            ["api.yaml": workload("api", "\(Self.key), image: acme/api:2")], "2")
        #expect(
            try sample.promote(to: "prod").warnings == [
                "prod/api needs API_KEY of the Secret shop (api.yaml:8), which staging has and prod lacks"
            ])
    }
}
