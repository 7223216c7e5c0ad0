public import Git
public import Ledger
public import Manifests
public import System

/// What the page of an estate tells, as values: found once, whatever is drawn of it.
public struct EstateReport {
    public var source: Source

    public var stages: [Stage]
    /// Names, in the order of the stages.
    public var environments: [String]
    /// Those that have a version somewhere.
    public var apps: [App]
    /// How many others there are.
    public var appsWithoutVersions: Int
    public var promotions: [Promotion]
    /// What waits somewhere first, then newest first.
    public var issues: [Issue]
    /// How many others the changes name, or may wait.
    public var issuesLeftOut: Int
    /// False where more may wait than there is room for.
    public var isAllThatWaits: Bool
    /// Commits that deployed, newest first.
    public var changes: [Change]
    /// Whether there were others before.
    public var hasOlderChanges: Bool
    /// Each day of each stage on which anything was deployed, in the time that the timeline shows.
    public var days: [Day]

    /// What was read, and when.
    public struct Source {
        /// What the repository is called.
        public var name: String
        /// In words: `main at 1a2b3c4d5`.
        public var read: String
        /// The newest commit that was read.
        public var time: Timestamp?
        public var now: Timestamp
        /// What a reader has to know to take the rest as it is meant: assumptions, and where history ends.
        public var notes: [String]

        public init(name: String, read: String, time: Timestamp?, now: Timestamp, notes: [String]) {
            (self.name, self.read, self.time, self.now, self.notes) = (name, read, time, now, notes)
        }
    }

    /// Environments that stand at the same point: a group, or one alone.
    public struct Stage {
        public var name: String
        /// Positions in `environments`.
        public var members: Range<Int>
        /// The stages that come before it.
        public var before: [String]
        /// How many apps have a version there.
        public var apps: Int
        /// How many of them are in a stage before, too; and how many of those run the same as there.
        public var compared: Int
        public var same: Int
        /// Positions in `issues` of what a stage before has, and this one has not.
        public var waiting: [Int]
    }

    public struct App {
        public var name: String
        /// One for each environment; nil where the app is not there.
        public var cells: [Cell?]
        public var artifacts: [ArtifactUse]

        /// When its version last changed anywhere.
        public var changed: Timestamp? { cells.compactMap { $0?.since?.time }.max() }
    }

    /// An app in an environment.
    public struct Cell {
        /// As people read it; empty where nothing says it.
        public var version: String
        /// As it is written.
        public var exact: String
        /// How many other versions run there.
        public var others: Int
        /// The version's place among those of the app, in the order of environments: from 0.
        public var generation: Int
        public var standing: Standing?
        public var isInherited: Bool
        /// Positions in `promotions`.
        public var promotions: [Int]
        /// What these are.
        public var openKinds: Set<OpenPromotion.Kind>
        /// The deployment by which it runs this version; nil where history does not tell.
        public var since: Deployment?
        /// What is kept out, and runs here or where it would come from.
        public var holds: [Hold]

        /// Whether a rollback brought it back.
        public var isRolledBack: Bool { since?.kind == .rollback }
    }

    /// How an app stands to the environment before.
    public struct Standing: Hashable {
        public var relation: Overview.Standing.Relation
        public var environment: String
        public var version: String
    }

    /// An artifact of an app, wherever it runs.
    public struct ArtifactUse {
        public var kind: Artifact.Kind
        public var artifact: String
        public var versions: [Version]
        /// `Deployment/api`, each once.
        public var workloads: [String]
        /// Where it is written, each once, with `{env}` for the environment's name.
        public var files: [String]

        public struct Version {
            public var version: String
            /// Positions in `environments`.
            public var environments: [Int]
            /// What is recorded of it.
            public var build: ArtifactRecord?
        }
    }

    public struct Promotion {
        public var kind: OpenPromotion.Kind
        public var branch: String
        public var commit: ObjectID
        public var time: Timestamp
        public var who: String
        public var issues: [String]
        public var changes: [(environment: String, app: String, version: String)]
    }

    public struct Issue {
        public var key: String
        /// As the tracker has it, else the subject of the commit that first brought it.
        public var title: String
        public var kind: IssueRecord.Kind?
        public var status: String?
        public var url: String?
        public var pullRequests: [String]
        /// When it was first deployed.
        public var time: Timestamp
        public var who: String
        public var presences: [Presence]
        /// Positions in `stages` of those that it waits for.
        public var waitsFor: [Int]
        /// The artifacts that came with it, each with the version.
        public var artifacts: [Carried]
        /// One for each stage; nil where its apps are not there.
        public var states: [State?]

        /// A version of an artifact that brought it.
        public struct Carried: Hashable {
            public var app: String
            public var artifact: String
            public var version: String
            public var workloads: [String]
            public var pipeline: Pipeline?
            /// Who made the commit that was built.
            public var author: String?
        }

        public enum State { case all, some, left, flying, none, unknown }

        /// Where it is or is not, for environments that came to that in the same way.
        public struct Presence {
            public var app: String
            public var environments: [Int]
            public var state: State
            public var entered: Deployment?
            public var left: Deployment?
        }
    }

    /// A commit that deployed something.
    public struct Change {
        public var commit: ObjectID
        public var time: Timestamp
        public var author: String
        public var committer: String
        public var subject: String
        public var issues: [String]
        public var pullRequests: [String]
        public var pipelines: [Pipeline]
        public var parts: [Part]

        /// What it did to an app in several environments alike.
        public struct Part {
            public var app: String
            public var environments: [String]
            /// Where a promotion came from.
            public var sources: [String]
            public var deployment: Deployment
            public var outcome: Outcome
            /// The commit that it undoes, or that undid it.
            public var related: ObjectID?
            public var checks: [CheckResult]
        }
    }

    public struct Day {
        public var stage: Int
        /// Days since 1970, where the reader is.
        public var day: Int
        public var deployments: Int
        public var rollbacks: Int
        public var failures: Int
    }
}

extension EstateReport {
    /// The stage that the others lead to: of those that have one before, the last of the ones with most apps.
    public var goal: Stage? {
        let last = stages.filter { stage in
            stage.compared > 0 && !stages.contains { $0.before.contains(stage.name) }
        }
        return last.max { $0.apps < $1.apps } ?? stages.last { $0.compared > 0 }
    }

    /// The stage that an environment belongs to.
    public func stage(ofEnvironment name: String) -> Int? {
        guard let index = environments.firstIndex(of: name) else { return nil }
        return stages.firstIndex { $0.members.contains(index) }
    }

    /// Names of environments; a stage of several is called by its name where all that it has
    /// are among them, or all but one.
    ///
    /// - Parameter possible: Those that can be among them; by default all.
    public func names(_ members: [Int], of possible: [Int]? = nil) -> [String] {
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
