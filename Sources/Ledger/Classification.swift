internal import Git
internal import Manifests
internal import System

/// Says what each deployment is, artifact by artifact: what it does to the version before, and what its commit
/// declares.
struct Classification {
    private let configuration: Configuration
    /// The groups that layouts give to environments.
    var groups: [String: String] = [:]
    /// By app, its series: those of apps that were looked at.
    private var series: [UInt32: [UInt32]] = [:]
    private var past = VersionPast()
    private var sources: [UInt32: [UInt32]] = [:]

    /// Within this time a rollback by the same author was a slip, not a decision.
    private static let raceSeconds: Int64 = 600

    init(_ configuration: Configuration) {
        self.configuration = configuration
    }

    /// Looks at what is known of an app, wherever it is: where a version came first is asked of all environments.
    private mutating func recall(_ app: UInt32, _ tables: Tables) {
        guard series[app] == nil else { return }
        let all = (0..<tables.series.count).filter { tables.series[$0].app == app }.map(UInt32.init)
        series[app] = all
        for series in all {
            var number = tables.series[Int(series)].last
            while number != 0 {
                let row = tables.deployments[Int(number) - 1]
                past.recall(
                    number, series: series, changes: tables.changes(of: Int(number) - 1), tables: tables)
                number = row.previous
            }
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
        recall(tables.series[Int(row.series)].app, tables)
        guard row.previous != 0 || row.state != 0 else { return }
        var row = row
        let number = UInt32(tables.deployments.count) + 1
        let changes = judge(&row, message: message, tables: &tables)
        for change in changes { tables.changes.append(change) }
        row.changesEnd = UInt32(tables.changes.count)
        tables.deployments.append(row)
        tables.series[Int(row.series)].last = number
        for change in changes { past.add(number, series: row.series, change: change, tables: tables) }
    }

    private mutating func judge(
        _ row: inout DeploymentRow, message: String?, tables: inout Tables
    ) -> [ChangeRow] {
        let before = row.previous == 0 ? nil : tables.deployments[Int(row.previous) - 1]
        let (old, new) = (before?.state ?? 0, row.state)
        guard old != new else {
            row.kind = Deployment.Kind.configuration.rawValue
            return []
        }
        var changes = past.pair(Array(tables.pins(of: old)), new: Array(tables.pins(of: new)), tables: tables)
        let main = tables.main(of: row)
        guard old != 0, new != 0 else {
            let kind: Deployment.Kind = new == 0 ? .removal : .initial
            for index in changes.indices {
                (changes[index].kind, changes[index].basis) = (kind.rawValue, row.basis)
            }
            row.kind = kind.rawValue
            return changes
        }
        let said = message.map { declarations(in: $0, tables.series[Int(row.series)], tables) } ?? []
        let isRevert = message.map { reverts(in: $0, row, tables) } ?? false
        for index in changes.indices {
            if let one = declaration(of: changes[index], said, changes: changes, tables: tables) {
                declare(&changes[index], said: one, row: row, tables: &tables)
            } else {
                infer(&changes[index], row: row, isRevert: isRevert, tables: tables)
            }
        }
        settleMain(&changes, main: main, before: before, row: row, tables: tables)
        guard let chosen = Self.telling(changes, main) else {
            row.kind = Deployment.Kind.configuration.rawValue
            return []
        }
        (row.kind, row.related) = (chosen.kind, chosen.related)
        if chosen.basis != Deployment.Basis.inferred.rawValue { row.basis = chosen.basis }
        return changes
    }

    /// Of several changes that of the version that people mean by the app's, else the most telling one.
    private static func telling(_ changes: [ChangeRow], _ main: PinnedRow?) -> ChangeRow? {
        if let main, let own = changes.first(where: { $0.artifact == main.artifact && $0.after != 0 }) {
            return own
        }
        let order: [Deployment.Kind] = [.rollback, .race, .repair, .promotion, .forward, .addition, .removal]
        return order.lazy.compactMap { kind in changes.first { $0.kind == kind.rawValue } }.first
    }

    /// What only the app's version can be: an override that is taken away, or another artifact in the place of the one
    /// before.
    private func settleMain(
        _ changes: inout [ChangeRow], main: PinnedRow?, before: DeploymentRow?, row: DeploymentRow,
        tables: Tables
    ) {
        guard let main, let before,
            let index = changes.firstIndex(where: { $0.artifact == main.artifact && $0.after != 0 })
        else { return }
        let inferred = changes[index].basis == Deployment.Basis.inferred.rawValue
        if changes[index].kind == Deployment.Kind.addition.rawValue, let old = tables.main(of: before),
            changes.contains(where: { $0.artifact == old.artifact && $0.after == 0 })
        {
            changes[index].kind = Deployment.Kind.forward.rawValue
        } else if inferred, row.isInherited, !before.isInherited, changes[index].isDown {
            (changes[index].kind, changes[index].related) = (Deployment.Kind.removal.rawValue, 0)
        }
    }

    // MARK: What the versions tell

    private mutating func infer(
        _ change: inout ChangeRow, row: DeploymentRow, isRevert: Bool, tables: Tables
    ) {
        let kind: Deployment.Kind
        defer { change.kind = kind.rawValue }
        guard change.after != 0 else {
            kind = .removal
            return
        }
        guard change.before != 0 else {
            let source = source(of: change, row, tables)
            (kind, change.related) = source.map { (.promotion, $0) } ?? (.addition, 0)
            return
        }
        change.direction = past.direction(
            of: change, row.series, all: series(like: row.series, tables), tables: tables)
        if past.first(of: change, in: row.series, tables) != nil {
            if isRevert { change.basis = Deployment.Basis.revert.rawValue }
            if change.isDown || isRevert && !change.isUp {
                change.related = undone(by: change, row)
                kind = !isRevert && isRace(row, undone: change.related, tables: tables) ? .race : .rollback
                return
            }
            if change.isUp {
                kind = .repair
                return
            }
        }
        if let source = source(of: change, row, tables) {
            (kind, change.related) = (.promotion, source)
            return
        }
        kind = .forward
    }

    /// The deployment that brought what a new one takes back.
    private func undone(by change: ChangeRow, _ row: DeploymentRow) -> UInt32 {
        past.newest(of: change, in: row.series) ?? row.previous
    }

    private func isRace(_ row: DeploymentRow, undone: UInt32, tables: Tables) -> Bool {
        guard undone != 0 else { return false }
        let now = tables.commits[Int(row.commit)]
        let then = tables.commits[Int(tables.deployments[Int(undone) - 1].commit)]
        return now.author == then.author && (0...Self.raceSeconds).contains(now.time - then.time)
    }

    // MARK: What commits declare

    private typealias Declaration = DeployTrailer.Declaration

    private func declarations(in message: String, _ series: SeriesRow, _ tables: Tables) -> [Declaration] {
        guard message.contains("Gx-") else { return [] }
        let (environment, app) = (tables.string(series.environment), tables.string(series.app))
        return Declaration.all(in: Trailers.lines(in: message)).filter {
            $0.trailer.environment == environment && $0.trailer.app == app
        }
    }

    /// What a commit says of a change: of the artifact, or of the version that it gets. What names neither, as the
    /// author may have changed the commit after gx wrote it, speaks of all.
    private func declaration(
        of change: ChangeRow, _ said: [Declaration], changes: [ChangeRow], tables: Tables
    ) -> Declaration? {
        guard !said.isEmpty, change.after != 0 else { return nil }
        func isMeant(_ one: Declaration, _ change: ChangeRow) -> Bool {
            guard change.after != 0 else { return false }
            if let artifact = one.trailer.artifact {
                let name = tables.string(change.artifact)
                return name == artifact || Pinned(artifact: name, version: "").named.name == artifact
            }
            return Version(tables.string(change.after - 1)).isSame(as: one.trailer.new)
        }
        if let own = said.last(where: { isMeant($0, change) }) { return own }
        let stray = said.filter { one in !changes.contains { isMeant(one, $0) } }
        return stray.last { $0.trailer.artifact == nil }
    }

    private mutating func declare(
        _ change: inout ChangeRow, said: Declaration, row: DeploymentRow, tables: inout Tables
    ) {
        change.basis = Deployment.Basis.declared.rawValue
        if change.before != 0 {
            change.direction = past.direction(
                of: change, row.series, all: series(like: row.series, tables), tables: tables)
        }
        if said.isRollback {
            change.related = undone(by: change, row)
            change.kind = Deployment.Kind.rollback.rawValue
        } else if let source = said.trailer.source {
            change.related = tables.intern(source)
            change.kind = Deployment.Kind.promotion.rawValue
        } else {
            change.kind = Deployment.Kind.forward.rawValue
        }
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
        guard !names.isEmpty else { return false }
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

    /// The environment before this one that had the new version first: the name's position.
    private mutating func source(of change: ChangeRow, _ row: DeploymentRow, _ tables: Tables) -> UInt32? {
        guard !past.isFloating(change, tables) else { return nil }
        for other in predecessors(of: row.series, tables) {
            guard let number = past.first(of: change, in: other, tables),
                tables.deployments[Int(number) - 1].commit != row.commit
            else { continue }
            return tables.series[Int(other)].environment
        }
        return nil
    }

    private func series(like one: UInt32, _ tables: Tables) -> [UInt32] {
        series[tables.series[Int(one)].app] ?? []
    }

    /// The same app in the environments before.
    private mutating func predecessors(of series: UInt32, _ tables: Tables) -> [UInt32] {
        if let known = sources[series] { return known }
        let row = tables.series[Int(series)]
        let name = tables.string(row.environment)
        var found: [UInt32] = []
        if var environment = configuration.environment(named: name) {
            environment.group = environment.group ?? groups[name]
            let names = configuration.predecessors(of: environment, app: tables.string(row.app))
            for index in self.series(like: series, tables) {
                let other = tables.string(tables.series[Int(index)].environment)
                let group = configuration.environment(named: other)?.group ?? groups[other]
                if other != name, names.contains(other) || group.map(names.contains) == true {
                    found.append(index)
                }
            }
        }
        sources[series] = found
        return found
    }
}
