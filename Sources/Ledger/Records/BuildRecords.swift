internal import Git
internal import Manifests
internal import System
internal import YAML

/// What is recorded of builds. There may be tens of thousands, and an answer rests on a few: records stay bytes until
/// one is needed, and which ones are is found out without parsing them.
public final class BuildRecords {
    private let tables: RecordTables
    /// Reads a text; nil where it can't be.
    private let read: (ObjectID) -> [UInt8]?
    /// Which texts notes have.
    private let isInUse: [Bool]
    private var inUse: [Int] { isInUse.indices.filter { isInUse[$0] } }
    private var texts: [Int: [UInt8]] = [:]
    /// By a field's name, the texts that have a value.
    private var indexes: [String: [String: [Int]]] = [:]
    /// By artifact; nil where a text names it in another place.
    private(set) var parsed: [String: ArtifactRecord?] = [:]
    /// By commit, what was built right on it.
    private var next: [String: [ArtifactRecord]] = [:]

    /// What the notes say, each text once: a build with a digest has the same on two.
    init(_ tables: RecordTables, reading read: @escaping (ObjectID) -> [UInt8]?) {
        (self.tables, self.read) = (tables, read)
        isInUse = tables.counts.map { $0 > 0 }
    }

    var isEmpty: Bool { !isInUse.contains(true) }

    private func text(_ number: Int) -> [UInt8] {
        if let text = texts[number] { return text }
        let text = read(tables.blob(number)) ?? []
        texts[number] = text
        return text
    }

    /// The texts in which a field has a value.
    private func texts(saying value: String, in field: String) -> [Int] {
        if let index = indexes[field] { return index[value, default: []] }
        guard RecordStore.Subject.artifacts.terms.contains(where: { $0.field == field }) else {
            return index(field)[value, default: []]
        }
        let search = FieldSearch(field)
        return tables.texts(saying: value, in: field).filter {
            isInUse[$0] && search.values(in: text($0)).contains(value)
        }
    }

    /// All of them, one for each artifact. Most questions need a few.
    var all: [ArtifactRecord] { artifacts.compactMap(artifact) }

    /// The artifacts that there are records of, by their names with a version.
    var artifacts: [String] { index("artifact").keys.sorted() }

    /// What is known of an artifact, by its own name; nil for nothing.
    func artifact(_ name: String) -> ArtifactRecord? {
        if let build = parsed[name] { return build }
        let records = texts(saying: name, in: "artifact").flatMap { text($0).lines }
            .compactMap { Record(line: String(decoding: $0, as: UTF8.self)) }.sorted {
                ($0.time, $0.id) < ($1.time, $1.id)
            }
        let build = ArtifactRecord.merged(
            records.compactMap(ArtifactRecord.init).filter { $0.artifact == name })
        parsed[name] = .some(build)
        return build
    }

    /// What is known of an artifact by any of its names, with a tag or with a digest. Several builds may have the same
    /// digest.
    public func builds(called reference: String) -> [ArtifactRecord] {
        let digest = reference.firstIndex(of: "@").map { String(reference[reference.index(after: $0)...]) }
        let others = digest.map { naming($0, in: ["digest"]) } ?? []
        return [artifact(reference)].compactMap(\.self)
            + others.filter { $0.artifact != reference && $0.references.contains(reference) }
    }

    /// Those of whose fields at least one has a value, alone or in a list. Fields of commits, checks and the like
    /// count, so what is found is still to be looked at.
    func naming(_ value: String, in fields: [String]) -> [ArtifactRecord] {
        let found = Set(fields.flatMap { texts(saying: value, in: $0) })
        guard !found.isEmpty else { return [] }
        let names = found.flatMap { FieldSearch("artifact").values(in: text($0)) }
        return Set(names).sorted().compactMap(artifact)
    }

    /// Those that were built right on a commit: it is that of the release before.
    func built(on commit: String) -> [ArtifactRecord] {
        if let builds = next[commit] { return builds }
        let builds = naming(commit, in: ["previous"]).filter { $0.previous == commit }
        next[commit] = builds
        return builds
    }

    /// The values that fields have.
    func values(of fields: [String]) -> Set<String> { Set(fields.flatMap { index($0).keys }) }

    private func index(_ field: String) -> [String: [Int]] {
        if let index = indexes[field] { return index }
        let search = FieldSearch(field)
        var index: [String: [Int]] = [:]
        for number in inUse {
            for value in search.values(in: text(number)) { index[value, default: []].append(number) }
        }
        indexes[field] = index
        return index
    }
}

/// Looks for a field in JSON without parsing it.
///
/// Within a string a quote is always escaped, so nothing in one can pass for the name of a field.
struct FieldSearch {
    private let name: ByteSearch

    init(_ name: String) { self.name = ByteSearch("\"\(name)\"") }

    /// The strings that the field has, alone or in a list, wherever it stands.
    func values(in text: [UInt8]) -> [String] {
        var values: [String] = []
        var start = 0
        while let found = name.next(in: text, from: start) {
            var reader = Reader(text: text, offset: found.upperBound)
            start = found.upperBound
            guard reader.take(":") else { continue }
            if reader.take("[") {
                repeat { values += reader.string() } while reader.take(",")
            } else {
                values += reader.string()
            }
        }
        return values
    }

    private struct Reader {
        let text: [UInt8]
        var offset: Int

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            while offset < text.count, [0x20, 0x09].contains(text[offset]) { offset += 1 }
            guard offset < text.count, text[offset] == UInt8(ascii: character) else { return false }
            offset += 1
            return true
        }

        /// Nothing where something else than a string stands.
        mutating func string() -> [String] {
            guard take("\"") else { return [] }
            let start = offset
            var isEscaped = false
            while offset < text.count, text[offset] != UInt8(ascii: "\"") {
                if text[offset] == UInt8(ascii: "\\") {
                    isEscaped = true
                    offset += 1
                }
                offset += 1
            }
            guard offset < text.count else { return [] }
            defer { offset += 1 }
            if isEscaped {
                return (try? JSON(parsing: Array(text[start - 1...offset])))?.string.map { [$0] } ?? []
            }
            return [String(decoding: text[start..<offset], as: UTF8.self)]
        }
    }
}
