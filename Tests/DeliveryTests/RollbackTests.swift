import Delivery
import Git
import Ledger
import Manifests
import TestSupport
import Testing

private let regions = (1...10).map { "prod-\($0)" }

/// An environment in front, and ten regions of production.
private let folders =
    """
    version: 1
    environments:
      staging: {}

    """ + regions.map { "  \($0): { after: staging, group: prod }\n" }.joined() + """
        layout:
          - envs/{env}/{app}/**
        issues: { keys: [PROJ] }

        """

private func deployment(_ image: String) -> String {
    """
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: api   # a name
    spec:
      template:
        spec:
          containers:
            - name: api
              image: \(image)

    """
}

private func path(_ environment: String, _ app: String = "api") -> String {
    "envs/\(environment)/\(app)/deployment.yaml"
}

@Suite struct RollbackTests {
    /// Version 1 everywhere, then 2, then 3, each for all regions in one commit.
    private func sample(_ versions: [String] = ["1", "2", "3"]) throws -> Sample {
        let files = { (version: String) in
            Dictionary(uniqueKeysWithValues: regions.map { (path($0), deployment("acme/api:\(version)")) })
        }
        let sample = try Sample(folders, files(versions[0]))
        for version in versions.dropFirst() {
            try sample.commit(files(version), "PROJ-\(version) Promote \(version) (#4\(version))")
        }
        return sample
    }

    @Test func onlyOneOfTenRegionsGoesBack() throws {
        let plan = try sample().rollBack("api", in: "prod-4")
        #expect(plan.refusals.isEmpty)
        #expect(plan.versions == ["prod-4/api 3 -> 2"])
        #expect(plan.after == [path("prod-4"): deployment("acme/api:2")])
        #expect(plan.steps.first?.contents?.issuesRemoved == ["PROJ-3"])
    }

    @Test func theMessageSaysWhatAndWhy() throws {
        let sample = try sample()
        let plan = try sample.rollBack("api", in: "prod-4", to: .named("1")) { $0.reason = "PROJ-3 is slow" }
        let message = CommitMessage(try #require(plan.steps.first))
        #expect(message.subject == "Roll back api to 1 in prod-4")
        #expect(message.paragraphs.first == "Reason: PROJ-3 is slow")
        #expect(
            message.trailers == [
                "Gx-Rollback: prod-4/api 3 -> 1", "Gx-Hold: prod-4/api 3 of acme/api (PROJ-3 is slow)",
                "Gx-Hold: prod-4/api 2 of acme/api (PROJ-3 is slow)",
            ])
        let without = try sample.rollBack("api", in: "prod-4") { $0.holds = false }
        #expect(
            CommitMessage(try #require(without.steps.first)).trailers == ["Gx-Rollback: prod-4/api 3 -> 2"])
    }

    @Test func aGroupGoesBackInOneStep() throws {
        let plan = try sample().rollBack("api", in: "prod")
        #expect(plan.steps.count == 1)
        #expect(plan.versions == regions.map { "\($0)/api 3 -> 2" })
    }

    @Test("A place that only this environment has goes back, though others read the file")
    func aPlaceInASharedFile() throws {
        let gx = "version: 1\nenvironments: { dev: {}, prod: {} }\nlayout: [ { table: versions.yaml } ]\n"
        let sample = try Sample(gx, ["versions.yaml": "web: { dev: 1.1.0, prod: 1.0.0 }\n"])
        try sample.commit(["versions.yaml": "web: { dev: 1.1.0, prod: 1.1.0 }\n"], "Promote web")
        let plan = try sample.rollBack("web", in: "prod")
        #expect(plan.after == ["versions.yaml": "web: { dev: 1.1.0, prod: 1.0.0 }\n"])
    }

    @Test("What another app reads from the same place goes back under its own name")
    func onePlaceOfTwoApps() throws {
        func release(_ app: String) -> String {
            """
            apiVersion: helm.toolkit.fluxcd.io/v2
            kind: HelmRelease
            metadata: { name: \(app), namespace: apps }
            spec:
              chart:
                spec:
                  chart: \(app)
                  version: ${version}
                  sourceRef: { kind: HelmRepository, name: acme }

            """
        }
        func sync(_ version: String) -> String {
            """
            apiVersion: kustomize.toolkit.fluxcd.io/v1
            kind: Kustomization
            metadata: { name: apps, namespace: flux-system }
            spec:
              path: ./apps
              sourceRef: { kind: GitRepository, name: flux-system }
              postBuild: { substitute: { version: "\(version)" } }

            """
        }
        let sample = try Sample(
            "version: 1\nenvironments: { dev: {}, prod: {} }\nlayout: [ { flux: '**' } ]\n",
            [
                "apps/api.yaml": release("api"), "apps/web.yaml": release("web"),
                "clusters/dev/apps.yaml": sync("1.0.0"), "clusters/prod/apps.yaml": sync("1.0.0"),
            ])
        try sample.commit(["clusters/prod/apps.yaml": sync("1.1.0")], "All to 1.1.0")
        let plan = try sample.rollBack("api", in: "prod")
        #expect(plan.after == ["clusters/prod/apps.yaml": sync("1.0.0")])
        let changes = plan.steps.flatMap(\.changes)
        #expect(changes.map { "\($0.app) \($0.artifact.shortName)" } == ["api api", "web web"])
        #expect(
            plan.steps.flatMap(\.holds).map { "\($0.app) \($0.artifact ?? "")" }.allSatisfy {
                !$0.contains("api") || !$0.contains("web")
            })
        #expect(plan.steps.flatMap(\.holds).count == 2)
    }

