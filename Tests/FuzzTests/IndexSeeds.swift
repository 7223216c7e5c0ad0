import System
import TestSupport

@testable import Git
@testable import Ledger
@testable import Manifests

/// The seeds of the fuzzers of index files: a base alone, and one with what came since. They are made and not kept, so
/// that they are of the form that gx writes today.
func indexSeeds() throws -> [String: [String: [UInt8]]] {
    try ["index": ledgerSeeds(), "builds": buildSeeds()]
}

private func seeds(base: [UInt8], news: [UInt8]) -> [String: [UInt8]] {
    let split = base.count - 40
    let head = [UInt8(split >> 8 & 255), UInt8(split & 255)]
    return ["base": head + base + Array(repeating: 0, count: 40), "both": head + base + news]
}

private func buildSeeds() throws -> [String: [UInt8]] {
    let folder = ScratchFolder()
    var tables = RecordTables()
    func add(_ number: Int) throws {
        let text = Array(
            #"{"artifact":"x.io/api:v\#(number)","commit":"a\#(number)","issues":["PROJ-1","PROJ-\#(number)"]}"#
                .utf8)
        let blob = try ObjectID.hash(ofBlob: text)
        try tables.extend(to: blob, [(old: [], new: [blob])], terms: RecordStore.Subject.artifacts.terms) {
            _ in text
        }
    }
    var file = IndexFile<RecordTables>("builds", in: folder.path, configuration: 7)
    for number in 1...9 { try add(number) }
    try file.write(tables)
    tables = file.read() ?? RecordTables()
    try add(10)
    try file.write(tables)
    return try seeds(
        base: readFile(folder.path + "/builds") ?? [], news: readFile(folder.path + "/builds-news") ?? [])
}

private func ledgerSeeds() throws -> [String: [UInt8]] {
    let scratch = try ScratchRepository(
        configuration: """
            version: 1
            environments: { dev: {}, prod: { after: dev } }
            layout: ["envs/{env}/{app}/**"]

            """)
    func deploy(_ environment: String, _ version: Int) throws {
        try scratch.write(
            "envs/\(environment)/api/values.yaml", "image: { repository: x.io/api, tag: v\(version) }\n")
        try scratch.commit(
            "PROJ-\(version): v\(version) to \(environment) (#\(version))\n\nIssue: OPS-\(version)")
    }
    func index(_ name: String) throws -> [UInt8] {
        let repository = try scratch.repository()
        let configuration = try Configuration(parsing: Array((scratch.read("gx.yaml") ?? "").utf8))
        _ = try Ledger(configuration, resolver: KnownPlaces(repository), in: repository)
        return try readFile(scratch.path + "/.git/gx/\(name)") ?? []
    }
    for version in 1...12 { try deploy("dev", version) }
    try deploy("prod", 2)
    let base = try index("ledger")
    try deploy("dev", 13)
    let news = try index("ledger-news")
    return seeds(base: base, news: news)
}
