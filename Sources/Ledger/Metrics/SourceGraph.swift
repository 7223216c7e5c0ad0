internal import Git
internal import Manifests

/// The commits that versions are built from: by records of builds, and from clones of the apps' sources.
///
/// Metrics ask for the commits of every version that ever ran, so the graph is kept here, and no git is started.
final class SourceGraph {
    /// A commit, or a release of which a record lists the commits.
    private struct Node {
        var commits: [SourceChange]
        var parents: [ObjectID]
    }

    private let evidence: Evidence?
    /// By source commit, and that by the references of artifacts.
    private var released: [ObjectID: Node] = [:]
    private var heads: [String: ObjectID] = [:]
    private var known: [ObjectID: Node] = [:]

    init(_ evidence: Evidence?) {
        self.evidence = evidence
        for build in evidence?.builds.all ?? [] {
            guard let commit = build.commit.flatMap({ ObjectID(hex: $0) }) else { continue }
            for reference in build.references { heads[reference] = commit }
            released[commit] = Node(
                commits: build.commitList.compactMap(SourceChange.init),
                parents: [build.previous.flatMap { ObjectID(hex: $0) }].compactMap { $0 })
        }
    }

    /// Whether nothing has to be asked: there is neither a record nor a source.
    var isEmpty: Bool { heads.isEmpty && evidence?.appsWithSource.isEmpty ?? true }

    /// The commit that a version was built from; nil where nothing says it.
    func head(of pin: Pinned, app: String) -> ObjectID? {
        if let head = pin.references.lazy.compactMap({ self.heads[$0] }).first { return head }
        return (try? evidence?.source(of: app)?.commit(of: Version(pin.version))) ?? nil
    }

    /// The newest commit of an app's source; nil where there is no clone of it.
    func tip(of app: String) -> ObjectID? {
        (try? evidence?.source(of: app)?.history.repository.resolve("HEAD")) ?? nil
    }

    /// What is known of a commit; nil where nothing is.
    private func node(_ id: ObjectID, app: String) -> Node? {
        if let node = known[id] { return node }
        var node = released[id]
        if let repository = evidence?.source(of: app)?.history.repository, repository.contains(id),
            let commit = try? repository.commit(id)
        {
            // What merges bring are the commits that they merge.
            node = Node(
                commits: commit.parents.count > 1 ? [] : [SourceChange(commit)], parents: commit.parents)
        }
        known[id] = node
        return node
    }

    /// The commits that a version contains and that were not seen before, and marks them as seen.
    func commits(in head: ObjectID, app: String, seen: inout Set<ObjectID>) -> [SourceChange] {
        var found: [SourceChange] = []
        var next = [head]
        while let id = next.popLast() {
            guard seen.insert(id).inserted, let node = node(id, app: app) else { continue }
            found += node.commits
            next += node.parents
        }
        return found
    }
}

extension [SourceChange] {
    /// Without what took itself back on the way: commits that were reverted before they arrived, and their reverts.
    /// A revert of a revert brings back what it names.
    func withoutReverted() -> [SourceChange] {
        var left = self.sorted { ($0.time, $0.id) > ($1.time, $1.id) }
        var index = 0
        while index < left.count {
            if let reverted = left[index].reverted,
                let other = left.firstIndex(where: { $0.id == reverted }), other != index
            {
                left.remove(at: Swift.max(index, other))
                left.remove(at: Swift.min(index, other))
                index = Swift.min(index, other)
            } else {
                index += 1
            }
        }
        return left.reversed()
    }
}
