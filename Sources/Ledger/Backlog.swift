/// An issue, and where it is.
public struct IssuePresence: Sendable {
    public var issue: String
    /// In all environments that have, had or may get it.
    public var presences: [Presence]
}

extension Ledger {
    /// Where each issue is that a deployment names, in the order in which they were first named.
    ///
    /// - Parameter app: Only in this app.
    public func issuePresences(app: String? = nil) throws -> [IssuePresence] {
        var deployments: [UInt32: [Int]] = [:]
        for number in 0..<count where tables.deployments[number].basis != Deployment.Basis.horizon.rawValue {
            deployments[tables.deployments[number].commit, default: []].append(number)
        }
        var order: [UInt32] = []
        var carriers: [UInt32: [Int]] = [:]
        for index in 0..<tables.mentions.count {
            let row = tables.mentions[index]
            guard !row.isPullRequest, let numbers = deployments[row.commit] else { continue }
            if carriers[row.key] == nil { order.append(row.key) }
            carriers[row.key, default: []] += numbers
        }
        var chains: [UInt32: Chains] = [:]
        return try order.compactMap { key in
            let name = tables.string(key)
            let numbers = (carriers[key] ?? []).filter { number in
                app.map { tables.string(tables.series[Int(tables.deployments[number].series)].app) == $0 }
                    ?? true
            }
            let presences = try presences(of: .issue(name), broughtBy: numbers.sorted(), &chains).list
            return presences.isEmpty ? nil : IssuePresence(issue: name, presences: presences)
        }
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
