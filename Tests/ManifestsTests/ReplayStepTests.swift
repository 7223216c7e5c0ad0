import Git
import TestSupport
import Testing

@testable import Manifests

/// Which apps one step from a tree to the next concerns.
@Suite struct ReplayStepTests {
    private static let gx = """
        version: 1
        environments: { dev: {}, prod: { after: dev } }
        layout:
          - { path: "charts/{app}/**", layers: [Chart.yaml, values.yaml, "values-{env}.yaml"],
              enabled: { file: ["on/all.yaml", "on/{env}.yaml"], path: "apps.{app}" } }
        """

    private let scratch: ScratchRepository
    private let repository: Repository
    private let replay: Replay
    private var tree: ObjectID?

    init() throws {
        scratch = try ScratchRepository()
        repository = try scratch.repository()
        let configuration = try Configuration(parsing: Array(Self.gx.utf8))
        let place = try #require(try ReplayPlace.all(configuration, KnownPlaces(repository)).first)
        replay = try Replay(configuration, place, in: repository, tree: nil)
        _ = try step([
            "charts/web/values.yaml": "image: { repository: x.io/web, tag: '1' }\n",
            "charts/web/templates/web.yaml": "{{ .Values.image }}\n",
            "charts/api/values.yaml": "image: { repository: x.io/api, tag: '1' }\n",
            "on/all.yaml": "apps: { web: true }\n", "on/dev.yaml": "apps: { api: true }\n",
        ])
    }

    private mutating func step(_ files: [String: String]) throws -> [String] {
        let edits = try files.map { TreeEdit.put(path: $0, id: try repository.write(blob: Array($1.utf8))) }
        let next = try repository.tree(editing: tree, edits)
        let shifts = try replay.move(to: next, try repository.changes(from: tree, to: next))
        tree = next
        return shifts.map { shift in
            let versions = shift.slots.map { $0.map(\.version.description).joined(separator: " ") }
            return "\(shift.environment)/\(shift.app) \(versions ?? "gone")"
        }
    }

    @Test mutating func aTemplateIsPartOfItsChart() throws {
        #expect(try step(["charts/web/templates/web.yaml": "{{ 2 }}\n"]) == ["dev/web 1", "prod/web 1"])
    }

    @Test mutating func aSwitchConcernsTheChartsOfWhichItSaysSomethingElse() throws {
        #expect(try step(["on/dev.yaml": "apps: { api: true }\nmore: 1\n"]) == [])
        #expect(try step(["on/dev.yaml": "apps: { api: false }\n"]) == ["dev/api gone"])
        #expect(try step(["on/dev.yaml": "apps: { web: false }\n"]) == ["dev/web gone"])
        #expect(
            try step(["on/all.yaml": "apps: { api: true }\n"]) == [
                "dev/api 1", "prod/api 1", "prod/web gone",
            ])
        #expect(
            try step(["on/prod.yaml": "apps: { web: true, api: false }\n"]) == [
                "prod/api gone", "prod/web 1",
            ])
    }
}
