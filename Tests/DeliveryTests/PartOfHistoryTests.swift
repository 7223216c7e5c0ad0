import Delivery
import Git
import Ledger
import Manifests
import TestSupport
import Testing

/// Clones that lack a part of what there is: it is fetched, and at once.
@Suite struct PartOfHistoryTests {
    private let sample: Sample

    init() throws {
        sample = try Sample(
            """
            version: 1
            environments: { dev: {}, prod: { after: dev } }
            layout: ["apps/{app}/{env}.yaml"]
            """, Self.files(dev: 1, prod: 1))
        try sample.repository.git("config", "uploadpack.allowFilter", "true")
        try sample.repository.git("config", "uploadpack.allowAnySHA1InWant", "true")
    }

    private static func files(dev: Int, prod: Int) -> [String: String] {
        ["dev": dev, "prod": prod].reduce(into: [:]) { files, one in
            files["apps/api/\(one.key).yaml"] = "image: { repository: x.io/api, tag: '\(one.value)' }\n"
        }
    }

    private func plan(in clone: ScratchRepository) throws -> Plan {
        let repository = try clone.repository()
        let places = KnownPlaces(repository)
        let estate = try Estate(sample.configuration, resolver: places)
        var request = PromotionRequest(to: "prod")
        request.apps = ["api"]
        return try Promotion.plan(request, in: estate).withContents(in: estate) { [sample] in
            try Ledger(sample.configuration, resolver: places, in: repository)
        }.respectingHolds(HoldCache(in: estate))
    }

    private func shallow() throws -> ScratchRepository {
        try sample.repository.clone("shallow", ["--depth", "1"])
    }

    @Test func aCloneOfOneCommitPromotes() throws {
        try sample.commit(Self.files(dev: 2, prod: 1), "api 2")
        let plan = try plan(in: shallow())
        #expect(plan.versions == ["prod/api 1 -> 2"])
        #expect(plan.refusals.isEmpty)
    }

    @Test func aHoldIsFoundBehindItsEdge() throws {
        try sample.commit(Self.files(dev: 2, prod: 2), "api 2")
        try sample.commit(
            Self.files(dev: 2, prod: 1), "Roll back\n\nGx-Hold: prod/api 2 of x.io/api (it is slow)\n")
        try sample.commit(["readme.md": "more"], "More")
        let clone = try shallow()
        #expect(try plan(in: clone).refusals.map(\.code) == [.held])
        // One that only this clone has lifts it.
        try clone.write("readme.md", "and more")
        try clone.commit("Let it in\n\nGx-Unhold: prod/api 2 of x.io/api\n")
        try clone.git("update-ref", "refs/remotes/origin/main", "HEAD")
        #expect(try plan(in: clone).refusals.isEmpty)
    }

    @Test func whereNothingCanBeHadItCanNotBeTold() throws {
        try sample.commit(Self.files(dev: 2, prod: 1), "api 2")
        let clone = try shallow()
        try clone.git("remote", "remove", "origin")
        #expect(throws: LedgerError.tooShallow(toKnow: "whether api 2 is held in prod")) {
            try plan(in: clone)
        }
    }

    /// Each pack is a connection.
    @Test func aCloneWithoutFoldersAsksForManyAtOnce() throws {
        for version in 2...40 { try sample.commit(Self.files(dev: version, prod: 1), "PROJ-\(version)") }
        let clone = try sample.repository.clone("treeless", ["--filter=tree:0", "--no-checkout"])
        let plan = try plan(in: clone)
        #expect(plan.steps.first?.contents?.added.count == 39)
        let packs = try clone.git("count-objects", "-v").split(separator: "\n")
            .first { $0.hasPrefix("packs: ") }?.dropFirst("packs: ".count)
        #expect(try #require(packs.flatMap { Int($0) }) < 12)
    }
}
