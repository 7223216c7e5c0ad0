import Manifests
import TestSupport
import Testing

@testable import gx

/// What `gx trace explain` says of pins that changed.
@Suite struct PinChangesTests {
    /// The lines for one app of one environment whose images a kustomization says, before and after.
    private func lines(_ before: [String], _ after: [String]) throws -> [String] {
        let pins = try [before, after].map { images in
            let scratch = try ScratchRepository()
            try scratch.write(
                "gx.yaml", "version: 1\nenvironments: { prod: {} }\nlayout: ['{env}/{app}/**']\n")
            let names = images.compactMap { $0.split(separator: " ").first }
            let containers = names.map { "{ name: \($0), image: 'acme/\($0):0' }" }.joined(separator: ", ")
            try scratch.write(
                "prod/web/d.yaml",
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: { name: web }
                spec: { template: { spec: { containers: [\(containers)] } } }

                """)
            let entries = images.map { image in
                let words = image.split(separator: " ")
                return "- { name: acme/\(words[0]), newTag: '\(words[1])' }\n"
            }
            try scratch.write(
                "prod/web/kustomization.yaml", "resources: [d.yaml]\nimages:\n" + entries.joined())
            try scratch.commit("Files")
            let places = KnownPlaces(try scratch.repository())
            let source = ConfigurationSource(try scratch.repository(), resolver: places)
            let estate = try Estate(source.forReading().configuration, resolver: places)
            return try #require(try estate.app("web", in: "prod")).slots.flatMap(\.pins)
        }
        return PinChanges(from: pins[0], to: pins[1]).lines.map {
            $0.replacing("prod/web/kustomization.yaml ", with: "")
        }
    }

    @Test func itemsThatMoveUpInTheListAreNotOneAnother() throws {
        #expect(
            try lines(["a 1", "b 2", "c 3"], ["b 2", "c 4"]).sorted()
                == ["images[0].newTag: acme/a 1, which goes", "images[1].newTag: 3 -> 4"])
    }

    @Test func anItemThatComesFirstIsNotTheOneThatStoodThere() throws {
        #expect(
            try lines(["b 2"], ["a 1", "b 3"]).sorted()
                == ["images[0].newTag: 1", "images[1].newTag: 2 -> 3"])
    }

    /// Whole references, which another image may stand in the place of.
    @Test func anImageThatComesFirstIsNotTheOneThatStoodThere() throws {
        func pins(_ images: [String]) throws -> [Pin] {
            let scratch = try ScratchRepository()
            try scratch.write(
                "gx.yaml", "version: 1\nenvironments: { prod: {} }\nlayout: ['{env}/{app}.yaml']\n")
            let containers = images.map { "{ name: \($0.prefix(1)), image: '\($0)' }" }
            try scratch.write(
                "prod/web.yaml",
                "kind: Pod\nmetadata: { name: web }\nspec: { containers: [\(containers.joined(separator: ", "))] }\n"
            )
            try scratch.commit("Files")
            let places = KnownPlaces(try scratch.repository())
            let source = ConfigurationSource(try scratch.repository(), resolver: places)
            let estate = try Estate(source.forReading().configuration, resolver: places)
            return try #require(try estate.app("web", in: "prod")).slots.flatMap(\.pins)
        }
        func lines(_ before: [String], _ after: [String]) throws -> [String] {
            try PinChanges(from: pins(before), to: pins(after)).lines.map {
                $0.replacing("prod/web.yaml spec.containers", with: "")
            }.sorted()
        }
        #expect(
            try lines(["a:1", "b:2"], ["c:3", "a:1", "b:4"]) == ["[0].image: c:3", "[2].image: b:2 -> b:4"])
        #expect(try lines(["a:1", "b:2"], ["c:3", "b:2"]) == ["[0].image: a:1 -> c:3"])
    }

    @Test func whatStaysWhereItIsIsToldAsBefore() throws {
        #expect(try lines(["a 1", "b 2"], ["a 1", "b 3"]) == ["images[1].newTag: 2 -> 3"])
    }
}
