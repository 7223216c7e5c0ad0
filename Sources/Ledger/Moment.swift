public import Git
public import Manifests
public import System

/// An environment at a moment: `prod`, `prod~3` (before its last three version deployments), `prod@{last friday}`.
public struct Moment: Hashable, Sendable {
    public enum When: Hashable, Sendable {
        case now
        case deploymentsAgo(Int)
        /// In any form that git takes.
        case date(String)
    }

    public var environment: String
    public var when: When

    public init(environment: String, when: When) {
        (self.environment, self.when) = (environment, when)
    }

    public init(_ text: String) throws(LedgerError) {
        if let at = text.firstRange(of: "@{") {
            let date = text[at.upperBound...].dropLast()
            guard text.hasSuffix("}"), !date.isEmpty else { throw .badRevision(text) }
            (environment, when) = (String(text[..<at.lowerBound]), .date(String(date)))
        } else if let tilde = text.lastIndex(of: "~") {
            let count = text[text.index(after: tilde)...]
            guard let number = count.isEmpty ? 1 : Int(count), number >= 0 else { throw .badRevision(text) }
            (environment, when) = (String(text[..<tilde]), .deploymentsAgo(number))
        } else {
            (environment, when) = (text, .now)
        }
        guard !environment.isEmpty else { throw .badRevision(text) }
    }
}

extension Ledger {
    /// The deployments that were in force in an environment at a moment, one for each app that was there, sorted by
    /// app.
    public func state(at moment: Moment, in repository: Repository) throws -> [Int] {
        let members = series.filter { $0.environment == moment.environment }.sorted { $0.app < $1.app }
        guard !members.isEmpty else {
            throw LedgerError.unknownEnvironment(
                moment.environment, nearest: nil, known: Set(series.map(\.environment)).sorted())
        }
        let isAfter = try isAfter(moment, of: [moment.environment], in: repository)
        let numbers = members.map { one in deployments(endingWith: one.last).first { !isAfter($0) } }
        if case .date = moment.when, !isComplete, numbers.contains(nil) {
            throw LedgerError.tooShallow(toKnow: "what \(moment.environment) ran then")
        }
        return numbers.compactMap { $0 }.filter { tables.deployments[$0].state != 0 }
    }

    /// The apps that environments have, each with the deployment in force. A branch that is gone takes its environment
    /// along.
    ///
    /// - Parameter isAfter: Which deployments do not count: the answer is for the time before them.
    public func running(before isAfter: (Int) -> Bool = { _ in false }) -> [Series] {
        series.compactMap { one in
            guard isOpen(one.last),
                let number = deployments(endingWith: one.last).first(where: { !isAfter($0) }),
                tables.deployments[number].state != 0
            else { return nil }
            return Series(environment: one.environment, app: one.app, last: number)
        }
    }

    /// Since when what a deployment left running had run; nil where it was there before history begins.
    public func since(_ number: Int) -> Timestamp? {
        guard let row = versionDeployment(endingWith: number).map({ tables.deployments[$0] }),
            row.basis != Deployment.Basis.horizon.rawValue
        else { return nil }
        return tables.time(of: row.commit)
    }

    /// Where a deployment happened.
    public func place(of number: Int) -> Place {
        let row = tables.places[place(number)]
        let (repository, branch) = (tables.string(row.repository), tables.string(row.branch))
        return Place(
            repository: repository.isEmpty ? nil : repository, branch: branch.isEmpty ? nil : branch)
    }

    /// Whether the place of a deployment is still there.
    func isOpen(_ number: Int) -> Bool {
        let tip = tables.places[place(number)].tip
        return tips.contains { $0.commit == tip }
    }

    private func place(_ number: Int) -> Int {
        Int(tables.commits[Int(tables.deployments[number].commit)].place)
    }

    /// Whether deployments happened after a moment, by their numbers.
    ///
    /// - Parameter environments: Those that the moment's name stands for: deployments are counted in all of them.
    public func isAfter(
        _ moment: Moment, of environments: Set<String>, in repository: Repository
    ) throws -> (Int) -> Bool {
        switch moment.when {
        case .now: return { _ in false }
        case .deploymentsAgo(let count):
            let first = try firstDeployment(ofLast: count, in: environments)
            return { $0 >= first }
        case .date(let text):
            let time = try repository.date(text)
            return { [self] in time < tables.time(of: tables.deployments[$0].commit) }
        }
    }

    /// The first deployment that does not count when the last `count` commits with version deployments of some
    /// environments are left out.
    func firstDeployment(ofLast count: Int, in environments: Set<String>) throws -> Int {
        try limit(series.filter { environments.contains($0.environment) }, count)
    }

    /// The first deployment that does not count when the last `count` commits with version deployments are left out.
    private func limit(_ members: [Series], _ count: Int) throws -> Int {
        guard count > 0 else { return self.count }
        var commits: [UInt32: Int] = [:]
        /// Before this commit deployments of some of them are not known.
        var horizon: UInt32 = 0
        for member in members {
            for number in deployments(endingWith: member.last) {
                let row = tables.deployments[number]
                if row.basis == Deployment.Basis.horizon.rawValue { horizon = max(horizon, row.commit) }
                if row.kind != Deployment.Kind.configuration.rawValue {
                    commits[row.commit] = min(commits[row.commit] ?? .max, number)
                }
            }
        }
        let firsts = commits.values.sorted(by: >)
        guard count <= firsts.count else {
            if !isComplete { throw LedgerError.tooShallow(toKnow: "what ran \(count) deployments ago") }
            return 0
        }
        if tables.deployments[firsts[count - 1]].commit < horizon {
            throw LedgerError.tooShallow(toKnow: "what ran \(count) deployments ago")
        }
        return firsts[count - 1]
    }
}
