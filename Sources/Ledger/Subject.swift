public import Git
internal import Manifests

/// What somebody asks about.
public enum Subject: Hashable, Sendable, CustomStringConvertible {
    case issue(String)
    /// By its number.
    case pullRequest(String)
    case commit(ObjectID)
    case app(String)
    case version(String)
    /// An image, chart or Git repository, with a version where one was given.
    case artifact(String, version: String?)
    /// A run of continuous integration that built or deployed, by its number or address.
    case pipeline(String)
    /// A bug itself, by the key of its issue, which is its fix.
    case bug(String)

    /// As it is asked for without doubt.
    public var description: String {
        switch self {
        case .issue(let key): "issue:\(key)"
        case .pullRequest(let number): "pr:\(number)"
        case .commit(let id): "commit:\(id.short)"
        case .app(let name): "app:\(name)"
        case .version(let version): "version:\(version)"
        case .artifact(let name, let version): "image:\(name)" + (version.map { ":\($0)" } ?? "")
        case .pipeline(let name): "pipeline:\(name)"
        case .bug(let key): "bug:\(key)"
        }
    }
}

extension Ledger {
    /// What a name stands for: `PROJ-7`, `pr:432`, `#432`, a commit, an app, a version, an image, a digest, the address
    /// of a pipeline; `issue:`, `bug:`, `pr:`, `commit:`, `app:`, `version:`, `image:` and `pipeline:` in front settle
    /// it.
    ///
    /// - Parameter environments: Those that it is asked for; nil for all.
    /// - Throws: `LedgerError.unknownSubject` for what is known nowhere; `tooShallow` or `unknown` where it may still
    ///   be something, in history or in a source that this clone lacks.
    public func subject(
        _ text: String, in repository: Repository, asking environments: Set<String>? = nil
    ) throws -> Subject {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        let kinds = ["issue", "pr", "commit", "app", "version", "image", "pipeline", "bug"]
        let kind = parts.count == 2 && kinds.contains(parts[0]) ? parts[0] : nil
        let name = kind == nil ? text : parts[1]
        var found: [Subject] = []
        for candidate in kind.map({ [$0] }) ?? kinds {
            if let subject = try subject(
                candidate, name: name, isSettled: kind != nil, repository: repository)
            {
                found.append(subject)
            }
        }
        if kind == nil, found.contains(.app(name)), isAlone(name) {
            found.removeAll { $0 == .artifact(name, version: nil) }
        }
        if kind == nil, found.count > 1 {
            throw LedgerError.ambiguousSubject(text, candidates: found.map(\.description))
        }
        guard let subject = found.first else {
            guard isComplete else { throw LedgerError.tooShallow(toKnow: "what '\(text)' is") }
            let gap = unseen(kind, name).flatMap { gaps(concerning: $0, in: environments).first }
            throw gap.map { .unknown("what '\(text)' is", $0) } ?? LedgerError.unknownSubject(text)
        }
        return subject
    }

    /// What a name stands for that no deployment names, if it is known in a record or a source; nil for what the
    /// manifests would have to know.
    private func unseen(_ kind: String?, _ name: String) -> Subject? {
        switch kind {
        case "issue", "pr", "commit", "bug": return .issue(name)
        case "pipeline": return .pipeline(name)
        case "app", "version", "image": return nil
        default:
            if name.contains("://") { return .pipeline(name) }
            let isCommit = (7...40).contains(name.utf8.count) && name.allSatisfy(\.isHexDigit)
            let mentions = Mentions(in: name, evidence?.configuration.issues ?? Configuration.Issues())
            return isCommit || mentions != Mentions() ? .issue(name) : nil
        }
    }

