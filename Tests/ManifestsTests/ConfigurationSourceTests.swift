import Git
import Manifests
import System
import TestSupport
import Testing

/// Which gx.yaml counts.
@Suite struct ConfigurationSourceTests {
    private let scratch: ScratchRepository

    init() throws {
        scratch = try ScratchRepository()
        try scratch.write("envs/dev/app.yaml", "kind: ConfigMap\n")
        try scratch.write("envs/prod/app.yaml", "kind: ConfigMap\n")
        try scratch.commit("Files")
    }

    private func source() throws -> ConfigurationSource {
        let repository = try scratch.repository()
        return ConfigurationSource(repository, resolver: KnownPlaces(repository))
    }

    private static func gx(_ environment: String) -> String {
        "version: 1\nenvironments: { \(environment): {} }\nlayout: [ '{env}/**' ]\n"
    }

    private func names(_ loaded: LoadedConfiguration?) -> [String] {
        loaded?.configuration.environments.map(\.environment.name) ?? []
    }

    @Test func theWorkTreesComesFirstForReadingAndTheTipsForWriting() throws {
        try scratch.write("gx.yaml", Self.gx("committed"))
        let tip = try scratch.commit("Configure")
        try scratch.write("gx.yaml", Self.gx("edited"))
        let source = try source()
        #expect(names(try source.forReading()) == ["edited"])
        #expect(try source.forReading().origin == .file("gx.yaml"))
        let repository = try scratch.repository()
        let writing = try source.forWriting(
            at: Tip(repository: repository, ref: "refs/heads/main", commit: tip))
        #expect(names(writing) == ["committed"])
        #expect(writing.origin == .committed(ref: "refs/heads/main"))
    }

    @Test func theDefaultBranchsCountsWhereTheWorkTreeHasNone() throws {
        try scratch.write("gx.yaml", Self.gx("committed"))
        try scratch.commit("Configure")
        try scratch.git("rm", "-q", "gx.yaml")
        #expect(names(try source().forReading()) == ["committed"])
        #expect(try source().written()?.origin == .committed(ref: "refs/heads/main"))
    }

    @Test func aNamedFileCountsAlone() throws {
        try scratch.write("gx.yaml", "nonsense: true\n")
        try scratch.write("other.yaml", Self.gx("named"))
        #expect(names(try source().forReading(named: scratch.path + "/other.yaml")) == ["named"])
        #expect(throws: ManifestsError.unreadable(file: "/nowhere.yaml", reason: "there is no such file")) {
            try source().forReading(named: "/nowhere.yaml")
        }
        #expect(throws: ManifestsError.self) { try source().forReading() }
    }

    @Test func withoutAnyTheLayoutIsDetected() throws {
        #expect(try source().written() == nil)
        #expect(
            try source().forReading().origin
                == .detected("environments dev, prod, found in envs/{env}/**"))
    }

    @Test func whatWasDetectedIsKeptWhileItsGroundIsTheSame() throws {
        let memory = scratch.path + "/.git/gx/detected"
        let found = try source().forReading()
        #expect(names(found) == ["dev", "prod"])
        let kept = try #require(try readFile(memory))
        #expect(try source().forReading() == found)
        // What was cut short, or is something else, is detected again.
        for text in ["", "nonsense", String(decoding: kept.dropLast(40), as: UTF8.self)] {
            try scratch.write(".git/gx/detected", text)
            #expect(try source().forReading() == found)
        }
        #expect(try readFile(memory) == kept)

        try scratch.write("envs/qa/app.yaml", "kind: ConfigMap\n")
        try scratch.commit("More files")
        #expect(names(try source().forReading()) == ["dev", "qa", "prod"])
    }
}
