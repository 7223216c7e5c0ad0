import Delivery
import Git
import Ledger
import Manifests
import System

/// The sample repository: `remote.git`, where its history is told, and its clone `manifests`.
struct DemoRepository {
    private let remote: Repository
    private let now: Timestamp
    private let cache = FileCache()
    private var tip: Commit?
    /// The last promotion of an app to an environment or group, as in `prod/api`.
    private var promotions: [String: Commit] = [:]

    /// Makes both in a folder, which is made where it is missing.
    static func create(in folder: String, now: Timestamp) throws {
        let remote = try Repository.create(at: "\(folder)/remote.git", bare: true, branch: "main")
        var sample = DemoRepository(remote: remote, now: now)
        for event in DemoHistory.events { try sample.tell(event) }
        // On a new machine git knows nobody, and whoever tries gx promotes something.
        let isKnown = try remote.setting("user.email") != nil
        let clone = try Repository.clone(
            "\(folder)/remote.git", to: "\(folder)/manifests",
            settings: isKnown ? [:] : ["user.name": "You", "user.email": "you@shop.example.com"])
        _ = try clone.addNotesRefspec(under: "refs/notes/gx/", to: "origin")
    }

    private init(remote: Repository, now: Timestamp) {
        self.remote = remote
        self.now = now
    }

    private mutating func tell(_ event: DemoHistory.Event) throws {
        switch event.act {
        case .start:
            try advance(
                to: write(
                    tree(DemoFiles().texts.map(put)), message: "Start with what runs today", event: event))
        case .release(let app, let version, let subject):
            let step = try plan(app, to: "dev", Version(tag: version))
            var message = CommitMessage(step)
            message.subject = "\(app) \(version): \(subject)"
            try advance(to: write(step.writeTree(in: remote), message: message.text, event: event))
        case .promote(let app, let environment, let number):
            let commit = try promote(app, to: environment, number: number, event: event)
            try advance(to: commit)
            promotions["\(environment)/\(app)"] = commit
        case .propose(let app, let environment):
            let commit = try promote(app, to: environment, number: nil, event: event)
            let branch = "refs/heads/gx/promote/\(environment)/\(app)"
            try remote.update(branch, to: commit.id, expecting: nil, log: "demo")
        case .revert(let app, let environment, let reason):
            try advance(to: revert("\(environment)/\(app)", reason: reason, event: event))
        case .edit(let files, let old, let new, let subject):
            let edits = try files.map { try put($0, text(of: $0).replacing(old, with: new)) }
            try advance(to: write(tree(edits), message: subject, event: event))
        }
    }

    /// What `gx promote` plans at this moment of the story.
    private func plan(_ app: String, to environment: String, _ version: Version? = nil) throws -> Step {
        var request = PromotionRequest(to: environment)
        request.apps = [app]
        if let version { request.given = [.init(.image, name: app, version: version)] }
        let configuration = try Configuration(parsing: Array(text(of: "gx.yaml").utf8))
        let estate = try Estate(configuration, resolver: KnownPlaces(remote), cache: cache)
        let plan = try Promotion.plan(request, in: estate).withContents(in: estate) {
            try Ledger(configuration, resolver: KnownPlaces(remote), in: remote, index: false)
        }
        guard let step = plan.steps.first, plan.refusals.isEmpty else {
            throw Failure("the sample cannot promote \(app) to \(environment)")
        }
        return step
    }

    private func promote(
        _ app: String, to environment: String, number: Int?, event: DemoHistory.Event
    ) throws -> Commit {
        let step = try plan(app, to: environment)
        var message = CommitMessage(step)
        if let number { message.subject += " (#\(number))" }
        return try write(
            step.writeTree(in: remote), message: message.text, event: event,
            committer: number == nil ? event.person : .host)
    }

    /// As `git revert` does it.
    private func revert(_ promotion: String, reason: String, event: DemoHistory.Event) throws -> Commit {
        guard let commit = promotions[promotion], let parent = commit.parents.first else {
            throw Failure("the sample has no promotion \(promotion)")
        }
        let changes = try remote.changes(from: commit.tree, to: remote.commit(parent).tree)
        let edits = changes.map { change -> TreeEdit in
            guard let new = change.new else { return .remove(path: change.path) }
            return .put(path: change.path, mode: new.mode, id: new.id)
        }
        let message = "Revert \"\(commit.subject)\"\n\nThis reverts commit \(commit.id).\n\n\(reason)\n"
        return try write(tree(edits), message: message, event: event)
    }

    // MARK: Objects

    private func put(_ path: String, _ text: String) throws -> TreeEdit {
        .put(path: path, id: try remote.write(blob: Array(text.utf8)))
    }

    private func text(of path: String) throws -> String {
        guard let tip, let entry = try remote.entry(at: path, inTree: tip.tree) else {
            throw Failure("the sample has no \(path)")
        }
        return String(decoding: try remote.blob(entry.id), as: UTF8.self)
    }

    private func tree(_ edits: [TreeEdit]) throws -> ObjectID {
        try remote.tree(editing: tip?.tree, edits)
    }

    private func write(
        _ tree: ObjectID, message: String, event: DemoHistory.Event,
        committer: DemoHistory.Person? = nil
    ) throws -> Commit {
        let time = event.time(before: now)
        let id = try remote.writeCommit(
            tree: tree, parents: [tip?.id].compactMap(\.self), message: message,
            author: event.person.signature(at: time),
            committer: (committer ?? event.person).signature(at: time))
        return try remote.commit(id)
    }

    private mutating func advance(to commit: Commit) throws {
        try remote.update("refs/heads/main", to: commit.id, expecting: tip?.id, log: "demo")
        tip = commit
    }
}
