internal import Git
internal import Ledger
internal import Manifests
internal import System

/// An app that an environment had, and has no more: what is known of it is more than that nobody knows it.
public struct DepartedApp: Hashable, Sendable {
    var name: String
    var environment: String
    /// What it ran at last.
    var versions: String
    /// When it went, and by which commit.
    var day: String
    var commit: String
    var author: String
    /// What it is called since; nil where it went.
    var heir: String?
    /// Those that were its own; empty where there are many, or none can be told.
    var files: [String]

    /// The one of a name, in some environments; nil where none of them ever had it, or one has it.
    init?(_ name: String, in environments: [String], _ ledger: Ledger, _ estate: Estate) throws {
        let last = environments.compactMap { ledger.newest(of: name, in: $0) }
        guard !last.contains(where: { $0.after != nil }),
            let gone = last.max(by: { $0.number < $1.number })
        else { return nil }
        (self.name, environment) = (name, gone.environment)
        versions = gone.versions(\.before)
        (day, commit) = (String("\(gone.time)".prefix(10)), gone.commit.short)
        author = gone.author.prefix { $0 != "<" }.trimmingSuffix(while: \.isWhitespace).description
        let former = ledger.previous(gone.number)
        heir =
            ledger.series.first { series in
                series.environment == gone.environment && series.app != name
                    && former.map(ledger.lineage(endingWith: series.last).contains) ?? false
            }?.app
        files = try Self.files(of: gone, estate)
    }

    private static func files(of gone: Deployment, _ estate: Estate) throws -> [String] {
        let place = try estate.apps(in: gone.environment).first?.unit.place ?? Place()
        let repository = try estate.tip(of: place).repository
        guard repository.contains(gone.commit), let parent = try repository.commit(gone.commit).parents.first,
            repository.contains(parent)
        else { return [] }
        let (before, after) = try (repository.commit(parent).tree, repository.commit(gone.commit).tree)
        let app = try estate.apps(in: gone.environment, at: place, tree: before, named: gone.app).first
        let files = try (app?.files ?? []).filter { try repository.entry(at: $0, inTree: after) == nil }
        return files.count > 3 ? [] : files
    }
}
