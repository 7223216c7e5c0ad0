import Glibc
import System
import YAML

@testable import Git
@testable import Ledger
@testable import Manifests

/// What a repository says.
let repositoryFuzzers: [String: Fuzzer] = [
    "index": fuzzIndex, "builds": fuzzBuilds, "config": fuzzConfig, "messages": fuzzMessages,
    "kustomize": fuzzKustomize, "notes": fuzzNotes,
]

/// A folder of this process, in memory where that can be had: each try writes files.
private let folder = {
    let folder = (access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp") + "/gx-fuzz-\(getpid())"
    mkdir(folder, 0o700)
    return folder
}()

/// The ledger's index, with the checksums that it should have.
func fuzzIndex(_ bytes: [UInt8]) -> Bool {
    guard let tables = indexed(bytes, as: Tables.self) else { return false }
    ask(Ledger(tables, at: []))
    plant(tables.places.contains { $0.isComplete == 0 })
    var grown = tables
    for word in ["one", "two", "three"] { _ = grown.intern(word) }
    _ = grown.intern([PinnedRow(artifact: 0, version: 0)])
    for place in 0..<grown.places.count {
        let memory = UnitMemory(grown, of: place)
        _ = memory.units.filter { $0.captures.isEmpty }
        _ = memory.units(using: memory.rosterFiles.union(["envs/dev/api/values.yaml"]))
        _ = memory.units(named: "api") + memory.units(of: "dev") + memory.units(of: "api", in: "dev")
    }
    if !grown.places.isEmpty { grown.forgetUnits(of: 0) }
    grown.settleUnits()
    return true
}

/// The same of the index of what notes say of builds.
func fuzzBuilds(_ bytes: [UInt8]) -> Bool {
    guard var tables = indexed(bytes, as: RecordTables.self) else { return false }
    plant(tables.tree?.description.hasPrefix("00") == true)
    let text = Array(#"{"artifact":"x.io/api:v1","commit":"a1","issues":["PROJ-1"]}"#.utf8)
    ask(BuildRecords(tables) { _ in text })
    if let blob = try? ObjectID.hash(ofBlob: text) {
        try? tables.extend(to: blob, [(old: [], new: [blob])], terms: RecordStore.Subject.artifacts.terms) {
            _ in text
        }
        tables.settle()
        ask(BuildRecords(tables) { _ in text })
    }
    return true
}

private func ask(_ builds: BuildRecords) {
    _ = builds.artifact("x.io/api:v1")
    _ = builds.builds(called: "x.io/api:v1")
    _ = builds.naming("PROJ-1", in: ["commit", "issues"])
    _ = builds.built(on: "a1")
    _ = builds.values(of: ["commit", "version"])
}

/// What index files hold of which the input is the body: the first two bytes say how much of it is the base, the rest is
/// what came since.
private func indexed<Content: IndexContent>(_ bytes: [UInt8], as _: Content.Type) -> Content? {
    guard bytes.count > 82 else { return nil }
    let rest = bytes.count - 2 - 80
    let split = 40 + (Int(bytes[0]) << 8 | Int(bytes[1])) % (rest + 1)
    let (base, checksum) = repaired(Array(bytes[2..<2 + split]), after: 0)
    write(base, to: folder + "/index")
    write(repaired(Array(bytes[(2 + split)...]), after: checksum).bytes, to: folder + "/index-news")
    var file = IndexFile<Content>("index", in: folder, configuration: 7)
    return file.read()
}

/// Everything that stands in a ledger.
private func ask(_ ledger: Ledger) {
    for number in 0..<ledger.count {
        _ = ledger[number]
        _ = ledger.mentions(of: number)
        _ = ledger.previous(number)
    }
    for series in ledger.series {
        _ = ledger.versionDeployment(endingWith: series.last)
        let chain = Array(ledger.deployments(endingWith: series.last))
        _ = ledger.deployment(in: chain, at: Timestamp(seconds: 0, offset: 0))
        _ = ledger.newest(of: series.app, in: series.environment)
    }
    _ = ledger.deployments(of: nil, in: ["dev"])
    _ = ledger.deployments(by: ledger.commits(namingIssue: "PROJ-1"))
    _ = ledger.deployments(by: ledger.commits(namingPullRequest: "1"))
    _ = ledger.isComplete
}

private func repaired(_ bytes: [UInt8], after base: UInt64) -> (bytes: [UInt8], checksum: UInt64) {
    var bytes = bytes + Array(repeating: 0, count: -bytes.count & 7)
    func put(_ word: UInt64, at offset: Int) {
        for index in 0..<8 { bytes[offset + index] = UInt8(truncatingIfNeeded: word >> (8 * index)) }
    }
    let header = IndexFileHeader(configuration: 7, base: base)
    let words = [header.magic, header.version, header.configuration, header.base, 0]
    for (number, word) in words.enumerated() { put(word, at: 8 * number) }
    var checksum = Checksum()
    for part in [bytes[..<40], bytes[40...]] { part.withUnsafeBytes { checksum.add($0) } }
    put(checksum.value, at: 32)
    return (bytes, checksum.value)
}

private func write(_ bytes: [UInt8], to path: String) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    precondition(file >= 0 && Glibc.write(file, bytes, bytes.count) == bytes.count)
    close(file)
}

/// gx.yaml: what is read is asked, over paths that some layouts match.
nonisolated(unsafe) private let checkout = Checkout.sample(
    [
        "envs/dev/api/values.yaml", "envs/prod/api/values.yaml", "apps/shop/api/dev.yaml",
        "clusters/eu/prod/apps/api/kustomization.yaml", "charts/api/values-prod.yaml",
        "a/b/c/d/e/f/g/h.yaml",
    ].map { ($0, "") })

func fuzzConfig(_ bytes: [UInt8]) -> Bool {
    guard let configuration = try? Configuration(parsing: bytes) else { return false }
    plant(configuration.environments.contains { $0.environment.name.contains("0") })
    let names = configuration.environments.map(\.environment.name)
    for name in names + ["dev", "prod"] {
        _ = configuration.environment(named: name)
    }
    for rule in configuration.issues.keys { _ = rule }
    _ = Mentions(in: "PROJ-1 and #7, T4711\n\nBug: 12\n", configuration.issues)
    var finder = UnitFinder(configuration)
    try? finder.find(
        in: checkout, at: FoundPlace(place: Place(), captures: [:]), by: configuration.layouts)
    _ = finder.environments
    for unit in finder.units.prefix(20) { _ = unit.key }
    return true
}

private let plain = Configuration.Issues()
private let strict = {
    let text =
        "version: 1\nenvironments: { dev: {} }\nlayout: [\"{env}/**\"]\nissues: { keys: [PROJ, T, \"\"], numbers: issue }\n"
    return (try? Configuration(parsing: Array(text.utf8)))?.issues ?? Configuration.Issues()
}()

/// Commits: the whole object where it begins with `tree`, else the message.
func fuzzMessages(_ bytes: [UInt8]) -> Bool {
    let zeros = String(repeating: "0", count: 40)
    let head = "tree \(zeros)\nauthor A <a@x> 1700000000 +0100\ncommitter B <b@x> 1700000001 -0330\n\n"
    let raw = bytes.starts(with: "tree ".utf8) ? bytes : Array(head.utf8) + bytes
    guard let id = ObjectID(digits: zeros.utf8),
        let commit = try? raw.withUnsafeBytes({ try Commit(id: id, raw: $0) })
    else { return false }
    _ = (commit.author, commit.committer, commit.time, commit.subject, commit.authorBytes)
    _ = "\(commit.time)"
    let lines = commit.trailerLines
    plant(lines.count > 2 && lines.contains { $0.hasPrefix("Gx-Issue") })
    for trailer in HoldTrailer.all(in: commit) {
        precondition(HoldTrailer(line: trailer.line) != nil)
        _ = trailer.concerns(Version("1.0"), of: nil, "api")
    }
    for trailer in DeployTrailer.all(in: commit) {
        precondition(DeployTrailer(value: trailer.value) != nil)
    }
    precondition(lines.count <= commit.messageBytes.count)
    let mentions = [plain, strict].map { Mentions(in: commit, $0) }
    var all = Mentions()
    all.add(mentions)
    for number in all.pullRequests { _ = MentionRow.Name(pullRequest: number) }
    return true
}

/// Files of a repository: `=== PATH` begins one.
func fuzzKustomize(_ bytes: [UInt8]) -> Bool {
    var files: [(path: String, text: String)] = []
    for line in String(decoding: bytes, as: UTF8.self).split(
        separator: "\n", omittingEmptySubsequences: false)
    {
        if line.hasPrefix("=== ") {
            files.append((String(line.dropFirst(4)), ""))
        } else if !files.isEmpty {
            files[files.count - 1].text += line + "\n"
        }
    }
    var seen: Set<String> = []
    files = files.filter { !$0.path.isEmpty && seen.insert($0.path).inserted }
    guard !files.isEmpty else { return false }
    let checkout = Checkout.sample(files)
    for folder in Set(files.map { FilePath.folder(of: $0.path) }).sorted().prefix(8) {
        var build = KustomizeBuild(checkout)
        try? build.build(folder)
        try? build.addAll(under: folder)
        var reading = build.reading
        reading.settle()
        plant(reading.notes.contains { "\($0)".contains("includes itself") })
    }
    let text =
        "version: 1\nenvironments: { dev: {}, prod: {} }\nlayout: [\"{env}/**\", \"apps/{app}/{env}/**\"]\n"
    guard let configuration = try? Configuration(parsing: Array(text.utf8)) else { return false }
    var finder = UnitFinder(configuration)
    try? finder.find(
        in: checkout, at: FoundPlace(place: Place(), captures: [:]), by: configuration.layouts)
    let units = finder.units
    let builder = SnapshotBuilder(checkout, configuration, units: units)
    for unit in units.prefix(8) {
        if var reading = try? builder.read(unit) { reading.settle() }
        _ = try? builder.apps(of: unit)
    }
    return true
}

/// Notes: lines of JSON, and whatever else stands there.
func fuzzNotes(_ bytes: [UInt8]) -> Bool {
    let lines = bytes.noteLines.map { String(decoding: $0, as: UTF8.self) }
    let records = lines.compactMap(Record.init(line:))
    for record in records {
        // What is written reads back as it was.
        guard let again = Record(line: record.line) else { preconditionFailure(record.line) }
        precondition(again == record)
    }
    let artifacts = records.compactMap { ArtifactRecord($0) }
    plant(artifacts.contains { !$0.commitList.isEmpty })
    _ = ArtifactRecord.merged(artifacts)
    _ = IssueRecord.merged(records.compactMap { IssueRecord($0) })
    _ = records.compactMap { FinishedDeployment($0) }
    _ = records.compactMap { LiveDeployment($0) }
    var tables = RecordTables()
    if let blob = try? ObjectID.hash(ofBlob: bytes) {
        try? tables.extend(to: blob, [(old: [], new: [blob])], terms: RecordStore.Subject.artifacts.terms) {
            _ in bytes
        }
    }
    tables.settle()
    let builds = BuildRecords(tables) { _ in bytes }
    for artifact in artifacts.prefix(4) {
        _ = builds.artifact(artifact.artifact)
        _ = builds.builds(called: artifact.artifact)
    }
    for value in builds.values(of: ["commit", "issues", "version"]).prefix(4) {
        _ = builds.naming(value, in: ["commit", "issues"])
        _ = builds.built(on: value)
    }
    return !records.isEmpty
}

/// A repository without a single object.
nonisolated(unsafe) private let nowhere: Repository = {
    do {
        _ = try Subprocess("git", ["init", "-q", "--", folder], purpose: "fuzz").run()
        return try Repository.discover(from: folder, environment: ProcessEnvironment())
    } catch {
        fatalError("\(error)")
    }
}()

extension Checkout {
    /// A checkout that is in memory alone.
    static func sample(_ files: [(path: String, text: String)]) -> Checkout {
        let cache = FileCache()
        var listed: [(path: String, mode: FileMode, id: ObjectID)] = []
        for (path, text) in files {
            guard let id = try? ObjectID.hash(ofBlob: Array("\(path)\n\(text)".utf8)) else { continue }
            cache.files[id] = ManifestFile(parsing: Array(text.utf8), path: path)
            listed.append((path, .file, id))
        }
        listed.sort { FilePath.precedes($0.path, $1.path) }
        return Checkout(TreeFiles(nowhere, tree: nil, listed: listed), in: nowhere, cache: cache)
    }
}
