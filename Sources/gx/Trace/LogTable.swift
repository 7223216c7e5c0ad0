import Answers
import Git
import Ledger
import System
import Terminal
import YAML

/// Deployments, newest first; environments that one commit changed in the same way share a row.
struct LogTable {
    private struct Row {
        var deployment: Deployment
        var environments: Set<String>
        var sources: Set<String>
    }

    let deployments: [Deployment]
    /// By number, what deployments lack, where that was asked for.
    private let missing: [Int: [Fact]]
    /// By number, what came.
    private var issues: [Int: [String]] = [:]
    /// By app, where it ever was.
    private let environments: [String: Set<String>]
    private let order: EnvironmentOrder

    init(
        _ deployments: [Deployment], missing: [Int: [Fact]], ledger: Ledger, order: EnvironmentOrder
    ) {
        (self.deployments, self.missing, self.order) = (deployments, missing, order)
        environments = Dictionary(grouping: ledger.series, by: \.app).mapValues { Set($0.map(\.environment)) }
        for one in deployments { issues[one.number] = ledger.contents(of: one.number).issues }
    }

    var grouped: Table {
        struct Place: Hashable {
            var commit: ObjectID
            var app: String
        }
        var rows: [Row] = []
        // Rows of one commit stand together.
        var places: [Place: [Int]] = [:]
        for one in deployments {
            let place = Place(commit: one.commit, app: one.app)
            let index = places[place]?.last {
                rows[$0].deployment.isLike(one)
                    && missing[rows[$0].deployment.number] == missing[one.number]
            }
            if let index {
                rows[index].environments.insert(one.environment)
                if let source = one.source { rows[index].sources.insert(source) }
            } else {
                places[place, default: []].append(rows.count)
                rows.append(
                    Row(
                        deployment: one, environments: [one.environment],
                        sources: Set([one.source].compactMap { $0 })))
            }
        }
        return table(rows, isExact: false)
    }

    var whole: Table {
        table(
            deployments.map {
                Row(
                    deployment: $0, environments: [$0.environment],
                    sources: Set([$0.source].compactMap { $0 }))
            }, isExact: true)
    }

    private func table(_ rows: [Row], isExact: Bool) -> Table {
        Table(
            rows,
            [
                Column("TIME") { Text(minute($0.deployment.time)) },
                Column("ENVIRONMENT", minimum: 12) { row in
                    Text(isExact ? row.deployment.environment : names(row.environments, row), .environment)
                },
                Column("APP") { Text($0.deployment.app, .app) },
                Column("FROM", minimum: 8) { row in
                    Text(isExact ? row.deployment.exactVersionBefore : row.deployment.versionBefore, .version)
                },
                Column("TO", minimum: 8) { row in
                    Text(isExact ? row.deployment.exactVersion : row.deployment.version, .version)
                },
                Column("WHAT", minimum: 12) { row in
                    Text(row.deployment.words(from: names(row.sources, row)))
                },
                Column("ISSUES", minimum: 8, drop: 2) { row in
                    Text((issues[row.deployment.number] ?? []).joined(separator: " "))
                },
            ] + lacks + [
                Column("WHO", minimum: 8, drop: 1) { Text($0.deployment.who) },
                Column("COMMIT", drop: 3) { Text($0.deployment.commit.short, .commit) },
            ])
    }

    private var lacks: [Column<Row>] {
        guard !missing.isEmpty else { return [] }
        return [
            Column("LACKS", minimum: 8) { row in
                let facts = missing[row.deployment.number] ?? []
                return Text(facts.map(\.rawValue).joined(separator: ", "), .warning)
            }
        ]
    }

    var json: JSON {
        .array(
            deployments.map { one in
                let issues = issues[one.number] ?? []
                let lacks = missing[one.number].map { facts in
                    JSON.Field("lacks", .array(facts.map { .string($0.rawValue) }))
                }
                return .object(
                    (one.json.fields ?? []) + [JSON.Field("issues", .array(issues.map(JSON.string)))]
                        + (lacks.map { [$0] } ?? []))
            })
    }

    private func names(_ names: Set<String>, _ row: Row) -> String {
        let all = environments[row.deployment.app] ?? []
        return order.names(names, among: order.existing(all), counting: names == row.environments)
            .joined(separator: ", ")
    }

