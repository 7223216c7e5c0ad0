internal import YAML

/// Where YAML stands: a document of a file, or text within one of its scalars.
struct Origin: Hashable, Sendable {
    var file: String
    var document = 0
    /// The scalar that holds the YAML: an inline patch, Argo CD's `helm.values`.
    var holder: Node?
    /// False for text that no pin can lead to, such as the second document of an inline patch.
    var isAddressable = true
}

/// A value as several files make it together: a base with its patches, Helm values in layers. Every scalar
/// knows where it is written, and what it took the place of.
enum Composed: Sendable {
    /// As it stands in a file.
    case written(Node, Origin)
    case mapping([Entry])
    case sequence([Composed])
    /// A container's image whose name and version are written at several places.
    case image(ComposedImage)
    /// A scalar in the place of another.
    indirect case overriding(Composed, hidden: Composed)

    typealias Entry = (key: String, value: Composed)

    enum Kind { case scalar, mapping, sequence }

    var kind: Kind {
        switch self {
        case .written(let node, _):
            switch node.resolved.kind {
            case .mapping: .mapping
            case .sequence: .sequence
            case .scalar, .alias: .scalar
            }
        case .mapping: .mapping
        case .sequence: .sequence
        case .image, .overriding: .scalar
        }
    }

    /// The scalar's text; nil for a collection.
    var string: String? {
        switch self {
        case .written(let node, _): node.string
        case .overriding(let value, _): value.string
        case .image(let image): image.reference.description
        case .mapping, .sequence: nil
        }
    }

    var isNull: Bool {
        switch self {
        case .written(let node, _): node.scalar?.type == .null
        case .overriding(let value, _): value.isNull
        case .image, .mapping, .sequence: false
        }
    }

    subscript(key: String) -> Composed? {
        switch self {
        case .written(let node, let origin): node[key].map { .written($0, origin) }
        case .mapping(let entries): entries.first { $0.key == key }?.value
        case .sequence, .image, .overriding: nil
        }
    }

    /// False only if no mapping in it has a key that ends so.
    func mayHold(keyEndingIn endings: [String]) -> Bool {
        switch self {
        case .written(let node, _): node.mayHold(keyEndingIn: endings)
        case .mapping, .sequence: true
        case .image, .overriding: false
        }
    }

    /// A mapping's entries, with what `<<` merges in behind its own.
    var entries: [Entry] {
        switch self {
        case .written(let node, let origin):
            node.mergedEntries.map { ($0.key, .written($0.value, origin)) }
        case .mapping(let entries): entries
        case .sequence, .image, .overriding: []
        }
    }

    var items: [Composed] {
        switch self {
        case .written(let node, let origin): node.items.map { .written($0, origin) }
        case .sequence(let items): items
        case .mapping, .image, .overriding: []
        }
    }

    /// The node that the value is, and where it stands; nil for what several make together.
    var written: (node: Node, origin: Origin)? {
        switch self {
        case .written(let node, let origin): (node, origin)
        case .overriding(let value, _): value.written
        case .image, .mapping, .sequence: nil
        }
    }

    /// The file that the value, or the first part of it, is written in.
    var file: String? {
        switch self {
        case .written(_, let origin): origin.file
        case .overriding(let value, _): value.file
        case .mapping(let entries): entries.lazy.compactMap(\.value.file).first
        case .sequence(let items): items.lazy.compactMap(\.file).first
        case .image(let image): image.pins.first?.file
        }
    }

    /// This scalar, remembering the one that it takes the place of.
    func hiding(_ old: Composed?) -> Composed {
        guard let old, kind == .scalar, old.kind == .scalar else { return self }
        return .overriding(self, hidden: old)
    }

    /// The pin that this scalar is, and those that it hides, nearest first.
    func pins(of artifact: Artifact, _ form: Pin.Form) -> (pin: Pin?, hidden: [Pin]) {
        switch self {
        case .written(let node, let origin):
            return (Pin(node, origin: origin, artifact: artifact, form: form), [])
        case .overriding(let value, let old):
            let (pin, hidden) = value.pins(of: artifact, form)
            let below = old.pins(of: artifact, form)
            return (pin, hidden + (below.pin.map { [$0] } ?? []) + below.hidden)
        case .image, .mapping, .sequence: return (nil, [])
        }
    }
}

/// The same nodes of the same files, put together in the same way.
extension Composed: Equatable {
    static func == (a: Composed, b: Composed) -> Bool {
        switch (a, b) {
        case (.written(let a, let origin), .written(let b, let other)): a == b && origin == other
        case (.mapping(let a), .mapping(let b)): a.elementsEqual(b, by: ==)
        case (.sequence(let a), .sequence(let b)): a == b
        case (.image(let a), .image(let b)): a == b
        case (.overriding(let a, let hidden), .overriding(let b, let other)): a == b && hidden == other
        default: false
        }
    }
}

extension Pin {
    /// Nil where the scalar has no text, or no path leads to it.
    init?(_ node: Node, origin: Origin, artifact: Artifact, form: Form) {
        guard origin.isAddressable, let text = node.string, !text.isEmpty, node.scalar?.type != .null else {
            return nil
        }
        self.init(
            file: origin.file, node: origin.holder ?? node, document: origin.document, artifact: artifact,
            form: form)
        if origin.holder != nil {
            inner = node.path
            anchor = node.kind == .alias ? node.resolved.path : nil
            self.text = text
        }
    }
}

/// A container's image: its name now, and the pins that say its version.
struct ComposedImage: Equatable, Sendable {
    var name: String
    var pins: [Pin]
    /// Pins that those in force hide, nearest first.
    var hidden: [Pin]

    var reference: ImageReference { ImageReference(name: name, version: Version(of: pins)) }

    /// Nil where the scalar is no image, or a substitution.
    init?(_ value: Composed) {
        switch value {
        case .image(let image):
            self = image
        case .overriding(let value, let old):
            guard let image = ComposedImage(value) else { return nil }
            self = image
            if let below = ComposedImage(old) { hidden += below.pins + below.hidden }
        case .written(let node, let origin):
            guard let image = node.string.flatMap(ImageReference.init) else { return nil }
            name = image.name
            pins = [Pin(node, origin: origin, artifact: Artifact(.image, name), form: .reference(prefix: ""))]
                .compactMap { $0 }
            hidden = []
        case .mapping, .sequence:
            return nil
        }
    }

    init(named name: String, _ pins: [Pin]) { (self.name, self.pins, hidden) = (name, pins, []) }

    /// Puts other pins in force; those that were are remembered as hidden.
    mutating func repin(_ pins: [Pin]) {
        hidden = self.pins + hidden
        self.pins = pins
    }
}

extension Node {
    /// A mapping's entries, with what `<<` merges in behind its own.
    fileprivate var mergedEntries: [(key: String, value: Node)] {
        var entries: [(key: String, value: Node)] = []
        var merges: [Node] = []
        for (key, value) in self.entries {
            guard let name = key.string else { continue }
            if name == "<<", key.scalar?.style == .plain {
                merges += value.resolved.kind == .sequence ? value.items : [value]
            } else {
                entries.append((name, value))
            }
        }
        for entry in merges.flatMap(\.mergedEntries) where !entries.contains(where: { $0.key == entry.key }) {
            entries.append(entry)
        }
        return entries
    }
}
