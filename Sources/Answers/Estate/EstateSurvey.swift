import Delivery
public import Git
public import Ledger
public import Manifests
import System

/// Finds what the page of an estate tells.
public struct EstateSurvey {
    /// How much a page holds, so that one of 200 apps in 24 environments stays below 2 MB.
    public struct Limits {
        public var issues: Int
        public var changes: Int
        /// How far back the timeline goes from the newest deployment.
        public var days = 90

        public init(issues: Int = 80, changes: Int = 150) {
            (self.issues, self.changes) = (issues, changes)
        }
    }

    public let overview: Overview
    public let estate: Estate
    public let ledger: Ledger
    public let outcomes: Outcomes
    public let records: EstateRecords
    public let repository: Repository
    public let environmentOrder: EnvironmentOrder
    public let limits: Limits

    /// Positions in the overview's environments, stage by stage.
    private let order: [Int]
    public private(set) var stages: [EstateReport.Stage] = []
    public private(set) var environments: [String] = []

    public init(
        _ overview: Overview, estate: Estate, ledger: Ledger, outcomes: Outcomes,
        records: EstateRecords,
        in repository: Repository, limits: Limits = Limits()
    ) {
        self.overview = overview
        self.estate = estate
        self.ledger = ledger
        self.outcomes = outcomes
        self.records = records
        self.repository = repository
        environmentOrder = EnvironmentOrder(estate.configuration, estate.environments)
        self.limits = limits
        var groups: [(name: String, members: [Int])] = []
        for (index, environment) in overview.environments.enumerated() {
            let name = environment.group ?? environment.name
            if let known = groups.firstIndex(where: { $0.name == name }) {
                groups[known].members.append(index)
            } else {
                groups.append((name, [index]))
            }
        }
        order = groups.flatMap(\.members)
        environments = order.map { overview.environments[$0].name }
        var start = 0
        for group in groups {
            stages.append(
                EstateReport.Stage(
                    name: group.name, members: start..<start + group.members.count, before: [], apps: 0,
                    compared: 0, same: 0, waiting: []))
            start += group.members.count
        }
        for (index, group) in groups.enumerated() {
            stages[index].before = stagesBefore(group.members)
        }
    }

    private func stagesBefore(_ members: [Int]) -> [String] {
        var names: [String] = []
        for member in members {
            for name in overview.environments[member].after {
                let environment = estate.environment(named: name)
                let stage = environment.map { $0.group ?? $0.name } ?? name
                if !names.contains(stage) { names.append(stage) }
            }
        }
        return names
    }

    public func report(of source: EstateReport.Source) throws -> EstateReport {
        let promotions = try promotions()
        let rows = overview.rows.filter(\.hasVersions)
        let series = Dictionary(
            ledger.series.map { ([$0.environment, $0.app], $0.last) }, uniquingKeysWith: { first, _ in first }
        )
        let apps = try rows.map { row in
            EstateReport.App(
                name: row.app, cells: cells(of: row, promotions.map(\.branch)) { series[[$0, row.app]] },
                artifacts: try artifacts(of: row))
        }
        let (changes, hasOlder) = try changes()
        let issues = try IssueSurvey(self, series: series).issues(of: apps, changes)
        var report = EstateReport(
            source: source, stages: stages, environments: environments, apps: apps,
            appsWithoutVersions: overview.rows.count - rows.count, promotions: promotions,
            issues: issues.issues, issuesLeftOut: issues.leftOut,
            isAllThatWaits: issues.isAllThatWaits, changes: changes, hasOlderChanges: hasOlder,
            days: days())
        for index in report.stages.indices { count(&report.stages[index], report: report, index: index) }
        return report
    }

    /// How the apps of a stage stand to those before it.
    private func count(_ stage: inout EstateReport.Stage, report: EstateReport, index: Int) {
        let before = report.stages.filter { stage.before.contains($0.name) }.flatMap(\.members)
        for app in report.apps {
            let cells = stage.members.compactMap { app.cells[$0] }.filter { !$0.version.isEmpty }
            guard !cells.isEmpty else { continue }
            stage.apps += 1
            guard before.contains(where: { app.cells[$0].map { !$0.version.isEmpty } ?? false }) else {
                continue
            }
            stage.compared += 1
            if cells.allSatisfy({ $0.standing == nil }) { stage.same += 1 }
        }
        stage.waiting = report.issues.indices.filter { report.issues[$0].waitsFor.contains(index) }
    }

    // MARK: Apps