    /// `Aiko Tanaka (3) and Mira Okafor (2) changed prod with 5 commits`
    ///
    /// - Parameter configuration: How many commits are left out that change configuration alone.
    func sentence(_ place: String?, configuration: Int) -> Text {
        let others: Text =
            configuration == 0
            ? ""
            : "; \(configuration) \(configuration == 1 ? "commit" : "commits") changed configuration: --kind all"
        guard !deployments.isEmpty else {
            let what = configuration == 0 ? "" : "a version in "
            return (place.map { "nobody changed \(what)\($0, .environment)" } ?? "no deployments") + others
        }
        var people: [(name: String, commits: Set<ObjectID>)] = []
        for one in deployments {
            let name = one.authorName
            if let index = people.firstIndex(where: { $0.name == name }) {
                people[index].commits.insert(one.commit)
            } else {
                people.append((name, [one.commit]))
            }
        }
        people.sort { ($0.commits.count, $1.name) > ($1.commits.count, $0.name) }
        let commits = Set(deployments.map(\.commit)).count
        let names = people.map { people.count > 1 ? "\($0.name) (\($0.commits.count))" : $0.name }
        let who: Text = "\(names.listed("and"), .emphasis)"
        let count = "\(commits) \(commits == 1 ? "commit" : "commits")"
        return (place.map { "\(who) changed \($0, .environment) with \(count)" } ?? "\(count) by \(who)")
            + others
    }

    /// What ran from when until when.
    var bars: [Mermaid.Bar] {
        var ends: [String: Timestamp] = [:]
        return deployments.compactMap { one -> Mermaid.Bar? in
            let name = "\(one.environment) \(one.app)"
            defer { ends[name] = one.time }
            guard one.after != nil else { return nil }
            return Mermaid.Bar(section: name, label: one.version, from: one.time, to: ends[name] ?? .now)
        }.reversed()
    }
}

extension Deployment {
    fileprivate func isLike(_ other: Deployment) -> Bool {
        app == other.app && kind == other.kind && before == other.before && after == other.after
    }

    /// Without the address.
    var authorName: String { author.firstRange(of: " <").map { String(author[..<$0.lowerBound]) } ?? author }
}

/// Issues that came to environments, a row each.
struct ArrivalTable {
    struct Row {
        var issue: String
        var deployment: Deployment
        var environments: Set<String>
        var isThere: Bool
    }

    let rows: [Row]
    private let order: EnvironmentOrder

    /// - Parameter numbers: The deployments that are asked about.
    init(_ issues: [IssuePresence], among numbers: Set<Int>, ledger: Ledger, order: EnvironmentOrder) {
        self.order = order
        var rows: [Row] = []
        for issue in issues {
            for presence in issue.presences {
                guard let entered = presence.entered, numbers.contains(entered) else { continue }
                let one = ledger[entered]
                let index = rows.firstIndex {
                    $0.issue == issue.issue && $0.deployment.app == one.app
                        && $0.deployment.commit == one.commit
                        && $0.isThere == presence.isNow
                }
                if let index {
                    rows[index].environments.insert(one.environment)
                } else {
                    rows.append(
                        Row(
                            issue: issue.issue, deployment: one, environments: [one.environment],
                            isThere: presence.isNow))
                }
            }
        }
        self.rows = rows.sorted { $1.deployment.number < $0.deployment.number }
    }

    func sentence(_ place: String?) -> Text {
        let issues = Set(rows.map(\.issue)).count
        let words = issues == 1 ? "1 issue" : issues == 0 ? "no issue" : "\(issues) issues"
        return "\(words, .emphasis) came to \(place ?? "an environment", .environment)"
    }

    func table(among all: Set<String>, _ ledger: Ledger) throws -> Table {
        let titles = try IssueTitles(rows.map(\.issue), ledger)
        return Table(
            rows,
            [Column("ISSUE") { Text($0.issue, .emphasis) }] + titles.column(\.issue) + [
                Column("APP") { Text($0.deployment.app, .app) },
                Column("VERSION", minimum: 8) { row in
                    Text(row.deployment.isVersion ? row.deployment.version : "configuration", .version)
                },
                Column("CAME TO", minimum: 12) { row in
                    Text(
                        order.names(row.environments, among: all, counting: true).joined(separator: ", "),
                        .environment)
                },
                Column("AT") { Text(minute($0.deployment.time)) },
                Column("WHO", minimum: 8, drop: 1) { Text($0.deployment.who) },
                Column("") { $0.isThere ? "" : Text("no longer there", .warning) },
            ])
    }
}