    @Test("A version in a file of a generator is the environment's own, through history, too")
    func aFileOfAGenerator() throws {
        let gx = "version: 1\nenvironments: { dev: {}, prod: {} }\nlayout: [ { argocd: apps/** } ]\n"
        let set = """
            apiVersion: argoproj.io/v1alpha1
            kind: ApplicationSet
            metadata: { name: web }
            spec:
              generators: [ { git: { repoURL: https://git.example.com/acme/m.git, files: [ { path: "envs/*.json" } ] } } ]
              template:
                metadata: { name: "web-{{env}}" }
                spec:
                  source: { repoURL: https://charts.example.com, chart: web, targetRevision: "{{version}}" }
                  destination: { name: "{{env}}", namespace: web }

            """
        func files(_ dev: String, _ prod: String) -> [String: String] {
            [
                "apps/set.yaml": set, "envs/dev.json": "{ \"env\": \"dev\", \"version\": \"\(dev)\" }\n",
                "envs/prod.json": "{ \"env\": \"prod\", \"version\": \"\(prod)\" }\n",
            ]
        }
        let sample = try Sample(gx, files("1.1.0", "1.0.0"))
        try sample.commit(files("1.1.0", "1.1.0"), "Promote web")
        let plan = try sample.rollBack("web", in: "prod")
        #expect(plan.after == ["envs/prod.json": files("1.1.0", "1.0.0")["envs/prod.json"]])
    }

    @Test("What helmfile fills in from the values of an environment goes back there")
    func valuesOfAHelmfileEnvironment() throws {
        let gx = "version: 1\nenvironments: { dev: {}, prod: {} }\nlayout: [ { helmfile: helmfile.yaml } ]\n"
        let files = [
            "helmfile.yaml": """
            environments:
              dev: { values: [env/dev.yaml] }
              prod: { values: [env/prod.yaml] }
            ---
            releases:
            - { name: web, chart: acme/web, version: "{{ .Values.web }}" }

            """, "env/dev.yaml": "web: 1.1.0\n", "env/prod.yaml": "web: 1.0.0\n",
        ]
        let sample = try Sample(gx, files)
        try sample.commit(["env/prod.yaml": "web: 1.1.0\n"], "Promote web")
        #expect(try sample.rollBack("web", in: "prod").after == ["env/prod.yaml": "web: 1.0.0\n"])
    }

