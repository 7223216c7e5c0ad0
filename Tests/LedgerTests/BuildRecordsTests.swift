import Git
import Testing

@testable import Ledger

/// What is found in records without parsing them is what parsing finds.
@Suite struct BuildRecordsTests {
    @Test(arguments: [
        (#"{"commit":"a1","x":1}"#, ["a1"]),
        (#"{ "commit" : "a1" }"#, ["a1"]),
        (#"{"commit":["a1", "b2","c3"]}"#, ["a1", "b2", "c3"]),
        (#"{"commit":[]}"#, []), (#"{"commit":null,"b":"commit"}"#, []),
        (#"{"commitList":["a1"],"commits":3}"#, []),
        // Further inside, too.
        (#"{"list":[{"commit":"a1"},{"commit":"b2"}],"commit":"c3"}"#, ["a1", "b2", "c3"]),
        // Text that looks like a field is none.
        (#"{"title":"\"commit\":\"a1\""}"#, []),
        (#"{"title":"of \"commit","commit":"b2"}"#, ["b2"]),
        (#"{"commit":"a\"1\u0041\/"}"#, ["a\"1A/"]), (#"{"commit":"\\"}"#, ["\\"]),
        // Cut off.
        (#"{"commit":"a1"#, []), (#"{"commit":"a\"#, []), (#"{"commit""#, []), (#"{"commit":["a1","#, ["a1"]),
    ])
    func aFieldIsFoundWithoutParsing(line: String, values: [String]) {
        #expect(FieldSearch("commit").values(in: Array(line.utf8)) == values)
    }

    private func records(_ lines: [String]) -> BuildRecords {
        BuildRecords.reading([Array(lines.joined(separator: "\n").utf8)])
    }

    private func line(_ time: Int, _ artifact: String, _ fields: String) -> String {
        """
        {"ts":"2026-01-0\(time)T00:00:00.000Z","v":1,"type":"\(ArtifactRecord.type)","id":"\(time)",\
        "artifact":"\(artifact)",\(fields)}
        """
    }

    @Test func recordsOfOneArtifactAreOneBuild() {
        let builds = records([
            line(2, "x.io/api:1.0", #""commit":"b2","issues":["PROJ-2"]"#),
            "no record", #"{"artifact":"x.io/api:1.0","issues":["PROJ-9"]}"#,
            line(1, "x.io/api:1.0", #""commit":"a1","issues":["PROJ-1"]"#),
            line(3, "x.io/api:1.1", #""previous":"b2","digest":"sha256:d","issues":["PROJ-3"]"#),
        ])
        #expect(builds.artifacts == ["x.io/api:1.0", "x.io/api:1.1"])
        let first = builds.artifact("x.io/api:1.0")
        #expect(first?.commit == "b2")
        #expect(first?.issues == ["PROJ-1", "PROJ-2"])
        #expect(builds.naming("PROJ-3", in: ["issues"]).map(\.artifact).contains("x.io/api:1.1"))
        #expect(builds.naming("PROJ-4", in: ["issues"]).isEmpty)
        #expect(builds.builds(called: "x.io/api@sha256:d").map(\.artifact) == ["x.io/api:1.1"])
        #expect(builds.builds(called: "x.io/web@sha256:d").isEmpty)
        #expect(builds.values(of: ["commit", "previous"]) == ["a1", "b2"])
    }

    @Test func onlyWhatAnAnswerRestsOnIsParsed() {
        let builds = BuildRecords.reading(
            (0..<1000).map { number in
                Array(
                    line(1, "x.io/api:\(number)", #""commit":"c\#(number)","issues":["PROJ-\#(number)"]"#)
                        .utf8)
            })
        #expect(builds.naming("PROJ-7", in: ["issues"]).map(\.artifact) == ["x.io/api:7"])
        #expect(builds.builds(called: "x.io/api:8").map(\.commit) == ["c8"])
        #expect(Set(builds.parsed.keys) == ["x.io/api:7", "x.io/api:8"])
        #expect(builds.all.count == 1000)
    }
}

extension BuildRecords {
    /// As if notes had these texts.
    fileprivate static func reading(_ texts: [[UInt8]]) -> BuildRecords {
        var blobs: [ObjectID: [UInt8]] = [:]
        for text in texts { if let id = try? ObjectID.hash(ofBlob: text) { blobs[id] = text } }
        var tables = RecordTables()
        if let tree = blobs.keys.min() {
            let terms = RecordStore.Subject.artifacts.terms
            try? tables.extend(to: tree, [(old: [], new: Set(blobs.keys))], terms: terms) { blobs[$0] ?? [] }
        }
        tables.settle()
        return BuildRecords(tables) { blobs[$0] }
    }
}
