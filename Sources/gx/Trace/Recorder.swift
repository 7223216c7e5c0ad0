import Delivery
import Git
import Ledger
import Manifests
import System
import Terminal

/// Writes records, and says what was written.
struct Recorder {
    private let context: Context

    init(_ context: Context) { self.context = context }

    /// Records a build, with what its source says.
    ///
    /// - Returns: The repository that has the record now.
    func record(_ build: ArtifactRecord, of command: TraceRecord) throws -> Repository {
        let repository = try context.repository
        var record = build
        if let source = command.source {
            let place = try Repository.discover(
                from: source, environment: repository.environment.withoutRepository)
            let rules = try context.configuration().configuration.issues
            let reader = Build(of: place, rules, recordedIn: RecordStore(repository))
            let unknown = try reader.complete(&record, commit: command.commit, previous: command.previous)
            if let unknown { try context.warn("cannot tell what came with it: \(unknown)") }
        }
        let isNew = try RecordStore(repository).record(record)
        let parts = [
            record.commits.map { Self.count($0, "commit") },
            record.issues.isEmpty ? nil : record.issues.joined(separator: " "),
            record.pipeline.map { "pipeline \($0.id)" },
        ].compactMap(\.self)
        try tell("\(record.artifact, .version)", parts.joined(separator: ", "), isNew: isNew)
        return repository
    }

    /// Records how a deployment ended, on the commit that deployed.
    func record(_ outcome: Outcome, of environment: String, _ command: TraceRecord) throws -> Repository {
        let ledger = try context.ledger()
        if command.commit == nil, let newer = try newest(in: environment, command.app, ledger) {
            throw Failure(
                "HEAD is detached, and \(newer.short) deployed to \(environment) after it",
                hint: "say which deployment it was with --commit \(newer.short)")
        }
        let tip = try context.repository.resolve(command.commit ?? "HEAD")
        let commit =
            try tip ?? ledger.tips.lazy.compactMap { try $0.repository.resolve(command.commit ?? "") }.first
        guard let commit else { throw LedgerError.unknownDeployment(command.commit ?? "HEAD") }
        guard let number = try ledger.deployment(in: environment, of: command.app, at: commit) else {
            throw LedgerError.unknownDeployment("\(commit.short):\(environment)")
        }
        let deployment = ledger[number]
        let home = try context.repository
        let repository = ledger.tips.lazy.map(\.repository).first { $0.contains(deployment.commit) } ?? home
        let pipeline =
            command.pipeline.map(Pipeline.init(named:)) ?? Pipeline.current(in: home.environment)
        let finished = try FinishedDeployment(
            environment: environment, app: command.app, outcome: outcome,
            at: command.at.map { try home.date($0).utc }, by: pipeline?.actor ?? home.identity(),
            pipeline: pipeline, reason: command.reason, checks: command.check)
        let isNew = try RecordStore(repository).record(finished, of: deployment.commit)
        let place = environment + (command.app.map { "/\($0)" } ?? "")
        try tell("\(place, .environment)", "\(outcome.rawValue), at \(deployment.commit.short)", isNew: isNew)
        try tellHost(of: deployment, ledger)
        return repository
    }

    /// Where gx.yaml wants it. What is recorded stays so, whatever the host says.
    private func tellHost(of deployment: Deployment, _ ledger: Ledger) throws {
        let reports = try HostReports(
            context.configuration().configuration, context.estate.environments, of: context.repository)
        let refused = try reports?.tell(
            of: deployment.commit, in: deployment.environment, ledger,
            ledger.outcomes(in: context.repository))
        if let refused { try context.warn(Text(refused)) }
    }

    /// The newest deployment of an environment, where HEAD is detached and does not have it: what a job has just
    /// deployed is not what it checked out.
    private func newest(in environment: String, _ app: String?, _ ledger: Ledger) throws -> ObjectID? {
        let repository = try context.repository
        guard case .detached(let head) = try repository.head else { return nil }
        let newest = try ledger.tips.lazy.compactMap { tip in
            try tip.repository.commonDirectory == repository.commonDirectory
                ? ledger.deployment(in: environment, of: app, at: tip.commit) : nil
        }.max()
        guard let newest, case let commit = ledger[newest].commit else { return nil }
        return try repository.isAncestor(commit, of: head) ? nil : commit
    }

    /// Records issues, all or none.
    func record(_ issues: [IssueRecord]) throws -> Repository {
        let repository = try context.repository
        let count = try RecordStore(repository).record(issues)
        if issues.count == 1, let issue = issues.first {
            try tell("\(issue.key, .emphasis)", issue.title ?? "", isNew: count == 1)
        } else {
            try context.output.print(
                "recorded \(Self.count(count, "issue")), and \(issues.count - count) said nothing new")
        }
        return repository
    }

    private func tell(_ subject: Text, _ details: String, isNew: Bool) throws {
        guard isNew else { return try context.output.print("nothing new about \(subject)") }
        try context.output.print("recorded \(subject)\(details.isEmpty ? "" : ": \(details)")")
    }

    private static func count(_ number: Int, _ what: String) -> String {
        "\(number) \(what)\(number == 1 ? "" : "s")"
    }

    /// All of a file, or of standard input.
    static func lines(of file: String) throws -> [UInt8] {
        guard let bytes = try readFile(file == "-" ? "/dev/stdin" : file, mayBePipe: true) else {
            throw Failure("there is no file '\(file)'")
        }
        return bytes
    }
}

extension ArtifactRecord {
    /// `registry/name:tag`, `name@sha256:…` or both, as manifests write it, with `chart:` or `git:` before what is no
    /// image; nil where no version is named.
    init?(named text: String, digest: String?) {
        let kind = ["chart:", "git:"].first { text.hasPrefix($0) } ?? ""
        guard let reference = ImageReference(String(text.dropFirst(kind.count))) else { return nil }
        let digest = digest ?? reference.version.digest
        if let tag = reference.version.tag {
            self.init(artifact: "\(kind)\(reference.name):\(tag)")
        } else if let digest {
            self.init(artifact: "\(kind)\(reference.name)@\(digest)")
        } else {
            return nil
        }
        self.digest = digest
    }
}
