public import Git
import Ledger
import YAML

/// What records add to history, read once.
public struct EstateRecords {
    private let builds: BuildRecords
    private var issues: [String: IssueRecord] = [:]
    /// The runs that wrote a commit, as the commit's records have it.
    private var pipelines: [ObjectID: [Pipeline]] = [:]

    public init(in repository: Repository) throws {
        let store = RecordStore(repository)
        builds = try store.builds()
        let known = try Self.inOrder(store.all(.issues, with: IssueRecord.type)).compactMap(
            IssueRecord.init)
        for (key, records) in Dictionary(grouping: known, by: \.key) {
            issues[key] = IssueRecord.merged(records)
        }
        for (commit, record) in try store.all(.deployments, with: "pipeline") {
            guard let pipeline = record["pipeline"].flatMap(Pipeline.init),
                pipelines[commit]?.contains(pipeline) != true
            else { continue }
            pipelines[commit, default: []].append(pipeline)
        }
    }

    private static func inOrder(_ records: [(ObjectID, Record)]) -> [Record] {
        records.map(\.1).sorted { ($0.time, $0.id) < ($1.time, $1.id) }
    }

    func build(_ artifact: String, _ version: String) -> ArtifactRecord? {
        let parts = version.split(separator: "@", maxSplits: 1).map(String.init)
        let names = parts.flatMap { ["\(artifact):\($0)", "\(artifact)@\($0)"] }
        return names.lazy.compactMap { builds.builds(called: $0).first }.first
    }

    func issue(_ key: String) -> IssueRecord? { issues[key] }

    func pipelines(of commit: ObjectID) -> [Pipeline] { pipelines[commit] ?? [] }
}
