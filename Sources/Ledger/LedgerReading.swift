internal import Git
internal import Manifests
internal import System

/// How a ledger comes by what it knows: from the index, from what a remote tells, and from history.
struct LedgerReading {
    private(set) var tables = Tables()
    /// Whether only the tips were read.
    private(set) var isTipAlone = false
    /// Whether it goes on from what a remote tells.
    private(set) var isTold = false

    /// - Parameters: Those of `Ledger`.
    init(
        _ configuration: Configuration, _ places: [(place: ReplayPlace, tip: Tip)],
        in repository: Repository, index: Bool, patience: Int, mayBeTold: Bool,
        progress: @escaping (Int, Int) -> Void
    ) throws {
        let repositories = places.map(\.tip.repository)
        let folder = repository.commonDirectory + "/gx"
        var file = IndexFile<Tables>(
            "ledger", in: folder, configuration: Self.key(configuration, repositories))
        func keep(_ tables: Tables) { Self.write(tables, in: repository, file: file, repositories) }
        var known: Tables?
        if index, places.contains(where: \.tip.repository.isShallow) {
            known = try Self.told(configuration, places)
            isTold = known != nil
        }
        if index, !isTold { known = file.read() }
        if index, mayBeTold, known == nil {
            known = try Self.told(configuration, places)
            isTold = known != nil
        }
        if let old = known, !Self.isCurrent(old, places) {
            var scan = HistoryScan(configuration, old, progress: progress)
            do {
                try scan.extend(places)
                known = scan.tables
                if !isTold { keep(scan.tables) }
            } catch is HistoryScan.Rewritten {
                (known, isTold) = (nil, false)
            }
        }
        if let known {
            tables = known
            return
        }
        isTipAlone = try places.contains {
            try $0.tip.repository.hasHistory(of: $0.tip.commit, over: patience)
        }
        var scan = HistoryScan(configuration, Tables(), isTipAlone: isTipAlone, progress: progress)
        try scan.extend(places)
        tables = scan.tables
        if index, !isTipAlone { keep(scan.tables) }
    }

    /// What a remote tells of a place.
    private static func told(
        _ configuration: Configuration, _ places: [(place: ReplayPlace, tip: Tip)]
    ) throws -> Tables? {
        guard places.count == 1, let (place, tip) = places.first, place.place == Place() else { return nil }
        return try SharedLedger(at: tip)?.tables(for: key(configuration, []))
    }

    /// An index that can't be written is one that the next run makes again. What was made of damaged objects is not
    /// kept: the next run has to say so, too, or may find them. Nor is what was made of a push that may be refused.
    private static func write(
        _ tables: Tables, in repository: Repository, file: IndexFile<Tables>, _ repositories: [Repository]
    ) {
        guard !repositories.contains(where: { $0.hasDamage || $0.isReceiving }) else { return }
        repository.makeMemoryFolder()
        try? file.write(tables)
    }

    private static func isCurrent(_ tables: Tables, _ places: [(place: ReplayPlace, tip: Tip)]) -> Bool {
        tables.places.count == places.count
            && places.allSatisfy { place, tip in
                tables.number(of: place.place).map { tables.places[$0].tip == tip.commit } ?? false
            }
    }

    /// What the tables depend on besides history: the configuration, and where shallow clones end.
    static func key(_ configuration: Configuration, _ repositories: [Repository]) -> UInt64 {
        var text = configuration.text.historyRules
        if text.isEmpty { text += "\(configuration)".utf8 }
        for repository in repositories where repository.isShallow {
            for id in repository.shallowBoundary.sorted() { text += id.description.utf8 }
        }
        return Lookup.hash(text.span)
    }
}
