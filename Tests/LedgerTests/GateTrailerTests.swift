import Manifests
import System
import Testing

@testable import Ledger

@Suite struct GateTrailerTests {
    @Test(arguments: [
        "Gx-Lock: prod-eu/api", "Gx-Lock: prod-eu/* until 2026-12-01T06:00:00Z (guests cannot check out)",
        "Gx-Unlock: prod-eu/*", "Gx-Approve: prod-eu/team%2Fapi 1.4.2",
    ])
    func readsWhatItWrites(_ line: String) throws {
        let trailer = try #require(GateTrailer(line: line))
        #expect(trailer.line.replacing("team/api", with: "team%2Fapi") == line)
    }

    @Test(arguments: [
        "Gx-Lock: prod", "Gx-Lock: /api", "Gx-Lock: prod/", "Gx-Lock: prod/api until",
        "Gx-Lock: prod/api until noon",
        "Gx-Unlock: prod/api 1.0", "Gx-Approve: prod/api", "Gx-Approve: prod/* 1.0", "Gx-Lock: prod/api (x",
        "Lock: a/b",
    ])
    func whatIsNotWrittenSoIsNone(_ line: String) { #expect(GateTrailer(line: line) == nil) }

    @Test func whoPassesByAGateSaysWhy() throws {
        let line = "Gx-Override: prod-eu/team/api soak (hotfix)"
        let trailer = try #require(OverrideTrailer(line: line))
        #expect(trailer.line == line && trailer.app == "team/api" && trailer.gate == "soak")
        for line in ["Gx-Override: prod/api soak", "Gx-Override: prod/api (x)", "Gx-Override: /api soak (x)"]
        {
            #expect(OverrideTrailer(line: line) == nil)
        }
    }

    @Test func theNewestLockCounts() throws {
        var words = GateWords()
        for (index, line) in [
            "Gx-Lock: prod/api (one)", "Gx-Lock: prod/api (two)", "Gx-Lock: prod/* (all)",
            "Gx-Unlock: prod/api",
            "Gx-Lock: qa/api", "Gx-Unlock: qa/*",
        ].enumerated() {
            words.add(
                GateWord(
                    trailer: try #require(GateTrailer(line: line)), commit: .zero,
                    time: Timestamp(seconds: Int64(index)), author: "Ada", address: "ada@example.com"))
        }
        // That of the whole environment is lifted as that.
        #expect(words.locks.map(\.trailer.reason) == ["all"])
    }
}
