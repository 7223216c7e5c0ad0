import Git
import Ledger
import Manifests
import System

/// What the page of an estate tells, as values: found once, whatever is drawn of it.
struct EstateReport {
    var source: Source

    var stages: [Stage]
    /// Names, in the order of the stages.
    var environments: [String]
    /// Those that have a version somewhere.
    var apps: [App]
    /// How many others there are.
    var appsWithoutVersions: Int
    var promotions: [Promotion]
    /// What waits somewhere first, then newest first.
    var issues: [Issue]
    /// How many others the changes name, or may wait.
    var issuesLeftOut: Int
    /// False where more may wait than there is room for.
    var isAllThatWaits: Bool
    /// Commits that deployed, newest first.
    var changes: [Change]
    /// Whether there were others before.
    var hasOlderChanges: Bool
    /// Each day of each stage on which anything was deployed, in the time that the timeline shows.
    var days: [Day]

    /// What was read, and when.
    struct Source {
        /// What the repository is called.
        var name: String
        /// In words: `main at 1a2b3c4d5`.
        var read: String
        /// The newest commit that was read.
        var time: Timestamp?
        var now: Timestamp
        /// What a reader has to know to take the rest as it is meant: assumptions, and where history ends.
        var notes: [String]
    }

    /// Environments that stand at the same point: a group, or one alone.
    struct Stage {
        var name: String
        /// Positions in `environments`.
        var members: Range<Int>
        /// The stages that come before it.
        var before: [String]
        /// How many apps have a version there.
        var apps: Int
        /// How many of them are in a stage before, too; and how many of those run the same as there.
        var compared: Int
        var same: Int
        /// Positions in `issues` of what a stage before has, and this one has not.
        var waiting: [Int]
    }

    struct App {
        var name: String
        /// One for each environment; nil where the app is not there.
        var cells: [Cell?]
        var artifacts: [ArtifactUse]

        /// When its version last changed anywhere.
        var changed: Timestamp? { cells.compactMap { $0?.since?.time }.max() }
    }

    /// An app in an environment.
    struct Cell {
        /// As people read it; empty where nothing says it.
        var version: String
        /// As it is written.
        var exact: String
        /// How many other versions run there.
        var others: Int
        /// The version's place among those of the app, in the order of environments: from 0.
        var generation: Int
        var standing: Standing?
        var isInherited: Bool
        /// Positions in `promotions`.
        var promotions: [Int]
        /// The deployment by which it runs this version; nil where history does not tell.
        var since: Deployment?
        /// What is kept out, and runs here or where it would come from.
        var holds: [Hold]

        /// Whether a rollback brought it back.
        var isRolledBack: Bool { since?.kind == .rollback }
    }

    /// How an app stands to the environment before.
    struct Standing: Hashable {
        var relation: Overview.Standing.Relation
        var environment: String
        var version: String
    }

    /// An artifact of an app, wherever it runs.
    struct ArtifactUse {
        var kind: Artifact.Kind
        var artifact: String
        var versions: [Version]
        /// `Deployment/api`, each once.
        var workloads: [String]
        /// Where it is written, each once, with `{env}` for the environment's name.
        var files: [String]

        struct Version {
            var version: String
            /// Positions in `environments`.
            var environments: [Int]
            /// What is recorded of it.
            var build: ArtifactRecord?
        }
    }

    struct Promotion {
        var branch: String
        var commit: ObjectID
        var time: Timestamp
        var who: String
        var issues: [String]
        var changes: [(environment: String, app: String, version: String)]
    }

    struct Issue {
        var key: String
        /// As the tracker has it, else the subject of the commit that first brought it.
        var title: String
        var kind: IssueRecord.Kind?
        var status: String?
        var url: String?
        var pullRequests: [String]
        /// When it was first deployed.
        var time: Timestamp
        var who: String
        var presences: [Presence]
        /// Positions in `stages` of those that it waits for.
        var waitsFor: [Int]
        /// The artifacts that came with it, each with the version.
        var artifacts: [Carried]
        /// One for each stage; nil where its apps are not there.
        var states: [State?]

        /// A version of an artifact that brought it.
        struct Carried: Hashable {
            var app: String
            var artifact: String
            var version: String
            var workloads: [String]
            var pipeline: Pipeline?
            /// Who made the commit that was built.
            var author: String?
        }

        enum State { case all, some, left, flying, none, unknown }

        /// Where it is or is not, for environments that came to that in the same way.
        struct Presence {
            var app: String
            var environments: [Int]
            var state: State
            var entered: Deployment?
            var left: Deployment?
        }
    }

    /// A commit that deployed something.
    struct Change {
        var commit: ObjectID
        var time: Timestamp
        var author: String
        var committer: String
        var subject: String
        var issues: [String]
        var pullRequests: [String]
        var pipelines: [Pipeline]
        var parts: [Part]

        /// What it did to an app in several environments alike.
        struct Part {
            var app: String
            var environments: [String]
            /// Where a promotion came from.
            var sources: [String]
            var deployment: Deployment
            var outcome: Outcome
            /// The commit that it undoes, or that undid it.
            var related: ObjectID?
            var checks: [CheckResult]
        }
    }

    struct Day {
        var stage: Int
        /// Days since 1970, where the reader is.
        var day: Int
        var deployments: Int
        var rollbacks: Int
        var failures: Int
    }
}

extension EstateReport {
    /// The stage that the others lead to: of those that have one before, the last of the ones with most apps.
    var goal: Stage? {
        let last = stages.filter { stage in
            stage.compared > 0 && !stages.contains { $0.before.contains(stage.name) }
        }
        return last.max { $0.apps < $1.apps } ?? stages.last { $0.compared > 0 }
    }

    /// The stage that an environment belongs to.
    func stage(ofEnvironment name: String) -> Int? {
        guard let index = environments.firstIndex(of: name) else { return nil }
        return stages.firstIndex { $0.members.contains(index) }
    }

    /// Names of environments; a stage of several is called by its name where all that it has
    /// are among them, or all but one.
    ///
    /// - Parameter possible: Those that can be among them; by default all.
    func names(_ members: [Int], of possible: [Int]? = nil) -> [String] {
        var names: [String] = []
        for index in members {
            guard let stage = stages.first(where: { $0.members.contains(index) }) else { continue }
            let all = stage.members.filter { possible?.contains($0) ?? true }
            let missing = all.filter { !members.contains($0) }
            var name = environments[index]
            if all.count > 1, missing.isEmpty {
                name = "\(stage.name) ×\(all.count)"
            } else if missing.count == 1, all.count > 3 {
                name = "\(stage.name) except \(environments[missing[0]])"
            }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}
