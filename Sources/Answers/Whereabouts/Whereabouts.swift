import Git
public import Ledger
import Manifests
public import System

/// The answer to where one subject is: the environments that have it, had it, or wait for it.
public struct Whereabouts {
    /// As it was asked for.
    public let name: String
    public let subject: Subject
    /// The deployments that brought it.
    public let carriers: [Int]
    public let rows: [PresenceRow]
    private let presences: Presences
    /// What the answer depends on, and can't be told.
    public let gaps: [Gap]
    /// The environments that have it now, and are not asked about.
    public let elsewhere: Set<String>
    /// Those that have the app, and could have it.
    public let there: Set<String>
    /// Where a commit is that no branch has which an environment is read from; nil for any other subject.
    public let stray: Stray?
    /// What keeps it out of where it is not.
    public let holds: [Hold]
    public let order: EnvironmentOrder
    private let ledger: Ledger

    /// - Parameters:
    ///   - asked: The environments that are asked about; nil for all.
    ///   - interval: Only what was there at some time in it.
    /// - Throws: `LedgerError.tooShallow` where nothing that is known brought it, and history is missing.
    public init(
        _ name: String, subject: Subject, in asked: Set<String>?,
        during interval: (from: Timestamp?, to: Timestamp?), ledger: Ledger, order: EnvironmentOrder,
        promotions: [OpenPromotion]
    ) throws {
        (self.name, self.subject, self.order, self.ledger) = (name, subject, order, ledger)
        carriers = try ledger.carriers(of: subject)
        if carriers.isEmpty, !ledger.isComplete {
            throw LedgerError.tooShallow(toKnow: "where \(name) is")
        }
        stray = if carriers.isEmpty, case .commit(let id) = subject { try Stray(id, ledger) } else { nil }
        let presences = try ledger.presences(of: subject, broughtBy: carriers)
        let list = presences.expecting(
            before: { order.before($0, app: $1) },
            flight: { promotions.branch(bringing: presences, to: $0, $1, ledger) })
        self.presences = presences
        holds = try ledger.holds(against: presences, in: asked)
        rows = order.sorted(list).filter { asked?.contains($0.environment) ?? true }
            .map { PresenceRow(name, presence: $0, ledger: ledger) }.filter { $0.isThere(during: interval) }
        gaps = ledger.gaps(concerning: subject, in: asked)
        there = Set(list.filter(\.isThere).map(\.environment))
        elsewhere = Set(list.filter(\.isNow).map(\.environment)).subtracting(asked ?? [])
    }

    /// By app, what it came with.
    public var artifacts: [String: Set<String>] { ledger.artifacts(in: presences) }

    /// What records tell of it.
    public func background() throws -> Background {
        try ledger.background(of: subject, Set(carriers + rows.compactMap { $0.presence.entered }))
    }

    /// Whether all of history was there to answer from.
    public var isComplete: Bool { ledger.isComplete && gaps.isEmpty }

    /// Whether there is an environment of which nothing tells whether it is there.
    public var cannotTell: Bool {
        rows.contains { $0.presence.status == .unknown } || rows.isEmpty && !isComplete
    }

    /// Whether all of the environments that are asked about, and have the app now, have it. Nil where that is not
    /// known, since history is missing.
    public var isIn: Bool? {
        let present = rows.filter(\.presence.isThere)
        if !present.isEmpty, present.allSatisfy(\.presence.isNow) { return true }
        if !present.isEmpty, !present.contains(where: \.presence.isMissing) { return nil }
        // One app that surely lacks it is enough.
        let isSure = present.contains { row in
            row.presence.isMissing && !gaps.contains { $0.app ?? row.presence.app == row.presence.app }
        }
        return ledger.isComplete && (isSure || gaps.isEmpty) ? false : nil
    }
}

extension PresenceRow {
    /// Whether it was there at some time of an interval; what is not there yet is in none.
    fileprivate func isThere(during interval: (from: Timestamp?, to: Timestamp?)) -> Bool {
        if interval.from == nil, interval.to == nil { return true }
        guard let entered else { return false }
        return interval.to.map { entered.time < $0 } ?? true
            && interval.from.map { from in left.map { from < $0.time } ?? true } ?? true
    }
}
