internal import Git
internal import Ledger
internal import Manifests
internal import System
internal import YAML

/// What moves along with a version: files, folders and paths of `promote:` in gx.yaml, and `--with`; or, in a
/// rollback, the same as they were. What gx.yaml protects stays as the target has it, also within a file that moves.
struct ConfigurationMove {
    private let rules: Configuration.Promote
    private let estate: Estate
    /// What the source of a promotion is read from.
    private let origin: Estate
    private let files: [String]
    /// What the target keeps of a file that moves.
    private let own: [Path]
    private let versionOnly: Bool
    /// Where configuration comes from, if that is not another environment of today.
    private let past: Past?

    /// How files were.
    struct Past {
        var files: Checkout
        /// What it is called: a commit.
        var name: String
        /// Whether an app may change: what is part of others, too, stays.
        var includes: (AppSnapshot) -> Bool
        /// Whether a file is meant.
        var isMeant: (String) throws -> Bool = { _ in true }
    }

    init(promoting request: PromotionRequest, in estate: Estate, from origin: Estate? = nil) {
        self.estate = estate
        self.origin = origin ?? estate
        rules = estate.configuration.promote
        versionOnly = request.versionOnly
        files = (versionOnly ? [] : rules.files) + request.files
        own = rules.ownPaths
        past = nil
    }

    init(restoring past: Past, in estate: Estate) {
        self.estate = estate
        origin = estate
        rules = estate.configuration.promote
        versionOnly = false
        files = rules.files
        own = rules.protectedPaths
        self.past = past
    }

    func move(from source: AppSnapshot, to target: AppSnapshot, _ builder: inout PlanBuilder) throws {
        let from = try past?.files ?? origin.checkout(source.unit.place)
        let to = try estate.checkout(target.unit.place)
        for name in files {
            try moveFile(name, source: source, from: from, target: target, to: to, builder: &builder)
        }
        guard !versionOnly else { return }
        for name in rules.trees {
            try moveTree(name, source: source, from: from, target: target, to: to, builder: &builder)
        }
        if !rules.paths.isEmpty {
            try movePaths(source, from: from, target: target, to: to, builder: &builder)
        }
    }

    /// Gives an app its configuration as it was: what `promote:` names, or where that names nothing all files of its
    /// own.
    func restore(_ app: AppSnapshot, as then: AppSnapshot, _ builder: inout PlanBuilder) throws {
        guard let from = past?.files else { return }
        let isNamed = !(files.isEmpty && rules.trees.isEmpty && rules.paths.isEmpty)
        if isNamed { return try move(from: then, to: app, &builder) }
        let to = try estate.checkout(app.unit.place)
        let own = then.files.filter(then.unit.owns) + app.files.filter(app.unit.owns)
        for file in unique(own) where from.id(of: file) != to.id(of: file) {
            let described = "\(file) \(label(app))"
            if from.contains(file) {
                try copy(
                    file, from: from, destination: file, to: to, target: app, described: described,
                    builder: &builder)
            } else {
                try remove(file, of: app, described: "\(file), which goes", &builder)
            }
        }
    }

    /// Whether a file may be changed for the target's sake; where it may not, that is said.
    private func isFree(_ file: String, for target: AppSnapshot, _ builder: inout PlanBuilder) throws -> Bool
    {
        if try target.isProtected(file, by: rules) || past?.isMeant(file) == false { return false }
        guard let past, try !estate.users(of: file, at: target.unit.place).allSatisfy(past.includes) else {
            return true
        }
        builder.warn("\(file) is not \(target.app)'s alone: only versions in it go back")
        return false
    }

    /// `as in staging`, `as of 1a2b3c4d5`.
    private func label(_ source: AppSnapshot) -> String {
        past.map { "as of \($0.name)" } ?? "as in \(source.environment)"
    }

    /// Whether something that moves is not where it moves to already.
    private func isElsewhere(_ origin: String, _ destination: String) -> Bool {
        past != nil || origin != destination
    }

    private func moveFile(
        _ name: String, source: AppSnapshot, from: Checkout, target: AppSnapshot, to: Checkout,
        builder: inout PlanBuilder
    ) throws {
        guard let origin = source.file(named: name), let destination = target.file(named: name),
            isElsewhere(origin, destination)
        else { return }
        guard from.contains(origin) else {
            if past != nil {
                try remove(destination, of: target, described: "\(name), which goes", &builder)
            } else if !rules.files.contains(name) {
                // Named on the command line it has to be there; a rule is for every app that has the file.
                builder.refuse(
                    Refusal(
                        code: .noSource, environment: target.environment, app: target.app,
                        message: "\(source.environment) has no \(origin)",
                        hint: "--with takes a path relative to the environment's folder"))
            }
            return
        }
        try copy(
            origin, from: from, destination: destination, to: to, target: target,
            described: "\(name) \(label(source))", builder: &builder)
    }

