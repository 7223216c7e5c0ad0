import Delivery
import Manifests
import TestSupport
import Testing

/// Rollbacks over a commit that gave an app another name, and over apps that went or came.
@Suite struct RenamedAppTests {
    private static let rules = """
        version: 1
        environments:
          dev: {}
          prod: { after: dev }
        layout: [ "apps/{app}/{env}/**" ]
        issues: { keys: [PROJ] }

        """

    private static func files(_ folder: String, _ image: String) -> [String: String] {
        var files: [String: String] = [:]
        for environment in ["dev", "prod"] {
            files["apps/\(folder)/\(environment)/d.yaml"] =
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: \(folder)}\n"
                + "spec: {template: {spec: {containers: [{name: c, image: '\(image)'}]}}}\n"
        }
        return files
    }

    /// api 1.0.0, then 1.1.0, then called orders, then 1.2.0; beside it web.
    private func sample() throws -> Sample {
        let sample = try Sample(Self.rules, Self.files("api", "acme/api:1.0.0"))
        try sample.commit(Self.files("web", "acme/web:1.0.0"), "web")
        try sample.commit(Self.files("api", "acme/api:1.1.0"), "PROJ-1 1.1.0")
        try sample.repository.git("mv", "apps/api", "apps/orders")
        try sample.repository.commit("Rename")
        try sample.commit(Self.files("orders", "acme/api:1.2.0"), "PROJ-2 1.2.0")
        return sample
    }

    @Test func aVersionThatRanUnderTheOldNameComesBack() throws {
        let plan = try sample().rollBack("orders", in: "prod", to: .named("1.0.0"))
        #expect(plan.refusals.isEmpty)
        #expect(plan.versions == ["prod/orders 1.2.0 -> 1.0.0"])
        #expect(Array(plan.after.keys) == ["apps/orders/prod/d.yaml"])
        // What came on the way goes, whatever the app was called.
        #expect(plan.steps.first?.contents?.issuesRemoved == ["PROJ-2", "PROJ-1"])
        #expect(plan.steps.first?.holds.map(\.version.short) == ["1.2.0", "1.1.0"])
    }

    @Test func theRenameItselfIsNoDeployment() throws {
        #expect(
            try sample().rollBack("orders", in: "prod", to: .deploymentsAgo(2)).versions
                == ["prod/orders 1.2.0 -> 1.0.0"])
        #expect(try sample().rollBack("orders", in: "prod").versions == ["prod/orders 1.2.0 -> 1.1.0"])
    }

    @Test func anIssueOfTheOldNameIsFound() throws {
        #expect(
            try sample().rollBack("orders", in: "prod", to: .before("PROJ-1")).versions
                == ["prod/orders 1.2.0 -> 1.0.0"])
    }

    @Test func allOfAnEnvironmentFollowsTheRename() throws {
        let sample = try sample()
        let commits = try sample.repository.git("rev-list", "--reverse", "HEAD").split(separator: "\n")
        let second = try #require(try sample.repository.repository().resolve(String(commits[1])))
        let plan = try sample.rollBack(in: "prod", to: .commit(second)) { $0.allApps = true }
        #expect(plan.refusals.isEmpty)
        #expect(plan.versions == ["prod/orders 1.2.0 -> 1.0.0"])
        #expect(
            try sample.rollBack(in: "prod", to: .deploymentsAgo(1)) { $0.allApps = true }.versions
                == ["prod/orders 1.2.0 -> 1.1.0"])
        #expect(
            try sample.rollBack(in: "prod") { $0.allApps = true }.versions == ["prod/orders 1.2.0 -> 1.1.0"])
    }

    @Test func configurationDoesNotFollowTheRename() throws {
        let plan = try sample().rollBack("orders", in: "prod", to: .named("1.0.0")) {
            $0.withConfiguration = true
        }
        #expect(plan.refusals.map(\.code) == [.absent])
    }

    /// Two that ran the same and went together: nothing tells which is which.
    @Test func whatCouldBeEitherIsNeither() throws {
        let sample = try Sample(Self.rules, Self.files("a", "acme/api:1"))
        try sample.commit(Self.files("b", "acme/api:1"), "b")
        try sample.repository.git("mv", "apps/a", "apps/c")
        try sample.repository.git("rm", "-rq", "apps/b")
        try sample.repository.commit("Rename")
        try sample.commit(Self.files("c", "acme/api:2"), "2")
        let plan = try sample.rollBack("c", in: "prod", to: .deploymentsAgo(2))
        #expect(plan.refusals.map(\.code) == [.absent])
    }

    @Test func anAppThatIsGoneIsNotSaidToBeAsWanted() throws {
        let sample = try Sample(Self.rules, Self.files("api", "acme/api:1"))
        try sample.commit(Self.files("web", "acme/web:1"), "web")
        try sample.commit(Self.files("job", "acme/job:1"), "job")
        let before = try #require(try sample.repository.repository().resolve("HEAD"))
        try sample.repository.git("rm", "-rq", "apps/job")
        try sample.repository.commit("Drop the job")
        for point in [RollbackRequest.Point.commit(before), .deploymentsAgo(1), .previous] {
            let plan = try sample.rollBack(in: "prod", to: point) { $0.allApps = true }
            #expect(plan.refusals.map(\.app) == ["job"])
            #expect(plan.steps.isEmpty)
        }
        // Named apps go back without it.
        #expect(try sample.rollBack("web", in: "prod", to: .commit(before)).refusals.isEmpty)
    }

    @Test func anAppThatCameLaterAloneIsNotSaidToBeAsWanted() throws {
        let sample = try Sample(Self.rules, Self.files("api", "acme/api:1"))
        let before = try #require(try sample.repository.repository().resolve("HEAD"))
        try sample.commit(Self.files("web", "acme/web:1"), "web")
        let plan = try sample.rollBack(in: "prod", to: .commit(before)) { $0.allApps = true }
        #expect(plan.refusals.map(\.app) == ["web"])
    }
}
