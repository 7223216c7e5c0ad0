internal import Manifests

/// An issue, and where it is.
public struct IssuePresence: Sendable {
    public var issue: String
    /// In all environments that have, had or may get it.
    public var presences: [Presence]
}

extension Ledger {
    /// Where each issue is that a deployment's commit names, in the order in which they were first named.
    ///
    /// - Parameters:
    ///   - app: Only in this app.
    ///   - numbers: The deployments whose releases are asked about: what records and sources say that they contain is
    ///     added.
    public func issuePresences(
        app: String? = nil, contained numbers: Set<Int> = []
    ) throws -> [IssuePresence] {
        var deployments: [UInt32: [Int]] = [:]
        for number in 0..<count where tables.deployments[number].basis != Deployment.Basis.horizon.rawValue {
            deployments[tables.deployments[number].commit, default: []].append(number)
        }
        var order: [String] = []
        var carriers: [String: [Int]] = [:]
        for index in 0..<tables.mentions.count {
            let row = tables.mentions[index]
            guard let position = row.name.issue, let numbers = deployments[row.commit] else { continue }
            let key = tables.string(position)
            if carriers[key] == nil { order.append(key) }
            carriers[key, default: []] += numbers
        }
        for key in try issues(containedIn: numbers) {
            if carriers[key] == nil { order.append(key) }
            carriers[key] = try merged(carriers[key] ?? [], with: .issue(key))
        }
        var histories: [UInt32: AppHistory] = [:]
        let wanted = app.map { app in
            Set((0..<tables.series.count).filter { Glob.matches(app, tables.string(tables.series[$0].app)) })
        }
        return try order.compactMap { key in
            let numbers = (carriers[key] ?? []).filter { number in
                wanted?.contains(Int(tables.deployments[number].series)) ?? true
            }
            let presences = try presences(of: .issue(key), broughtBy: numbers.sorted(), &histories).list
            return presences.isEmpty ? nil : IssuePresence(issue: key, presences: presences)
        }
    }

    /// The issues that releases contain, as records and sources say it, each once.
    private func issues(containedIn numbers: Set<Int>) throws -> [String] {
        guard let evidence, !evidence.isEmpty else { return [] }
        var keys: [String] = []
        var known: Set<[Pinned?]> = []
        for number in numbers.sorted() {
            let one = self[number]
            for pin in one.brought {
                let before = one.before?.first { $0.artifact == pin.artifact }
                // One version is in many environments.
                guard known.insert([pin, before]).inserted else { continue }
                for issue in try evidence.issues(of: pin, of: one.app, since: before)
                where !keys.contains(issue) { keys.append(issue) }
            }
        }
        return keys
    }

    /// The deployments by which some environments came to be ahead of others: those since they ran what all of the
    /// others run.
    ///
    /// - Parameter app: Only of this app.
    public func deployments(
        in sources: Set<String>, aheadOf targets: Set<String>, app: String? = nil
    ) -> Set<Int> {
        var found: Set<Int> = []
        let byApp = Dictionary(grouping: series.filter { Glob.includes(app, $0.app) }, by: \.app)
        for all in byApp.values {
            let running = all.filter { targets.contains($0.environment) }
                .map { tables.deployments[$0.last].state }.filter { $0 != 0 }
            for one in all where sources.contains(one.environment) {
                var open = Set(running)
                for number in deployments(endingWith: one.last) {
                    open.remove(tables.deployments[number].state)
                    if open.isEmpty { break }
                    found.insert(number)
                }
            }
        }
        return found
    }
}

/// Issues that some environments have and others do not have yet.
public struct Backlog: Sendable {
    public struct Item: Sendable {
        public var issue: String
        public var app: String
        /// Where it is.
        public var present: [Presence]
        /// Where it is not, though the app is there.
        public var missing: [Presence]
        /// Whether it has come to some of them.
        public var isPartly: Bool
    }

    public let items: [Item]

    /// - Parameters:
    ///   - source: The environments that have it.
    ///   - target: Those of which at least one does not.
    public init(of issues: [IssuePresence], in source: Set<String>, notIn target: Set<String>) {
        items = issues.flatMap { issue in
            Dictionary(grouping: issue.presences, by: \.app).sorted { $0.key < $1.key }.compactMap {
                app, all in
                let present = all.filter { source.contains($0.environment) && $0.isNow }
                let missing = all.filter { target.contains($0.environment) && $0.isMissing }
                guard !present.isEmpty, !missing.isEmpty else { return nil }
                let isPartly = all.contains { target.contains($0.environment) && $0.isNow }
                return Item(
                    issue: issue.issue, app: app, present: present, missing: missing, isPartly: isPartly)
            }
        }
    }

    /// The issues, each once.
    public var issues: [String] {
        var issues: [String] = []
        for item in items where !issues.contains(item.issue) { issues.append(item.issue) }
        return issues
    }

    /// Those that have come to some of the environments.
    public var partly: [String] {
        issues.filter { issue in items.contains { $0.issue == issue && $0.isPartly } }
    }
}
