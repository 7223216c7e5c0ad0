internal import Git
internal import Manifests
internal import System

/// Says what each deployment is: what it does to the versions before it, and what its commit declares.
struct Classification {
    private let configuration: Configuration
    /// The groups that layouts give to environments.
    var groups: [String: String] = [:]
    /// The first deployment that brought a state to a series, counted from 1: of those series that were looked at.
    private var firsts: [Pair: UInt32] = [:]
    private var known: Set<UInt32> = []
    private var sources: [Pair: [UInt32]] = [:]

    private struct Pair: Hashable {
        var series: UInt32
        var state: UInt32
    }

    /// Within this time a rollback by the same author was a slip, not a decision.
    private static let raceSeconds: Int64 = 600

    init(_ configuration: Configuration) {
        self.configuration = configuration
    }

    /// Looks at what is known of a series.
    private mutating func recall(_ series: UInt32, _ tables: Tables) {
        guard known.insert(series).inserted else { return }
        var number = tables.series[Int(series)].last
        while number != 0 {
            let row = tables.deployments[Int(number) - 1]
            // The oldest comes last, and stays.
            if row.state != 0 { firsts[Pair(series: series, state: row.state)] = number }
            number = row.previous
        }
    }

    /// Whether a message may declare what its commit does: most do not, and need not be kept.
    static func isTelling(_ commit: Commit) -> Bool {
        guard commit.messageBytes.contains(UInt8(ascii: "\n")) else { return false }
        let message = Array(commit.messageBytes)
        return telling.contains { $0.isIn(message) }
    }

    private static let telling = [ByteSearch("Gx-"), ByteSearch("This reverts commit ")]

    /// Takes a deployment down, of which only its kind and what goes with it are open.
    mutating func add(_ row: DeploymentRow, message: String?, _ tables: inout Tables) {
        recall(row.series, tables)
        let before = row.previous == 0 ? 0 : tables.deployments[Int(row.previous) - 1].state
        guard row.previous != 0 || row.state != 0 else { return }
        var row = row
        judge(&row, before, message, &tables)
        let number = UInt32(tables.deployments.append(row)) + 1
        tables.series[Int(row.series)].last = number
        let pair = Pair(series: row.series, state: row.state)
        if row.state != 0, firsts[pair] == nil { firsts[pair] = number }
    }

    private mutating func judge(
        _ row: inout DeploymentRow, _ before: UInt32, _ message: String?, _ tables: inout Tables
    ) {
        let kind: Deployment.Kind
        defer { row.kind = kind.rawValue }
        if row.state == 0 {
            kind = .removal
            return
        }
        if before == 0 {
            kind = .initial
            return
        }
        if before == row.state {
            kind = .configuration
            return
        }
        let declared = message.flatMap { declaration(in: $0, tables.series[Int(row.series)], tables) }
        if let declared {
            row.basis = Deployment.Basis.declared.rawValue
            if declared.isRollback {
                row.related = undone(by: row, tables)
                kind = .rollback
            } else if let source = declared.trailer.source {
                row.related = tables.intern(source)
                kind = .promotion
            } else {
                kind = .forward
            }
            return
        }
        let first = firsts[Pair(series: row.series, state: row.state)] ?? .max
        if first < firsts[Pair(series: row.series, state: before)] ?? 0 {
            let undone = undone(by: row, tables)
            row.related = undone
            let isRevert = message.map { reverts(in: $0, row, tables) } ?? false
            if isRevert { row.basis = Deployment.Basis.revert.rawValue }
            kind = !isRevert && isRace(row, undone, tables) ? .race : .rollback
            return
        }
        if let source = source(of: row, before, tables) {
            row.related = source
            kind = .promotion
            return
        }
        kind = .forward
    }

    /// The deployment that brought what a new one takes back.
    private func undone(by row: DeploymentRow, _ tables: Tables) -> UInt32 {
        var number = row.previous
        while number != 0 {
            let deployment = tables.deployments[Int(number) - 1]
            if deployment.kind != Deployment.Kind.configuration.rawValue { return number }
            number = deployment.previous
        }
        return row.previous
    }

    private func isRace(_ row: DeploymentRow, _ undone: UInt32, _ tables: Tables) -> Bool {
        guard undone != 0 else { return false }
        let now = tables.commits[Int(row.commit)]
        let then = tables.commits[Int(tables.deployments[Int(undone) - 1].commit)]
        return now.author == then.author && (0...Self.raceSeconds).contains(now.time - then.time)
    }

    // MARK: What commits declare

    private func declaration(
        in message: String, _ series: SeriesRow, _ tables: Tables
    ) -> (trailer: DeployTrailer, isRollback: Bool)? {
        guard message.contains("Gx-") else { return nil }
        let (environment, app) = (tables.string(series.environment), tables.string(series.app))
        for line in message.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let key = line[..<colon].lowercased()
            guard key == "gx-deploy" || key == "gx-rollback",
                let trailer = DeployTrailer(value: String(line[line.index(after: colon)...])),
                trailer.environment == environment, trailer.app == app
            else { continue }
            return (trailer, key == "gx-rollback")
        }
        return nil
    }

    /// Whether the commit that a `git revert` names is one of the last deployments of the same series.
    private func reverts(in message: String, _ row: DeploymentRow, _ tables: Tables) -> Bool {
        var names: [Substring] = []
        var rest = message[...]
        while let range = rest.firstRange(of: "This reverts commit ") {
            rest = rest[range.upperBound...]
            let digits = rest.prefix { $0.isHexDigit }
            if digits.count >= 7 { names.append(digits) }
        }
        var number = row.previous
        for _ in 0..<50 where number != 0 {
            let deployment = tables.deployments[Int(number) - 1]
            let id = tables.commits[Int(deployment.commit)].id.description
            if names.contains(where: { id.hasPrefix($0) }) { return true }
            number = deployment.previous
        }
        return false
    }

    // MARK: Promotions

    /// The environment before this one that had the new versions first: the name's position.
    private mutating func source(
        of row: DeploymentRow, _ before: UInt32, _ tables: Tables
    ) -> UInt32? {
        let old = tables.pins(of: before)
        let changed = tables.pins(of: row.state).filter { !old.contains($0) }.map(\.version)
        guard !changed.isEmpty else { return nil }
        for series in predecessors(of: row.series, tables) {
            var number = tables.series[Int(series)].last
            for _ in 0..<100 where number != 0 {
                let deployment = tables.deployments[Int(number) - 1]
                if deployment.commit != row.commit, tables.state(deployment.state, has: changed) {
                    return tables.series[Int(series)].environment
                }
                number = deployment.previous
            }
        }
        return nil
    }

    /// The same app in the environments before.
    private mutating func predecessors(of series: UInt32, _ tables: Tables) -> [UInt32] {
        let key = Pair(series: series, state: UInt32(tables.series.count))
        if let known = sources[key] { return known }
        let row = tables.series[Int(series)]
        let name = tables.string(row.environment)
        var found: [UInt32] = []
        if var environment = configuration.environment(named: name) {
            environment.group = environment.group ?? groups[name]
            let names = configuration.predecessors(of: environment, app: tables.string(row.app))
            for index in 0..<tables.series.count where tables.series[index].app == row.app {
                let other = tables.string(tables.series[index].environment)
                let group = configuration.environment(named: other)?.group ?? groups[other]
                if other != name, names.contains(other) || group.map(names.contains) == true {
                    found.append(UInt32(index))
                }
            }
        }
        sources[key] = found
        return found
    }
}
