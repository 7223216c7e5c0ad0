public import Git
internal import System

/// Recording: what says nothing new is not written, so that the same record twice is one.
extension RecordStore {
    /// What is known of an artifact, by its name with a tag or a digest; nil for nothing.
    public func artifact(_ reference: String) throws -> ArtifactRecord? {
        let object = try ArtifactRecord.object(of: reference)
        return .merged(try records(on: object, .artifacts).compactMap(ArtifactRecord.init))
    }

    /// What is known of an issue; nil for nothing.
    public func issue(_ key: String) throws -> IssueRecord? {
        .merged(try records(on: IssueRecord.object(of: key), .issues).compactMap(IssueRecord.init))
    }

    /// Records a build, on each of the artifact's names.
    ///
    /// - Returns: Whether it says anything new.
    public func record(_ artifact: ArtifactRecord) throws -> Bool {
        let record = try artifact.record()
        var new: [ObjectID: [Record]] = [:]
        for reference in artifact.references {
            let known = try self.artifact(reference)
            if known == nil || ArtifactRecord.merged([known, artifact].compactMap(\.self)) != known {
                new[try ArtifactRecord.object(of: reference)] = [record]
            }
        }
        if !new.isEmpty { try append(new, .artifacts) }
        return !new.isEmpty
    }

    /// Records issues, all or none.
    ///
    /// - Returns: How many of them say anything new.
    public func record(_ issues: [IssueRecord]) throws -> Int {
        let time = Timestamp.utcMilliseconds
        var known: [String: IssueRecord] = [:]
        var new: [ObjectID: [Record]] = [:]
        for issue in issues {
            let before = try known[issue.key] ?? self.issue(issue.key)
            let after = IssueRecord.merged([before, issue].compactMap(\.self))
            known[issue.key] = after
            guard before != after else { continue }
            new[try IssueRecord.object(of: issue.key), default: []].append(try issue.record(time: time))
        }
        if !new.isEmpty { try append(new, .issues) }
        return new.values.joined().count
    }

    /// Records how a deployment ended.
    ///
    /// - Returns: Whether it was written: not where the newest record of the same says so already, unless it is signed.
    public func record(_ finished: FinishedDeployment, of commit: ObjectID) throws -> Bool {
        let record = try finished.record(on: commit)
        let newest = try records(on: commit, .deployments).last { other in
            other.type == record.type && ["environment", "app"].allSatisfy { other[$0] == record[$0] }
        }
        // Who signs says it anew: what was said may be signed by somebody whose key nobody knows.
        if newest?.fields == record.fields, try !repository.isTrue("commit.gpgSign") { return false }
        try append([record], to: commit, .deployments)
        return true
    }
}