    @Test("A place that others read, and override, goes back where there is no place of one's own")
    func aPlaceThatOthersOverride() throws {
        let gx = "version: 1\nenvironments: { dev: {}, prod: {} }\nlayout: [ { helmfile: helmfile.yaml } ]\n"
        let sample = try Sample(
            gx,
            [
                "helmfile.yaml": """
                environments:
                  dev: { values: [env/prod.yaml, env/dev.yaml] }
                  prod: { values: [env/prod.yaml] }
                ---
                releases:
                - { name: web, chart: acme/web, version: "{{ .Values.web }}" }

                """, "env/dev.yaml": "web: 1.2.0\n", "env/prod.yaml": "web: 1.0.0\n",
            ])
        try sample.commit(["env/prod.yaml": "web: 1.1.0\n"], "Promote web")
        let plan = try sample.rollBack("web", in: "prod")
        #expect(plan.after == ["env/prod.yaml": "web: 1.0.0\n"])
        #expect(plan.versions == ["prod/web 1.1.0 -> 1.0.0"])
    }

    // MARK: Where to

    @Test(arguments: [
        ("2", "2"), ("version:1", "1"), ("~1", "2"), ("~2", "1"), ("~", "2"), ("PROJ-2", "2"),
        ("pr:42", "2"), ("HEAD~1", "2"), ("commit:HEAD^^", "1"),
    ]) func revisions(_ text: String, _ version: String) throws {
        let plan = try sample().rollBack("api", in: "prod-1", to: .init(to: text))
        #expect(plan.versions == ["prod-1/api 3 -> \(version)"])
    }