    private func subject(
        _ kind: String, name: String, isSettled: Bool, repository: Repository
    ) throws -> Subject? {
        switch kind {
        case "issue":
            // Trailers name numbers with and without the sign.
            let isNumber = !name.isEmpty && name.allSatisfy { $0.isASCII && $0.isNumber }
            for key in isNumber ? [name, "#\(name)"] : [name] {
                let isNamed =
                    tables.position(of: key).map { self.isNamed(MentionRow.Name(issue: $0)) } ?? false
                if try isNamed || isKnown(.issue(key)) { return .issue(key) }
            }
            return nil
        case "pr":
            let number = name.hasPrefix("#") ? String(name.dropFirst()) : name
            guard isSettled || name.hasPrefix("#"), number.allSatisfy(\.isNumber) else { return nil }
            let isNamed = MentionRow.Name(pullRequest: number).map(self.isNamed) ?? false
            return try isNamed || isKnown(.pullRequest(number)) ? .pullRequest(number) : nil
        case "commit":
            let isHexadecimal = (7...40).contains(name.utf8.count) && name.allSatisfy(\.isHexDigit)
            // `HEAD~3` and `main^` can't be anything else.
            let isRelative = name == "HEAD" || name.contains("~") || name.contains("^")
            guard isHexadecimal || isRelative || isSettled else { return nil }
            return try (repository.resolve(name) ?? (isRelative ? nil : sourceCommit(name))).map {
                .commit($0)
            }
        case "app": return isApp(name) ? .app(name) : nil
        case "version":
            // A digest alone names what has it.
            return isVersion(name) && (isSettled || digest(name) == nil) ? .version(name) : nil
        case "bug":
            guard isSettled else { return nil }
            return try subject("issue", name: name, isSettled: true, repository: repository).map { _ in
                .bug(name)
            }
        case "pipeline":
            guard isSettled || name.contains("://") else { return nil }
            return try isKnown(.pipeline(name)) ? .pipeline(name) : nil
        default:
            if let found = digest(name) { return found }
            if isArtifact(name) { return .artifact(name, version: nil) }
            guard let reference = ImageReference(name), reference.version != Version() else { return nil }
            let (image, version) = (reference.name, "\(reference.version)")
            let name = isArtifact(image) ? image : artifact(calledInShort: image)
            return isVersion(version) ? name.map { .artifact($0, version: version) } : nil
        }
    }

    private func isNamed(_ name: MentionRow.Name) -> Bool { tables.mentions.contains { $0.name == name } }

    private func isApp(_ text: String) -> Bool {
        guard let position = tables.position(of: text) else { return false }
        return heads.indices.contains { heads[$0] > 0 && tables.series[$0].app == position }
    }

    private func isVersion(_ text: String) -> Bool {
        tables.position(of: text).map { position in tables.pinned.contains { $0.version == position } }
            ?? false || !spellings(of: text).isEmpty
    }

    /// The versions that are one with this, written with its digest or without.
    private func spellings(of text: String) -> Set<UInt32> {
        let wanted = Version(text)
        // What stands before a digest may be an image's name.
        guard wanted.digest == nil || wanted.tag?.contains("/") != true else { return [] }
        var known: [UInt32: Bool] = [:]
        for index in 0..<tables.pinned.count where known[tables.pinned[index].version] == nil {
            let version = tables.pinned[index].version
            known[version] = Version(tables.string(version)).isSame(as: wanted)
        }
        return Set(known.filter(\.value).keys)
    }

    private func isArtifact(_ text: String) -> Bool {
        tables.position(of: text).map { position in tables.pinned.contains { $0.artifact == position } }
            ?? false
    }

    /// Whether an artifact that is called like an app, as `redis` is, has never run in any other: then both are the same
    /// question.
    private func isAlone(_ name: String) -> Bool {
        guard let position = tables.position(of: name) else { return false }
        return tables.deployments.allSatisfy { row in
            tables.series[Int(row.series)].app == position
                || !tables.pins(of: row.state).contains { $0.artifact == position }
        }
    }

    /// The deployments that brought something, oldest first: those whose commit names the issue or pull request, that
    /// a commit made or came with, or that put a version in force.
    public func carriers(of subject: Subject) throws -> [Int] {
        switch subject {
        case .issue(let key):
            return try merged(deployments(by: commits(namingIssue: key)), with: subject)
        case .pullRequest(let number):
            return try merged(
                deployments(by: commits(namingPullRequest: number)), with: subject)
        case .commit(let id): return try merged(carriers(of: id), with: subject)
        case .pipeline(let name): return try merged(deployments(byPipeline: name), with: subject)
        case .bug(let key): return try carriers(of: .issue(key))
        case .app(let name):
            return (0..<count).filter { tables.string(app(of: $0)) == name }
        case .version, .artifact:
            return deployments(bringing: pins(of: subject))
        }
    }