    private func cells(
        of row: Overview.Row, _ branches: [String], last: (String) -> Int?
    ) -> [EstateReport.Cell?] {
        var generations: [String] = []
        return order.map { index in
            guard let cell = row.cells[index] else { return nil }
            let exact = cell.versions.first?.description ?? ""
            if !exact.isEmpty, !generations.contains(exact) { generations.append(exact) }
            let newest = last(overview.environments[index].name)
            return EstateReport.Cell(
                version: cell.versions.first?.short ?? "", exact: exact,
                others: max(0, cell.versions.count - 1),
                generation: generations.firstIndex(of: exact) ?? 0,
                standing: cell.standing.map {
                    EstateReport.Standing(
                        relation: $0.relation, environment: $0.environment, version: $0.version.short)
                },
                isInherited: cell.deployment.isInherited,
                promotions: cell.promotions.compactMap { branches.firstIndex(of: $0.branch) },
                openKinds: Set(cell.promotions.map(\.kind)),
                since: newest.flatMap(since), holds: cell.heldNow)
        }
    }

    /// The newest deployment of a version, where history says when that was.
    private func since(_ newest: Int) -> Deployment? {
        ledger.versionDeployment(endingWith: newest).map { ledger[$0] }
    }

    private func artifacts(of row: Overview.Row) throws -> [EstateReport.ArtifactUse] {
        var uses: [EstateReport.ArtifactUse] = []
        for (position, index) in order.enumerated() {
            let name = overview.environments[index].name
            guard row.cells[index] != nil, let snapshot = try estate.app(row.app, in: name) else { continue }
            let main = snapshot.main
            for slot in [main].compactMap({ $0 }) + snapshot.slots.filter({ $0 != main })
            where !slot.pins.isEmpty {
                let known = uses.firstIndex {
                    $0.artifact == slot.artifact.name && $0.kind == slot.artifact.kind
                }
                if known == nil {
                    uses.append(
                        EstateReport.ArtifactUse(
                            kind: slot.artifact.kind, artifact: slot.artifact.name, versions: [],
                            workloads: [],
                            files: []))
                }
                uses[known ?? uses.count - 1].add(
                    slot, environment: environments[position], position: position, records: records)
            }
        }
        return uses
    }

    // MARK: Promotions

    private func promotions() throws -> [EstateReport.Promotion] {
        var seen: Set<String> = []
        var found: [EstateReport.Promotion] = []
        for open in overview.rows.flatMap({ $0.cells.compactMap { $0?.promotions } }).joined()
        where seen.insert(open.branch).inserted {
            let commit = try commit(open.commit)
            found.append(
                EstateReport.Promotion(
                    kind: open.kind, branch: open.branch, commit: open.commit,
                    time: commit?.committer.time ?? Timestamp(seconds: 0),
                    who: commit?.author.name ?? "",
                    issues: commit.map { Mentions(in: $0.message, estate.configuration.issues).issues } ?? [],
                    changes: open.changes.map { ($0.environment, $0.app, $0.version) }))
        }
        return found.sorted { $0.time > $1.time }
    }

    /// A commit of any of the repositories that were read.
    public func commit(_ id: ObjectID) throws -> Commit? {
        for repository in [repository] + ledger.tips.map(\.repository) where repository.contains(id) {
            return try repository.commit(id)
        }
        return nil
    }
}

extension EstateReport.ArtifactUse {
    fileprivate mutating func add(
        _ slot: Slot, environment: String, position: Int, records: EstateRecords
    ) {
        let version = slot.version.description
        if let index = versions.firstIndex(where: { $0.version == version }) {
            if versions[index].environments.last != position { versions[index].environments.append(position) }
        } else {
            versions.append(
                Version(version: version, environments: [position], build: records.build(artifact, version)))
        }
        for workload in slot.workloads where !workloads.contains(workload.description) {
            workloads.append(workload.description)
        }
        for pin in slot.pins {
            let file = Self.template(pin.file, environment)
            if !files.contains(file) { files.append(file) }
        }
    }

    /// A path with `{env}` where a folder, or a part of a file's name, is the environment's.
    private static func template(_ file: String, _ environment: String) -> String {
        guard let range = file.ranges(of: environment).last else { return file }
        let isWord = { (character: Character?) in character.map { $0.isLetter || $0.isNumber } ?? false }
        let before = file[..<range.lowerBound].last
        let after = file[range.upperBound...].first
        guard !isWord(before), !isWord(after) else { return file }
        return file.replacingCharacters(range, with: "{env}")
    }
}

extension String {
    fileprivate func replacingCharacters(_ range: Range<Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}
