public import YAML

/// A Kubernetes object as the manifests of an environment make it, patches applied; or values for a chart, whose
/// kind is `Values`.
public struct ManifestObject: Hashable, Sendable {
    public var kind: String
    public var namespace: String
    public var name: String
    /// The file that it is first written in.
    public var file: String
    public var content: Value

    public init(kind: String, namespace: String, name: String, file: String, content: Value) {
        (self.kind, self.namespace, self.name) = (kind, namespace, name)
        (self.file, self.content) = (file, content)
    }

    /// `Deployment/api`
    public var title: String { "\(kind)/\(name)" }

    public static let values = "Values"
}

extension Estate {
    /// The objects of a unit, as far as its files tell: what a chart's templates would make is not known, so its
    /// values stand for it.
    public func objects(of unit: Unit) throws -> [ManifestObject] {
        let checkout = try wholeCheckout(unit.place)
        guard unit.layers.isEmpty else {
            return try HelmChart.values(layers: unit.layers, in: checkout).map { values in
                ManifestObject(
                    kind: ManifestObject.values, namespace: "", name: unit.app ?? unit.environment,
                    file: unit.layers.last ?? unit.folder, content: values.value)
            }.map { [$0] } ?? []
        }
        let builder = SnapshotBuilder(checkout, configuration, units: try self.units)
        var reading = try builder.read(unit)
        try builder.follow(unit, &reading)
        var objects = reading.resources.map { resource in
            ManifestObject(
                kind: resource.kind, namespace: resource.current.namespace, name: resource.current.name,
                file: resource.file, content: resource.content.value)
        }
        let known = Set(objects.map(\.file))
        for path in unit.files where !known.contains(path) {
            guard let root = try checkout.file(at: path)?.yaml?.documents.first?.root, root.kind == .mapping,
                root["kind"] == nil, root["apiVersion"] == nil, !Kustomization.isKustomization(path)
            else { continue }
            let name =
                path.hasPrefix(unit.folder + "/") ? String(path.dropFirst(unit.folder.count + 1)) : path
            objects.append(
                ManifestObject(
                    kind: ManifestObject.values, namespace: "", name: name, file: path, content: root.value))
        }
        return objects
    }
}

extension HelmChart {
    /// The values that layers of files make together; nil where there are none.
    static func values(layers: [String], in checkout: Checkout) throws -> Composed? {
        var values: Composed?
        for path in layers where FilePath.name(of: path) != "Chart.yaml" {
            guard let root = try checkout.file(at: path)?.yaml?.documents.first?.root,
                root.resolved.kind == .mapping
            else { continue }
            let content = Composed.written(root, Origin(file: path))
            values = values.map { $0.merged(with: content, .none) ?? $0 } ?? content
        }
        return values
    }
}

extension Composed {
    /// What it reads as.
    var value: Value {
        switch self {
        case .written(let node, _): kind == .scalar ? node.value : container
        case .overriding(let value, _): value.value
        case .image(let image): .scalar(image.reference.description)
        case .mapping, .sequence: container
        }
    }

    private var container: Value {
        kind == .mapping
            ? .mapping(entries.map { Value.Entry($0.key, $0.value.value) }) : .sequence(items.map(\.value))
    }
}