    private func moveTree(
        _ name: String, source: AppSnapshot, from: Checkout, target: AppSnapshot, to: Checkout,
        builder: inout PlanBuilder
    ) throws {
        guard let origin = source.file(named: name), let destination = target.file(named: name),
            isElsewhere(origin, destination), past != nil || from.isFolder(origin)
        else { return }
        let described = "\(name)/ \(label(source))"
        var kept: Set<String> = []
        for file in from.paths(under: origin) {
            let counterpart = destination + file.dropFirst(origin.count)
            kept.insert(counterpart)
            try copy(
                file, from: from, destination: counterpart, to: to, target: target, described: described,
                builder: &builder)
        }
        for file in to.paths(under: destination) where !kept.contains(file) {
            try remove(file, of: target, described: described, &builder)
        }
    }

    private func remove(
        _ file: String, of target: AppSnapshot, described: String, _ builder: inout PlanBuilder
    ) throws {
        guard try estate.checkout(target.unit.place).contains(file), try isFree(file, for: target, &builder)
        else { return }
        try builder.configure(target.unit.place, for: target.environment, description: described) {
            $0.replace(file, by: nil, mode: .file)
        }
    }

    private func copy(
        _ origin: String, from: Checkout, destination: String, to: Checkout, target: AppSnapshot,
        described: String, builder: inout PlanBuilder
    ) throws {
        guard let theirs = try from.bytes(of: origin), let mode = from.mode(of: origin) else { return }
        let ours = try to.bytes(of: destination)
        let content = try own.kept(in: theirs, asIn: ours, file: destination)
        guard content != ours || to.mode(of: destination) != mode,
            try isFree(destination, for: target, &builder)
        else { return }
        let kept = content == theirs ? "" : ", but for what is \(target.environment)'s own"
        try builder.configure(target.unit.place, for: target.environment, description: described + kept) {
            $0.replace(destination, by: content, mode: mode)
        }
    }

    /// Values at the paths of `promote.paths`, file by file.
    private func movePaths(
        _ source: AppSnapshot, from: Checkout, target: AppSnapshot, to: Checkout,
        builder: inout PlanBuilder
    ) throws {
        for origin in source.unit.files {
            guard let destination = source.unit.path(of: origin, in: target.unit),
                isElsewhere(origin, destination), to.contains(destination),
                let theirs = try from.file(at: origin)?.yaml, let ours = try to.file(at: destination)?.yaml
            else { continue }
            for path in rules.paths {
                for document in theirs.documents where ours.documents.indices.contains(document.index) {
                    let edits = edits(path, from: document, to: ours.documents[document.index])
                    guard !edits.isEmpty, try isFree(destination, for: target, &builder) else { continue }
                    try builder.configure(
                        target.unit.place, for: target.environment, description: "\(path) \(label(source))"
                    ) { files in
                        for edit in edits { files.edit(destination, edit) }
                    }
                }
            }
        }
    }

    /// What gives the values at a path in one document to another one.
    private func edits(_ path: Path, from theirs: Document, to ours: Document) -> [Edit] {
        var edits: [Edit] = []
        for node in path.matches(in: theirs) {
            let place = counterpart(of: node, path, in: ours)
            if let place, place.value == node.value { continue }
            edits.append(
                place.map { .replace(document: ours.index, path: $0.path, with: node.value) }
                    ?? .insert(document: ours.index, path: addable(node, in: ours), value: node.value))
        }
        guard past != nil else { return edits }
        // What came since goes: last, and from the end, so that the other places stay where they are.
        let added = path.matches(in: ours).filter { counterpart(of: $0, path, in: theirs) == nil }
        return edits + added.reversed().map { .remove(document: ours.index, path: $0.path) }
    }

    /// The node of the target that a rule's match in the source stands for: an item of a list by its name,
    /// anything else by its place.
    private func counterpart(of node: Node, _ path: Path, in document: Document) -> Node? {
        let matches = path.matches(in: document)
        if let name = node["name"]?.string {
            return matches.first {
                $0["name"]?.string == name && $0.path.steps.count == node.path.steps.count
            }
        }
        return matches.first { $0.path == node.path }
    }

    /// Where a missing node goes: a new item behind the last one, a key at its own place.
    private func addable(_ node: Node, in document: Document) -> Path {
        var path = node.path
        if case .index? = path.steps.last, let parent = node.parent {
            let count = parent.path.matches(in: document).first?.items.count ?? 0
            path.steps[path.steps.count - 1] = .index(count)
        }
        return path
    }
}
