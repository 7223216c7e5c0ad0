import Delivery
import Git
import Ledger
import Manifests
import System
import Terminal

/// What a server says when a push has been taken: which versions it deploys. What was read stays in the index, so that
/// the next question or push takes less. It refuses nothing, and nothing that goes wrong is an error.
struct Reception {
    private let context: Context
    private static let limit = 20

    init(_ context: Context) {
        self.context = context
    }

    func tell(_ lines: [String]) throws {
        do {
            let changes = try changes(by: lines.compactMap(BranchMove.init(received:)))
            for line in changes.prefix(Self.limit) { try context.note("gx: deploys \(line)") }
            if changes.count > Self.limit { try context.note("gx: … and \(changes.count - Self.limit) more") }
        } catch {
            let failure = Failure(error)
            try context.note("gx: the push was taken; what it deploys can't be told: \(failure.message)")
        }
    }

    private func changes(by moves: [BranchMove]) throws -> [String] {
        let repository = try context.repository
        let ledger = try context.ledger()
        // Looked for now, so that whoever promotes next finds it.
        _ = try ledger.openHolds()
        // Other branches deploy nothing, and of a new one nobody knows what is new.
        let moves = moves.filter { move in
            move.old != nil && move.new != nil && ledger.tips.contains { $0.shortName == move.branch }
        }
        guard !moves.isEmpty else { return [] }
        let new = try Set(
            repository.commits(
                in: moves.compactMap(\.new), notIn: moves.compactMap(\.old), firstParentOnly: true))
        var found: [(place: String, words: String)] = []
        for series in ledger.series {
            let numbers = ledger.deployments(endingWith: series.last).prefix {
                new.contains(ledger[$0].commit)
            }
            guard let newest = numbers.first(where: { ledger[$0].kind != .configuration }) else { continue }
            for change in ledger[newest].changes {
                let place = "\(series.environment)/\(series.app)"
                found.append((place, "\(place) \(Self.words(of: change))"))
            }
        }
        return found.sorted { $0 < $1 }.map(\.words)
    }

    private static func words(of change: Deployment.Change) -> String {
        let versions = [change.before, change.after].map { $0.map { Version($0).short } ?? "nothing" }
        let source = change.source.map { " from \($0)" } ?? ""
        return "\(versions.joined(separator: " -> ")) (\(change.kind)\(source))".onOneLine
    }
}
