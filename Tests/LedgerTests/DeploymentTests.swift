import Git
import Ledger
import Manifests
import TestSupport
import Testing

@Suite struct DeploymentTests {
    private let scratch: ScratchRepository

    init() throws {
        scratch = try ScratchRepository(
            configuration: """
                version: 1
                environments: { dev: {}, prod: { after: dev } }
                layout: ["envs/{env}/{app}/**"]

                """)
    }

    private func deploy(_ environment: String, _ version: String, app: String = "api", extra: String = "")
        throws
    {
        try scratch.write(
            "envs/\(environment)/\(app)/values.yaml",
            "image:\n  repository: example.com/\(app)\n  tag: \"\(version)\"\n\(extra)")
    }

    @Test func kindsFollowFromVersions() throws {
        try deploy("dev", "1.0")
        try scratch.commit("start")
        try deploy("dev", "1.1")
        try scratch.commit("forward")
        try deploy("prod", "1.0")
        try scratch.commit("first in prod")
        try deploy("prod", "1.1")
        try scratch.commit("promote")
        try deploy("prod", "1.1", extra: "replicas: 3\n")
        try scratch.commit("scale")
        try deploy("prod", "1.0")
        try scratch.commit("slip", date: "2026-01-01 01:00:00 +0000")
        try deploy("prod", "1.1")
        try scratch.commit("again", date: "2026-01-01 05:00:00 +0000")
        try deploy("prod", "1.0")
        try scratch.commit("undone at once", date: "2026-01-01 05:03:00 +0000")
        try scratch.remove("envs/prod/api")
        try scratch.commit("gone")
        #expect(
            try scratch.ledger().lines == [
                "dev/api initial none -> 1.0",
                "dev/api forward 1.0 -> 1.1",
                "prod/api initial none -> 1.0",
                "prod/api promotion from dev 1.0 -> 1.1",
                "prod/api configuration 1.1 -> 1.1",
                "prod/api rollback 1.1 -> 1.0",
                "prod/api repair 1.0 -> 1.1",
                "prod/api race 1.1 -> 1.0",
                "prod/api removal 1.0 -> none",
            ])
    }

    @Test func commitsDeclareKinds() throws {
        try deploy("dev", "1.0")
        try deploy("prod", "0.9")
        try scratch.commit("start")
        try deploy("prod", "2.0")
        let bad = try scratch.commit("Go\n\nGx-Deploy: prod/api 0.9 -> 2.0 from dev\n")
        try deploy("prod", "0.9")
        try scratch.commit("Revert \"Go\"\n\nThis reverts commit \(bad).\n")
        try deploy("prod", "3.0")
        try scratch.commit("Back\n\nGx-Rollback: prod/api 0.9 -> 3.0\n")
        let ledger = try scratch.ledger()
        #expect(
            ledger.lines.suffix(3) == [
                "prod/api promotion from dev (declared) 0.9 -> 2.0",
                "prod/api rollback (revert) 2.0 -> 0.9",
                "prod/api rollback (declared) 0.9 -> 3.0",
            ])
        #expect(ledger[3].undone == 2)
        #expect(ledger[2].commit == bad)
    }

    @Test func aBaseIsDeployedToAllThatInheritIt() throws {
        try scratch.write("base/kustomization.yaml", "resources: [deployment.yaml]\n")
        func base(_ version: String) throws {
            try scratch.write(
                "base/deployment.yaml",
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: { name: api }
                spec: { template: { spec: { containers: [{ name: api, image: "example.com/api:\(version)" }] } } }

                """)
        }
        try base("1.0")
        for environment in ["dev", "prod"] {
            try scratch.write(
                "envs/\(environment)/api/kustomization.yaml", "resources: [../../../base, config.yaml]\n")
        }
        try scratch.commit("start")
        try base("1.1")
        try scratch.commit("base")
        try scratch.write(
            "envs/prod/api/kustomization.yaml",
            "resources: [../../../base, config.yaml]\nimages: [{ name: example.com/api, newTag: \"1.0\" }]\n")
        try scratch.commit("hold prod back")
        try base("1.2")
        try scratch.commit("hidden in prod")
        #expect(
            try scratch.ledger().lines.dropFirst(2) == [
                "dev/api forward 1.0 -> 1.1", "prod/api forward 1.0 -> 1.1",
                "prod/api race 1.1 -> 1.0",
                "dev/api forward 1.1 -> 1.2", "prod/api configuration 1.0 -> 1.0",
            ])
    }

    @Test func movedFilesAreNoNewApp() throws {
        try deploy("dev", "1.0")
        try scratch.commit("start")
        try scratch.git("mv", "envs/dev/api/values.yaml", "envs/dev/api/app.yaml")
        try scratch.commit("rename")
        #expect(
            try scratch.ledger().lines == [
                "dev/api initial none -> 1.0", "dev/api configuration 1.0 -> 1.0",
            ])
    }

    @Test func branchesAreEnvironments() throws {
        try scratch.write(
            "gx.yaml",
            """
            version: 1
            environments: { dev: {}, prod: { after: dev } }
            layout: [{ branch: "env/{env}" }]

            """)
        try scratch.commit("configure")
        let pod = { (version: String) in
            "apiVersion: v1\nkind: Pod\nmetadata: { name: api }\n"
                + "spec: { containers: [{ name: a, image: \"example.com/api:\(version)\" }] }\n"
        }
        try scratch.git("checkout", "-qb", "env/dev")
        try scratch.write("pod.yaml", pod("1"))
        try scratch.commit("one")
        try scratch.git("checkout", "-qb", "env/prod")
        try scratch.git("checkout", "-q", "env/dev")
        try scratch.write("pod.yaml", pod("2"))
        try scratch.commit("two")
        try scratch.git("checkout", "-q", "env/prod")
        try scratch.git("merge", "-q", "--no-ff", "-m", "Merge pull request #7 from env/dev", "env/dev")
        let ledger = try scratch.ledger()
        #expect(ledger.lines.contains("prod/api promotion from dev 1 -> 2"))
        let commits = ledger.commits(namingPullRequest: "7")
        #expect(ledger.deployments(by: commits).map { ledger[$0].environment } == ["prod"])
    }
}
