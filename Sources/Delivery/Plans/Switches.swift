internal import Git
internal import Ledger
internal import Manifests
internal import YAML

/// What keeps bots from undoing a rollback: the markers by which Flux writes newer versions, and the switches of
/// `rollback.pause:` in gx.yaml.
struct Switches {
    private let estate: Estate
    private let scope: PlanScope

    init(_ estate: Estate, _ scope: PlanScope) {
        (self.estate, self.scope) = (estate, scope)
    }

    // MARK: Off

    /// - Parameter artifacts: Those that go back: Flux may go on with the others.
    func turnOff(for app: AppSnapshot, _ artifacts: Set<Artifact>, _ builder: inout PlanBuilder) throws {
        let pins = app.slots.filter { artifacts.contains($0.artifact) }.flatMap(\.pins)
        try turnMarkers(of: pins, for: app, ImagePolicyMarker.held, words: "Flux leaves", builder: &builder)
        for pause in estate.configuration.pauses {
            let nodes = try nodes(at: pause.path, of: app)
            // Not every app has it; but one that none has is not what somebody relies on.
            if nodes.isEmpty {
                let others = try estate.apps(in: app.environment)
                guard try others.contains(where: { try !self.nodes(at: pause.path, of: $0).isEmpty }) else {
                    throw DeliveryError.noSwitch(path: "\(pause.path)", environment: app.environment)
                }
            }
            for (file, node, document) in nodes where node.value != pause.value {
                try replace(node, by: pause.value, in: file, document: document, for: app, builder: &builder)
            }
        }
    }

    // MARK: On

    /// - Parameter commits: Those that turned switches off, oldest first: what stood there before them comes back.
    func turnOn(for app: AppSnapshot, heldBy commits: [ObjectID], _ builder: inout PlanBuilder) throws {
        try turnMarkers(
            of: app.slots.flatMap(\.pins), for: app, ImagePolicyMarker.released, words: "Flux goes on with",
            builder: &builder
        )
        let repository = try estate.tip(of: app.unit.place).repository
        for pause in estate.configuration.pauses {
            for (file, node, document) in try nodes(at: pause.path, of: app) where node.value == pause.value {
                var before: Value?
                for id in commits where before == nil {
                    let commit = try repository.commit(id)
                    guard let parent = try commit.parents.first.map({ try repository.commit($0) }),
                        try value(at: node.path, document, file: file, app: app, commit: commit)
                            == pause.value
                    else { continue }
                    before = try value(at: node.path, document, file: file, app: app, commit: parent)
                    if before == pause.value { before = nil }
                }
                guard let before else { continue }
                try replace(node, by: before, in: file, document: document, for: app, builder: &builder)
            }
        }
    }

    private func value(
        at path: Path, _ document: Int, file: String, app: AppSnapshot, commit: Commit
    ) throws -> Value? {
        let files = try estate.checkout(app.unit.place, tree: commit.tree)
        guard let yaml = try files.file(at: file)?.yaml, yaml.documents.indices.contains(document) else {
            return nil
        }
        return path.matches(in: yaml.documents[document]).first?.value
    }

    // MARK: Both

    private func turnMarkers(
        of pins: [Pin], for app: AppSnapshot, _ turn: (String) -> String?, words: String,
        builder: inout PlanBuilder
    ) throws {
        for pin in pins where pin.inner == nil {
            guard let yaml = try estate.checkout(app.unit.place).file(at: pin.file)?.yaml,
                let comment = pin.path.matches(in: yaml.documents[pin.document]).first?.comment,
                let other = turn(comment),
                // Where others read the line, it is not theirs to hold.
                try estate.affected(by: pin, at: app.unit.place).allSatisfy(scope.includes)
            else { continue }
            try builder.turn(
                app.unit.place, for: app.environment,
                description: "\(words) \(pin.path) in \(pin.file) alone: \(other)"
            ) {
                $0.edit(pin.file, .comment(document: pin.document, path: pin.path, from: comment, to: other))
            }
            if let remark = try PinRemark.owner(of: pin, in: estate.checkout(app.unit.place)) {
                builder.settle(remark)
            }
        }
    }

    private func replace(
        _ node: Node, by value: Value, in file: String, document: Int, for app: AppSnapshot,
        builder: inout PlanBuilder
    ) throws {
        guard try estate.users(of: file, at: app.unit.place).allSatisfy(scope.includes) else {
            builder.warn("\(file) is not \(app.app)'s alone: \(node.path) stays as it is")
            return
        }
        try builder.turn(
            app.unit.place, for: app.environment, description: "\(node.path) in \(file) becomes \(value.text)"
        ) {
            $0.edit(file, .replace(document: document, path: node.path, with: value))
        }
    }

    /// What a path leads to in the app's own files.
    private func nodes(at path: Path, of app: AppSnapshot) throws -> [(
        file: String, node: Node, document: Int
    )] {
        let files = try estate.checkout(app.unit.place)
        return try app.files.filter(app.unit.owns).flatMap { file in
            guard let yaml = try files.file(at: file)?.yaml else {
                return [(file: String, node: Node, document: Int)]()
            }
            return yaml.documents.flatMap { document in
                path.matches(in: document).map { (file, $0, document.index) }
            }
        }
    }
}

extension Value {
    /// As it stands in the file.
    fileprivate var text: String {
        switch self {
        case .scalar(let text), .literal(let text): text
        default: "\(self)"
        }
    }
}

/// The comment by which Flux's image automation knows what to write where: `# {"$imagepolicy": "flux-system:api"}`.
/// It is taken for one only where all of it is JSON, so a word in front keeps Flux away; gx reads both.
enum ImagePolicyMarker {
    private static let mark = "held by gx: "

    /// The comment while a hold lasts; nil where it is no marker, or held already.
    static func held(_ comment: String) -> String? {
        let (head, rest) = parts(of: comment)
        guard rest.hasPrefix("{"), rest.contains("\"$imagepolicy\"") else { return nil }
        return head + mark + rest
    }

    /// The comment afterwards; nil where it is not held.
    static func released(_ comment: String) -> String? {
        let (head, rest) = parts(of: comment)
        return rest.hasPrefix(mark) ? head + rest.dropFirst(mark.count) : nil
    }

    private static func parts(of comment: String) -> (head: String, rest: Substring) {
        let head = comment.prefix { $0 == "#" || $0 == " " || $0 == "\t" }
        return (String(head), comment[head.endIndex...])
    }
}