    @Test func aCommitAndAMoment() throws {
        let sample = try sample()
        let commit = try sample.repository.id("HEAD~2")
        for point in [RollbackRequest.Point.commit(commit), .named("\(commit)")] {
            #expect(try sample.rollBack("api", in: "prod-1", to: point).versions == ["prod-1/api 3 -> 1"])
        }
        let time = try sample.repository.git("log", "-1", "--format=%cI", "HEAD~1")
        #expect(
            try sample.rollBack("api", in: "prod-1", to: .init(to: "@{\(time)}")).versions == [
                "prod-1/api 3 -> 2"
            ])
    }

    @Test func beforeAnIssueOrAPullRequest() throws {
        let sample = try sample()
        #expect(
            try sample.rollBack("api", in: "prod-1", to: .before("PROJ-2")).versions == ["prod-1/api 3 -> 1"])
        #expect(
            try sample.rollBack("api", in: "prod-1", to: .before("pr:43")).versions == ["prod-1/api 3 -> 2"])
        #expect(throws: LedgerError.unknownSubject("PROJ-9")) {
            try sample.rollBack("api", in: "prod-1", to: .before("PROJ-9"))
        }
        try sample.carryOut(try sample.rollBack("api", in: "prod-1", to: .before("PROJ-3")))
        #expect(throws: DeliveryError.unconcerned(environment: "prod-1", "PROJ-3")) {
            try sample.rollBack("api", in: "prod-1", to: .before("PROJ-3"))
        }
    }

    private func record(_ version: String, _ issues: [String], in sample: Sample) throws {
        var record = ArtifactRecord(artifact: "acme/api:\(version)")
        record.issues = issues
        #expect(try RecordStore(sample.repository.repository()).record(record))
    }

    @Test func beforeAnIssueThatOnlyABuildNames() throws {
        let sample = try sample()
        try record("2", ["PROJ-20"], in: sample)
        let plan = try sample.rollBack("api", in: "prod-1", to: .before("PROJ-20"))
        #expect(plan.versions == ["prod-1/api 3 -> 1"])
    }

    /// A version that has the issue after all would be the wrong one to go back to.
    @Test func aMissingSourceLeavesItOpenWhenAnIssueCame() throws {
        var sample = try sample()
        sample.configuration = try Configuration(
            parsing: Array((folders + "apps: { api: { source: ../nowhere } }\n").utf8))
        for issue in ["PROJ-3", "PROJ-9"] {
            let error = #expect(throws: LedgerError.self) {
                try sample.rollBack("api", in: "prod-1", to: .before(issue))
            }
            guard case .unknown(_, .missingSource(app: "api", name: "../nowhere", _)) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
        // Versions are in the manifests.
        #expect(try sample.rollBack("api", in: "prod-1", to: .before("3")).versions == ["prod-1/api 3 -> 2"])
        for version in ["1", "2", "3"] { try record(version, ["PROJ-\(version)"], in: sample) }
        #expect(
            try sample.rollBack("api", in: "prod-1", to: .before("PROJ-3")).versions == ["prod-1/api 3 -> 2"])
    }

    @Test func whatNeverRanThereIsRefused() throws {
        let sample = try sample()
        try sample.commit([path("staging"): deployment("acme/api:7")], "Build 7")
        #expect(try sample.rollBack("api", in: "prod-1", to: .named("7")).refusals.map(\.code) == [.absent])
        #expect(throws: LedgerError.unknownSubject("8")) {
            try sample.rollBack("api", in: "prod-1", to: .named("8"))
        }
    }

    // MARK: The past

    /// What was rolled back is not what a second rollback goes to; what was not held is.
    @Test func aRollbackOfARollback() throws {
        let sample = try sample()
        try sample.carryOut(try sample.rollBack("api", in: "prod-1"))
        let further = try sample.rollBack("api", in: "prod-1")
        #expect(further.versions == ["prod-1/api 2 -> 1"])
        #expect(further.steps.first?.contents?.issuesRemoved == ["PROJ-2"])

        let again = try sample.rollBack("api", in: "prod-1", to: .named("3"))
        #expect(again.refusals.map(\.code) == [.held])
        #expect(try sample.rollBack("api", in: "prod-1", to: .named("1")).refusals.isEmpty)
        try sample.carryOut(further)
        #expect(try sample.rollBack("api", in: "prod-1").refusals.map(\.code) == [.absent])
    }

    /// Who asks for it gets it, and has nothing against what runs until then.
    @Test("What a revert of the rollback brought back is taken away again")
    func anIssueThatARevertBroughtBack() throws {
        let sample = try sample(["1", "2"])
        try sample.carryOut(try sample.rollBack("api", in: "prod-4") { $0.holds = false })
        try sample.repository.git("revert", "--no-edit", "HEAD")
        for point in [RollbackRequest.Point.previous, .named("1")] {
            let plan = try sample.rollBack("api", in: "prod-4", to: point)
            #expect(plan.versions == ["prod-4/api 2 -> 1"])
            #expect(plan.steps.first?.contents?.issuesRemoved == ["PROJ-2"])
        }
    }

    @Test("What comes back keeps what it brought, though a promotion after a rollback brought it again")
    func whatStaysWithWhatComesBack() throws {
        let sample = try sample(["1", "2"])
        try sample.carryOut(sample.rollBack("api", in: "prod-1"))
        try sample.commit(
            [path("prod-1"): deployment("acme/api:3")],
            "Promote\n\nGx-Deploy: prod-1/api 1 -> 3\nGx-Issue: PROJ-3\nGx-Issue: PROJ-2")
        let plan = try sample.rollBack("api", in: "prod-1", to: .deploymentsAgo(2)) { $0.holds = false }
        #expect(plan.versions == ["prod-1/api 3 -> 2"])
        #expect(plan.steps.first?.contents?.issuesRemoved == ["PROJ-3"])
    }

    @Test func aRollbackIsTakenBack() throws {
        let sample = try sample()
        try sample.carryOut(try sample.rollBack("api", in: "prod-1") { $0.holds = false })
        #expect(try sample.rollBack("api", in: "prod-1").versions == ["prod-1/api 2 -> 1"])
        let back = try sample.rollBack("api", in: "prod-1", to: .named("3"))
        #expect(back.versions == ["prod-1/api 2 -> 3"])
        #expect(back.steps.first?.holds == [])
        // That is no rollback, and is not called one.
        let message = try CommitMessage(#require(back.steps.first))
        #expect(message.subject == "Return api to 3 in prod-1")
        #expect(message.trailers == ["Gx-Deploy: prod-1/api 2 -> 3"])
    }

    /// Two people who roll back at the same time go back once.
    @Test func aPlanMadeAgainIsHeldToTheFirst() throws {
        let sample = try sample()
        let first = try sample.rollBack("api", in: "prod-1")
        try sample.carryOut(first)
        let second = try sample.rollBack("api", in: "prod-1")
        #expect(second.versions == ["prod-1/api 2 -> 1"])
        #expect(second.holding(to: first).isEmpty && second.holding(to: first).refusals.isEmpty)
        #expect(first.holding(to: first).versions == first.versions)

        try sample.commit([path("prod-1"): deployment("acme/api:7")], "Build 7")
        #expect(
            try sample.rollBack("api", in: "prod-1").holding(to: first).refusals.map(\.code) == [.conflict])
    }

    @Test func aPromotionToSomethingOlderIsHeldLikeAnyOther() throws {
        let sample = try sample()
        try sample.carryOut(
            try sample.promote("api", to: "prod-1") {
                $0.given = [.init(.image, name: "api", version: Version("2"))]
            })
        let plan = try sample.rollBack("api", in: "prod-1")
        #expect(plan.versions == ["prod-1/api 2 -> 3"])
        #expect(plan.steps.first?.holds.map(\.line) == ["Gx-Hold: prod-1/api 2 of acme/api"])
    }

    @Test func theLedgerTakesItAsDeclared() throws {
        let sample = try sample()
        try sample.carryOut(try sample.rollBack("api", in: "prod-1"))
        let repository = try sample.repository.repository()
        let ledger = try Ledger(
            sample.configuration, resolver: KnownPlaces(repository), in: repository, index: false)
        let last = ledger[ledger.count - 1]
        #expect(last.kind == .rollback && last.basis == .declared)
        #expect(last.undone.map { ledger[$0].after?.map(\.version) } == ["3"])
    }

    @Test func anAppThatDidNotExistThen() throws {
        let sample = try sample()
        let before = try sample.repository.id("HEAD")
        try sample.commit([path("prod-1", "web"): deployment("acme/web:1")], "Add web")
        let one = try sample.rollBack("web", in: "prod-1", to: .commit(before))
        #expect(one.refusals.map(\.code) == [.absent] && one.steps.isEmpty)
        #expect(try sample.rollBack("web", in: "prod-1").refusals.map(\.code) == [.absent])
        // Among all it stays, and that is said.
        let all = try sample.rollBack(in: "prod-1", to: .commit(try sample.repository.id("HEAD~2"))) {
            $0.allApps = true
        }
        #expect(all.versions == ["prod-1/api 3 -> 2"])
        #expect(all.warnings.contains { $0.contains("web") && $0.contains("left as it is") })
    }

    // MARK: What is no target by itself

    /// A deployment that is recorded as failed there is passed over, and that is said.
    @Test func whatIsRecordedAsFailedIsNoTarget() throws {
        let sample = try sample()
        let bad = try sample.repository.id("HEAD~1")
        let record = try FinishedDeployment(
            environment: "prod-1", app: "api", outcome: .failed, at: nil, by: "ada", pipeline: nil,
            reason: "crash loop", checks: []
        ).record(on: bad)
        try RecordStore(sample.repository.repository()).append([record], to: bad, .deployments)
        let plan = try sample.rollBack("api", in: "prod-1")
        #expect(plan.versions == ["prod-1/api 3 -> 1"])
        #expect(plan.warnings == ["api 2 is recorded as failed in prod-1: passed over"])
        #expect(try sample.rollBack("api", in: "prod-2").versions == ["prod-2/api 3 -> 2"])
        // Who names it gets it.
        #expect(try sample.rollBack("api", in: "prod-1", to: .named("2")).versions == ["prod-1/api 3 -> 2"])
    }

    /// An older change of another app is not what went wrong.
    @Test func aNewAppIsNotUndoneByTakingAnOlderOneBack() throws {
        let sample = try sample()
        try sample.commit([path("prod-1", "web"): deployment("acme/web:1")], "Add web")
        let plan = try sample.rollBack(in: "prod-1") { $0.allApps = true }
        #expect(plan.steps.isEmpty)
        #expect(plan.refusals.map(\.app) == ["web"])
        #expect(try sample.rollBack("api", in: "prod-1").versions == ["prod-1/api 3 -> 2"])
    }

    @Test func aVersionWhoseFileWasMovedSince() throws {
        let sample = try sample()
        try sample.repository.git("mv", path("prod-1"), "envs/prod-1/api/workload.yaml")
        try sample.repository.commit("Call it what it is")
        let plan = try sample.rollBack("api", in: "prod-1")
        #expect(plan.after == ["envs/prod-1/api/workload.yaml": deployment("acme/api:2")])
    }

    @Test func aFileThatCameFromElsewhereHasNoPastHere() throws {
        let sample = try Sample(folders, ["old/api.yaml": deployment("acme/api:1")])
        try sample.repository.write(path("prod-1"), deployment("acme/api:1"))
        try sample.repository.git("rm", "-q", "old/api.yaml")
        try sample.repository.commit("Move it into its environment")
        let refusal = try #require(try sample.rollBack("api", in: "prod-1").refusals.first)
        #expect(refusal.code == .absent)
        #expect(refusal.hint?.contains("a layout for the old path") == true)
    }

    @Test func anInheritedVersionBecomesOneOfItsOwn() throws {
        let overlay = "resources:\n  - ../../../base\n"
        let sample = try Sample(
            folders,
            [
                "base/kustomization.yaml": "resources: [deployment.yaml]\n",
                "base/deployment.yaml": deployment("acme/api:1"),
                "envs/prod-1/api/kustomization.yaml": overlay, "envs/prod-2/api/kustomization.yaml": overlay,
            ])
        try sample.commit(["base/deployment.yaml": deployment("acme/api:2")], "Everywhere")
        let plan = try sample.rollBack("api", in: "prod-1")
        #expect(plan.refusals.isEmpty)
        #expect(plan.versions == ["prod-1/api 2 -> 1"])
        #expect(
            plan.after == [
                "envs/prod-1/api/kustomization.yaml":
                    overlay + "images:\n  - name: acme/api\n    newTag: \"1\"\n"
            ])
    }

    /// What a deployment added goes with it, where what it hides has the version that comes back.
    @Test func anOverrideGoesAgain() throws {
        let overlay = "resources:\n  - ../../../base\n"
        let sample = try Sample(
            folders,
            [
                "base/kustomization.yaml": "resources: [deployment.yaml]\n",
                "base/deployment.yaml": deployment("acme/api:1"),
                "envs/prod-1/api/kustomization.yaml": overlay, "envs/prod-2/api/kustomization.yaml": overlay,
            ])
        try sample.carryOut(
            try sample.promote("api", to: "prod-1") {
                $0.given = [.init(.image, name: "acme/api", version: Version("2"))]
                $0.create = true
            })
        let plan = try sample.rollBack("api", in: "prod-1")
        #expect(plan.versions == ["prod-1/api 2 -> 1"])
        #expect(plan.after == ["envs/prod-1/api/kustomization.yaml": overlay])
        #expect(plan.steps.first?.changes.first?.sites.map(\.new) == [nil])
        // Where the base has moved since, it stays, with the version of then.
        try sample.commit(["base/deployment.yaml": deployment("acme/api:3")], "Everywhere else")
        #expect(
            try sample.rollBack("api", in: "prod-1").after.values.allSatisfy {
                $0?.contains("newTag: \"1\"") == true
            })
    }

    @Test("A file that moved with a promotion goes back with it, unless somebody has changed it")
    func movedFiles() throws {
        let configuration = folders + "promote: { files: [config.yaml] }\n"
        let (api, config) = (path("prod-1"), "envs/prod-1/api/config.yaml")
        let sample = try Sample(
            configuration, [api: deployment("acme/api:1"), config: "level: info\n"])
        try sample.commit([api: deployment("acme/api:2"), config: "level: debug\n"], "Promote 2")
        let plan = try sample.rollBack("api", in: "prod-1")
        #expect(plan.after == [api: deployment("acme/api:1"), config: "level: info\n"])
        let versionOnly = try sample.rollBack("api", in: "prod-1") { $0.versionOnly = true }
        #expect(versionOnly.after == [api: deployment("acme/api:1")])
        #expect(versionOnly.steps.first?.restoration?.kept == [api, config].filter { $0 == config })
        #expect(plan.steps.first?.configuration.first?.hasPrefix("config.yaml as of ") == true)
        try sample.commit([config: "level: warning\n"], "By hand")
        #expect(try sample.rollBack("api", in: "prod-1").after == [api: deployment("acme/api:1")])
    }

    @Test("A file that came with a promotion goes, and is said to")
    func filesThatGo() throws {
        let (api, config) = (path("prod-1"), "envs/prod-1/api/config.yaml")
        let sample = try Sample(
            folders + "promote: { files: [config.yaml] }\n", [api: deployment("acme/api:1")])
        try sample.commit([api: deployment("acme/api:2"), config: "level: debug\n"], "Promote 2")
        let plan = try sample.rollBack("api", in: "prod-1")
        #expect(plan.after == [api: deployment("acme/api:1"), config: nil])
        #expect(plan.steps.first?.configuration == ["config.yaml, which goes"])
    }

    /// Two apps whose versions stand in one file: only the one that was asked for moves.
    @Test func anotherAppInTheSameFileStays()
        throws
    {
        let both = { (api: String, web: String) in
            """
            resources: [../../../base]
            images:
              - name: acme/api
                newTag: "\(api)"
              - name: acme/web
                newTag: "\(web)"

            """
        }
        let configuration = folders.replacing("envs/{env}/{app}/**", with: "envs/{env}/**")
        let sample = try Sample(
            configuration,
            [
                "base/kustomization.yaml": "resources: [api.yaml, web.yaml]\n",
                "base/api.yaml": deployment("acme/api"),
                "base/web.yaml": deployment("acme/web").replacing("name: api", with: "name: web"),
                "envs/prod-1/all/kustomization.yaml": both("1", "1"),
            ])
        try sample.commit(["envs/prod-1/all/kustomization.yaml": both("2", "2")], "Both")
        for withConfiguration in [false, true] {
            let plan = try sample.rollBack("api", in: "prod-1") { $0.withConfiguration = withConfiguration }
            #expect(plan.versions == ["prod-1/api 2 -> 1"])
            #expect(plan.after == ["envs/prod-1/all/kustomization.yaml": both("1", "2")])
        }
        let all = try sample.rollBack(in: "prod-1") { $0.allApps = true }
        #expect(all.after == ["envs/prod-1/all/kustomization.yaml": both("1", "1")])
    }

    @Test func nothingToDoIsAnEmptyPlan() throws {
        let plan = try sample().rollBack("api", in: "prod-1", to: .named("3"))
        #expect(plan.isEmpty && plan.refusals.isEmpty)
    }
}
