public import Git
internal import Glibc
public import Manifests
internal import System
internal import YAML

/// What those who have history tell those who have none: `refs/gx/ledger` of a remote, a commit without parents that
/// holds the holds, locks and approvals in force (`words.json`) and an excerpt of the index (`index`).
///
/// It speaks of one commit, and is believed only where that is the tip, or one that this clone sees the tip descend
/// from. Whatever else it may be, it is as good as none.
public struct SharedLedger {
    public static let ref = "refs/gx/ledger"

    /// The commit that it speaks of.
    let tip: ObjectID
    /// Lines of messages that are in force, as if they stood in commits.
    let words: [Word]
    private let index: ObjectID
    private let repository: Repository

    /// A line, and the commit that has it.
    struct Word: Hashable {
        var line: String
        var commit: ObjectID
        var time: Timestamp
        var author: String
        var address: String
    }

    /// The one that a repository was told of a tip; nil where it was told none, or none that can be believed.
    public init?(at tip: Tip) throws {
        guard let one = try Self.told(to: tip.repository).first(where: { try $0.isKnown(to: tip) }) else {
            return nil
        }
        self = one
    }

    /// Whether a repository was told of another commit, from which a tip may descend by commits that this clone lacks.
    ///
    /// - Parameter limit: Where so many commits are there, none of them is.
    public static func isFar(from tip: Tip, under limit: Int) throws -> Bool {
        guard tip.repository.isShallow, try !tip.repository.hasHistory(of: tip.commit, over: limit) else {
            return false
        }
        return try told(to: tip.repository).contains { try !$0.isKnown(to: tip) }
    }

    private static func told(to repository: Repository) throws -> [Self] {
        try repository.references(under: "refs/gx/remotes/").filter { $0.name.hasSuffix("/" + name) }
            .compactMap { try Self(repository, $0.target) }
    }

    /// The last part of the ref, under which a remote's is kept.
    static let name = "ledger"

    private static let schema = "gx.ledger/1"
    /// What is larger was not written by gx.
    private static let limit = 256 << 20

    /// Nil for what is none.
    private init?(_ repository: Repository, _ id: ObjectID) throws {
        guard repository.contains(id),
            let commit = try repository.ifSound(
                id, what: Self.ref, read: { () throws(GitError) in try repository.commit(id) })
        else { return nil }
        let entries = try repository.entries(ofTree: commit.tree)
        guard let said = entries.first(where: { $0.name == "words.json" }), said.mode == .file,
            let index = entries.first(where: { $0.name == "index" }), index.mode == .file,
            let bytes = try repository.blob(said.id, upTo: Self.limit),
            let json = try? JSON(parsing: bytes), json["schema"]?.string == Self.schema,
            let tip = json["commit"]?.string.flatMap({ ObjectID(hex: $0) }), let words = json["words"]?.array
        else { return nil }
        (self.tip, self.index, self.repository) = (tip, index.id, repository)
        self.words = words.compactMap(Word.init)
        guard self.words.count == words.count else { return nil }
    }

    private func isKnown(to tip: Tip) throws -> Bool {
        guard self.tip != tip.commit else { return true }
        return try repository.contains(self.tip) && repository.sees(self.tip, behind: tip.commit)
    }

    /// The tables for a configuration; nil where they are another one's, or not sound.
    func tables(for configuration: UInt64) throws -> Tables? {
        guard let bytes = try repository.blob(index, upTo: Self.limit),
            let tables = IndexFile<Tables>.content(of: bytes, configuration: configuration),
            tables.places.count == 1, tables.places[0].tip == tip
        else { return nil }
        return tables
    }

    // MARK: Telling

    /// Writes what is known at a tip, to be pushed; nil where this clone does not know enough to tell others.
    ///
    /// - Parameters:
    ///   - resolver: Says that the tip is where it is.
    ///   - patience: So many commits are read for it where there is no index.
    public static func write(
        _ configuration: Configuration, at tip: Tip, resolver: any PlaceResolver, patience: Int = 100
    ) throws -> ObjectID? {
        let repository = tip.repository
        guard configuration.layouts.allSatisfy(\.place.isDefault) else { return nil }
        let known = Result {
            try Ledger(configuration, resolver: resolver, in: repository, patience: patience, mayBeTold: true)
        }
        let holds = try Holds(at: tip, signedBy: configuration.signatures(at: tip), in: known.get)
        guard holds.isComplete else { return nil }
        let ledger = try known.get()
        guard !ledger.isTipAlone, ledger.isComplete || ledger.isTold, ledger.tips.count == 1,
            ledger.tips[0].commit == tip.commit, !repository.hasDamage
        else { return nil }
        let words = holds.lines
        let json = JSON.object([
            JSON.Field("schema", .string(schema)), JSON.Field("commit", .string("\(tip.commit)")),
            JSON.Field("words", .array(words.map(\.json))),
        ])
        let index = IndexFile<Tables>.bytes(
            of: ledger.tables.excerpt(), configuration: LedgerReading.key(configuration, []))
        let tree = try repository.tree(
            editing: nil,
            [
                .put(path: "words.json", id: repository.write(blob: Array("\(json)\n".utf8))),
                .put(path: "index", id: repository.write(blob: index)),
            ])
        return try repository.createCommit(
            tree: tree, parents: [], message: "The ledger at \(tip.commit)\n", signing: false)
    }
}

extension SharedLedger.Word {
    fileprivate init?(_ json: JSON) {
        guard let line = json["line"]?.string,
            HoldTrailer(line: line) != nil || GateTrailer(line: line) != nil,
            let commit = json["commit"]?.string.flatMap({ ObjectID(hex: $0) }),
            let time = json["time"]?.string.flatMap({ Timestamp(iso8601: $0) }),
            let author = json["author"]?.string, let address = json["address"]?.string
        else { return nil }
        self.init(line: line, commit: commit, time: time, author: author, address: address)
    }

    fileprivate var json: JSON {
        .object([
            JSON.Field("line", .string(line)), JSON.Field("commit", .string("\(commit)")),
            JSON.Field("time", .string("\(time)")), JSON.Field("author", .string(author)),
            JSON.Field("address", .string(address)),
        ])
    }
}

extension Repository {
    /// Whether a commit is before another one by a way that this clone has.
    func sees(_ ancestor: ObjectID, behind commit: ObjectID) throws(GitError) -> Bool {
        do { return try isAncestor(ancestor, of: commit) } catch {
            if case .tooShallow = error { return false }
            throw error
        }
    }

    /// Whether a commit has more than so many before it on its first-parent line.
    func hasHistory(of commit: ObjectID, over count: Int) throws -> Bool {
        guard count < .max else { return false }
        var next: ObjectID? = commit
        for _ in 0..<count {
            guard let id = next else { return false }
            // Who reads history says what is wrong with it.
            next = try? self.commit(id).parents.first
        }
        return next != nil
    }

    /// Whether there is nothing to be told of history: it is here, and has been read.
    public var knowsHistory: Bool { !isShallow && hasIndex }

    /// Whether an index has been made of what this clone has.
    public var hasIndex: Bool { unsafe access(commonDirectory + "/gx/ledger", F_OK) == 0 }
}