    /// The deployments that put one of several versions in force where none of them was.
    func deployments(bringing wanted: Set<PinnedRow>) -> [Int] {
        guard !wanted.isEmpty else { return [] }
        return (0..<count).filter { number in
            let row = tables.deployments[number]
            let before = stateBefore(number)
            return row.state != before && tables.pins(of: row.state).contains(where: wanted.contains)
                && !tables.pins(of: before).contains(where: wanted.contains)
        }
    }

    /// The pins that a version or an artifact stands for.
    func pins(of subject: Subject) -> Set<PinnedRow> {
        let (artifacts, versions): (Set<UInt32>?, Set<UInt32>?)
        switch subject {
        case .version(let text): (artifacts, versions) = (nil, spellings(of: text))
        case .artifact(let name, let text):
            guard let artifact = tables.position(of: name) else { return [] }
            (artifacts, versions) = (mirrors(of: artifact), text.map(spellings))
        case .pipeline:
            let references = Set((evidence?.builds(of: subject) ?? []).flatMap(\.references))
            guard !references.isEmpty else { return [] }
            return Set(
                (0..<tables.pinned.count).map { tables.pinned[$0] }.filter {
                    pin($0).references.contains(where: references.contains)
                })
        default: return []
        }
        return Set(
            (0..<tables.pinned.count).map { tables.pinned[$0] }.filter {
                (artifacts?.contains($0.artifact) ?? true) && (versions?.contains($0.version) ?? true)
            })
    }

    private func app(of number: Int) -> UInt32 {
        tables.series[Int(tables.deployments[number].series)].app
    }

    private func carriers(of id: ObjectID) throws -> [Int] {
        // Branches may have it in common.
        let own = (0..<tables.commits.count).filter { tables.commits[$0].id == id }.map(UInt32.init)
        return own.isEmpty ? try row(of: id).map { deployments(by: [$0]) } ?? [] : deployments(by: own)
    }

    /// The row of a commit of first-parent history, or of the one that merged it; nil where no place has it.
    ///
    /// - Parameter place: Only there, by its number.
    private func row(of id: ObjectID, in place: UInt16? = nil) throws -> UInt32? {
        func number(of id: ObjectID) -> UInt32? {
            (0..<tables.commits.count).first {
                tables.commits[$0].id == id && place ?? tables.commits[$0].place == tables.commits[$0].place
            }.map(UInt32.init)
        }
        if let commit = number(of: id) { return commit }
        let end = place.map { tables.places[Int($0)].tip }
        for tip in tips where end ?? tip.commit == tip.commit && tip.repository.contains(id) {
            let repository = tip.repository
            guard try repository.isAncestor(id, of: tip.commit) else { continue }
            let after = try repository.commits(in: [tip.commit], notIn: [id], firstParentOnly: true)
            // Newest first: all that contain it come before all that do not.
            var (low, high) = (0, after.count)
            while low < high {
                let middle = (low + high) / 2
                if try repository.isAncestor(id, of: after[middle]) {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            if low > 0, let commit = number(of: after[low - 1]) { return commit }
        }
        return nil
    }

    /// Whether a branch that environments are read from has a commit, by itself or by a merge.
    public func isOnBranch(_ id: ObjectID) throws -> Bool { try row(of: id) != nil }

    /// The deployment that was in force when its branch had just got a commit; nil where the app was not there yet, or
    /// the branch does not have the commit.
    ///
    /// - Parameter chain: The deployments of an app in an environment, newest first.
    public func deployment(in chain: [Int], after commit: ObjectID) throws -> Int? {
        guard let newest = chain.first else { return nil }
        let place = tables.commits[Int(tables.deployments[newest].commit)].place
        guard let row = try row(of: commit, in: place) else { return nil }
        return chain.first {
            let own = tables.deployments[$0].commit
            return own <= row && tables.commits[Int(own)].place == place
        }
    }
}
