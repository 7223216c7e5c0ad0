import TestSupport
import Testing

@testable import Ledger

@Suite struct LikenessTests {
    private let scratch: ScratchRepository

    init() throws {
        scratch = try ScratchRepository(
            configuration: """
                version: 1
                environments: { staging: {}, prod: { after: staging } }
                layout: ["envs/{env}/{app}.yaml"]

                """)
    }

    /// - Parameter images: Of the app called api, each as it stands in a container.
    private func set(_ environment: String, _ images: String...) throws {
        let containers = images.enumerated().map { "    - { name: c\($0), image: \"\($1)\" }\n" }
        try scratch.write(
            "envs/\(environment)/api.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: { name: api }\nspec:\n  containers:\n"
                + containers.joined())
        try scratch.commit("\(environment): \(images)")
    }

    private func likeness() throws -> Likeness {
        let ledger = try scratch.ledger()
        let numbers = try ["prod", "staging"].map {
            try #require(ledger.series(of: "api", in: $0)?.last)
        }
        return ledger.likeness(of: numbers[0], to: numbers[1])
    }

    @Test func artifactsOfTwoStatesArePaired() {
        func pins(_ texts: String...) -> [Pinned] {
            texts.map { text in
                let parts = text.split(separator: " ").map(String.init)
                return Pinned(artifact: parts[0], version: parts[1])
            }
        }
        func paired(_ left: [Pinned], _ right: [Pinned]) -> [String] {
            Pinned.pairs(left, right).map { left, right in
                [left, right].map { $0.map { "\($0.artifact) \($0.version)" }.joined(separator: "+") }
                    .joined(separator: " = ")
            }
        }
        #expect(
            paired(pins("a.io/api 1", "x.io/web 2", "x.io/web 1"), pins("b.io/api 2", "x.io/web 3"))
                == ["a.io/api 1 = b.io/api 2", "x.io/web 1+x.io/web 2 = x.io/web 3"])
        // Which of two is meant nobody knows.
        #expect(
            paired(pins("a.io/api 1"), pins("b.io/api 2", "c.io/api 3"))
                == ["a.io/api 1 = ", " = b.io/api 2", " = c.io/api 3"])
        #expect(paired(pins("chart:api 1"), pins("x.io/api 2")) == ["chart:api 1 = ", " = x.io/api 2"])
    }

    @Test func theSameVersionsAreTheSame() throws {
        try set("staging", "x.io/web:1", "x.io/api:1")
        try set("prod", "x.io/web:1", "x.io/api:1")
        #expect(try likeness() == .same)
        // What only one of them has does not count.
        try set("prod", "x.io/web:1", "x.io/api:1", "x.io/proxy:9")
        #expect(try likeness() == .same)
    }

    @Test func whatPeopleMeanByTheVersionComesFirst() throws {
        try set("staging", "x.io/web:2", "x.io/api:2")
        try set("prod", "x.io/web:1", "x.io/api:1")
        #expect(
            try likeness()
                == .different(
                    Pinned(artifact: "x.io/api", version: "1"),
                    from: Pinned(artifact: "x.io/api", version: "2")))
        try set("prod", "x.io/web:1", "x.io/api:2")
        #expect(
            try likeness()
                == .different(
                    Pinned(artifact: "x.io/web", version: "1"),
                    from: Pinned(artifact: "x.io/web", version: "2")))
    }

    @Test func severalVersionsOfOneArtifactAreComparedTogether() throws {
        try set("staging", "x.io/api:1", "x.io/api:2")
        try set("prod", "x.io/api:2", "x.io/api:1")
        #expect(try likeness() == .same)
        try set("prod", "x.io/api:2")
        #expect(try likeness() != .same)
    }

    @Test func nothingInCommonIsUnrelated() throws {
        try set("staging", "x.io/api:1")
        try set("prod", "x.io/other:1")
        #expect(try likeness() == .unrelated)
    }
}
