internal import Git
internal import Manifests
internal import System
internal import YAML

/// What a change does to the files of one repository: a plain value, before anything is written.
public struct FleetPlan: Sendable {
    public var files: [FileChange] = []
    /// What should perhaps have changed, and was left alone, and why.
    public var notes: [String] = []
}

/// Works out what a change does to the files at a commit. Edits are byte-exact and proven, as those of a promotion.
struct FleetEdits {
    private let tip: Tip
    private let checkout: Checkout
    /// The environments and apps there, read where a change asks for images.
    private let estate: () throws -> Estate
    private var notes: [String] = []

    init(_ tip: Tip, estate: @escaping () throws -> Estate) throws {
        self.tip = tip
        self.estate = estate
        checkout = try Checkout(
            tip.repository, tree: tip.repository.commit(tip.commit).tree, cache: FileCache())
    }

    mutating func plan(_ actions: [FleetChange.Action], named name: String) throws -> FleetPlan {
        var edits = FileEdits(checkout)
        for action in actions {
            switch action {
            case .set(let files, let path, let value): try set(files, path: path, value: value, edits: &edits)
            case .label(let key, let value): try label(key, value: value, edits: &edits)
            case .image(let given): try rewrite(given, &edits)
            // It stands alone.
            case .command(let words): return FleetPlan(files: try changed(by: words, named: name))
            }
        }
        return FleetPlan(files: try changes(edits), notes: notes)
    }

    private func changes(_ edits: FileEdits) throws -> [FileChange] {
        do { return try edits.changes(protecting: []) } catch let error as FileEditError {
            throw DeliveryError.badChange("\(error.file): \(error.cause)")
        }
    }

    // MARK: --set

    private mutating func set(
        _ files: Pattern, path: Path, value: String, edits: inout FileEdits
    ) throws {
        for file in checkout.paths where files.match(file) != nil {
            guard checkout.mode(of: file) != .symbolicLink else { continue }
            guard let yaml = try checkout.file(at: file)?.yaml else {
                notes.append("\(file): it can't be read as YAML")
                continue
            }
            var isThere = false
            for document in yaml.documents {
                for node in path.matches(in: document) {
                    isThere = true
                    let new = Self.value(value, inPlaceOf: node)
                    guard node.value != new, path.endsInQuery || node.kind != .alias else { continue }
                    edits.edit(
                        file, .replace(document: document.index, path: Self.path(path, to: node), with: new))
                }
            }
            guard !isThere else { continue }
            if yaml.documents.count == 1, path.isOnePlace {
                edits.edit(file, .insert(path: path, value: Self.value(value, inPlaceOf: nil)))
            } else {
                notes.append("\(file): \(path) leads nowhere")
            }
        }
    }

    /// Text stays text, whatever it looks like; else a value is what YAML takes it for.
    private static func value(_ text: String, inPlaceOf node: Node?) -> Value {
        if node?.scalar?.type == .string { return .scalar(text) }
        guard let read = (try? YAMLFile(parsing: Array(text.utf8)))?.documents.first?.root,
            read.kind == .scalar
        else { return .scalar(text) }
        return read.value
    }

    private static func path(_ path: Path, to node: Node) -> Path {
        guard case .query? = path.steps.last, let last = path.steps.last else { return node.path }
        return Path(steps: node.path.steps + [last])
    }

    // MARK: --label

    /// What every kind of workload has: `containers`, `initContainers`.
    private static let containers = ByteSearch("ontainers")

    private mutating func label(_ key: String, value: String, edits: inout FileEdits) throws {
        let patches = try checkout.patchFiles()
        let path = Path(steps: [.key("metadata"), .key("labels"), .key(key)])
        for file in checkout.paths where file.isYAML && !patches.contains(file) {
            guard checkout.mode(of: file) != .symbolicLink, let bytes = try checkout.bytes(of: file),
                Self.containers.isIn(bytes)
            else { continue }
            guard let yaml = try checkout.file(at: file)?.yaml, !yaml.isTemplate else {
                notes.append("\(file): it is a template, or can't be read as YAML")
                continue
            }
            for document in yaml.documents {
                guard let root = document.root, root["apiVersion"]?.string != nil,
                    root["kind"]?.string != nil, root.mayHold(keyEndingIn: ["ontainers"]),
                    root["metadata"]?["labels"]?[key]?.string != value
                else { continue }
                if root["metadata"]?["labels"]?[key] != nil {
                    edits.edit(file, .replace(document: document.index, path: path, with: .scalar(value)))
                } else {
                    edits.edit(file, .insert(document: document.index, path: path, value: .scalar(value)))
                }
            }
        }
    }

    // MARK: --image

    private mutating func rewrite(_ given: PromotionRequest.Given, _ edits: inout FileEdits) throws {
        let estate = try estate()
        for unit in try estate.units {
            // What stands on other branches, or elsewhere, has a tip of its own.
            guard try estate.tip(of: unit.place).commit == tip.commit else { continue }
            for app in try estate.apps(of: unit) {
                for slot in app.slots where given.names(slot.artifact) {
                    guard given.isFrom(slot.artifact) else {
                        notes.append(
                            "\(app.environment)/\(app.app): \(slot.artifact.name) is of another repository")
                        continue
                    }
                    for pin in slot.pins where pin.version != given.version {
                        guard let text = pin.text(for: given.version) else {
                            notes.append("\(pin.file): \(pin.path) has no room for \(given.version)")
                            continue
                        }
                        if text != pin.text, !edits.rewrite(pin, to: text) {
                            notes.append("\(pin.file): \(pin.path) would become two things")
                        }
                    }
                }
            }
        }
    }

    // MARK: -- COMMAND

    private func changed(by words: [String], named name: String) throws -> [FileChange] {
        guard let program = words.first else { return [] }
        let scratch = try tip.repository.scratchTree(of: tip.commit)
        var environment = ProcessEnvironment().withoutTokens.withoutRepository
        environment = environment.setting(["GX_REPOSITORY": name])
        let output = try Subprocess(
            program, Array(words.dropFirst()), purpose: "change the files of \(name)",
            environment: environment,
            directory: scratch.files
        ).run()
        guard output.status == 0 else {
            let said = (output.message + "\n" + output.text).split(whereSeparator: \.isNewline).last
            throw DeliveryError.badChange(
                "\(program) ended with \(output.status)" + (said.map { ": \($0)" } ?? ""))
        }
        return try scratch.changes().compactMap { path, mode, bytes in
            let old = try checkout.bytes(of: path)
            // A program may have written what was there.
            if old == bytes, bytes == nil || mode == checkout.mode(of: path) { return nil }
            return FileChange(path: path, mode: mode, old: old, new: bytes)
        }
    }
}

extension Path {
    /// Whether it leads to one place at most.
    fileprivate var isOnePlace: Bool {
        steps.allSatisfy { step in
            switch step {
            case .any, .anyItem, .deep, .query: false
            default: true
            }
        }
    }

    fileprivate var endsInQuery: Bool { if case .query? = steps.last { true } else { false } }
}

extension String {
    fileprivate var isYAML: Bool { hasSuffix(".yaml") || hasSuffix(".yml") || hasSuffix(".json") }
}
