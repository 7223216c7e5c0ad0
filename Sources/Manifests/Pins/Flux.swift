internal import YAML

/// Flux: HelmRelease, OCIRepository, GitRepository, HelmChart, Kustomization, and the markers of its
/// image automation.
enum Flux {
    static func read(_ resource: Resource, into reading: inout Reading) {
        let spec = resource.root["spec"]
        switch resource.kind {
        case "HelmRelease":
            let chart = spec?["chart"]?["spec"]
            if let name = chart?["chart"]?.string {
                let source = chart?["sourceRef"]?["name"]?.string.map { $0 + "/" } ?? ""
                add(
                    resource.use(chart?["version"], Artifact(.chart, source + name)), chart?["version"],
                    resource, &reading)
            }
            if let values = spec?["values"] {
                HelmValues.read(
                    [HelmValues.Layer(root: values, file: resource.file, document: resource.document)],
                    app: resource.name, fallback: nil, into: &reading)
            }
        case "HelmChart":
            if let name = spec?["chart"]?.string {
                add(
                    resource.use(spec?["version"], Artifact(.chart, name)), spec?["version"], resource,
                    &reading)
            }
        case "OCIRepository":
            guard let url = spec?["url"]?.string, !Substitution.isIn(url) else { return }
            let name = url.hasPrefix("oci://") ? String(url.dropFirst(6)) : url
            let ref = spec?["ref"]
            let artifact = Artifact(.image, name)
            let pins = [("tag", Pin.Form.tag), ("semver", .tag), ("digest", .digest)].compactMap {
                key, form in
                resource.use(ref?[key], artifact, form)?.pins.first
            }
            if !pins.isEmpty {
                reading.uses.append(
                    Use(artifact: artifact, pins: pins, app: resource.name, files: [resource.file]))
            }
        case "GitRepository":
            guard let url = spec?["url"]?.string else { return }
            let ref = spec?["ref"]
            // A branch moves by itself and pins nothing.
            let node = ref?["commit"] ?? ref?["tag"] ?? ref?["semver"]
            add(resource.use(node, Artifact(.git, url)), node, resource, &reading)
        case "Kustomization":
            KustomizeImages.apply(spec?["images"], of: resource, to: &reading)
        default: Kubernetes.read(resource, into: &reading)
        }
    }

    private static func add(_ use: Use?, _ node: Node?, _ resource: Resource, _ reading: inout Reading) {
        if let use {
            reading.uses.append(use)
        } else if let text = node?.string, Substitution.isIn(text) {
            reading.note(
                resource.file,
                "\(resource.kind)/\(resource.name): '\(text)' is filled in elsewhere, left alone")
        }
    }

    /// Scalars marked `# {"$imagepolicy": "namespace:policy"}`, with `:tag`, `:name` or `:digest` behind
    /// the policy for a part of a reference (Flux's image-automation controller).
    static func readPolicyMarkers(_ yaml: YAMLFile, _ path: String, into reading: inout Reading) {
        guard String(decoding: yaml.bytes, as: UTF8.self).contains("$imagepolicy") else { return }
        for document in yaml.documents {
            guard let root = document.root else { continue }
            let name = Resource(root: root, file: path, document: document.index).name
            for node in scalars(of: root) {
                guard let policy = policy(of: node), let text = node.string, !Substitution.isIn(text) else {
                    continue
                }
                let known = reading.uses.contains { use in
                    use.pins.contains {
                        $0.file == path && $0.document == document.index && $0.path == node.path
                    }
                }
                if known { continue }
                let artifact: Artifact
                let form: Pin.Form
                switch policy.part {
                case "name": continue
                case "tag", "digest":
                    artifact = Artifact(.image, neighbour(of: node) ?? policy.name)
                    form = policy.part == "tag" ? .tag : .digest
                default:
                    guard let image = ImageReference(text) else { continue }
                    artifact = Artifact(.image, image.name)
                    form = .reference(prefix: "")
                }
                let pin = Pin(
                    file: path, node: node, document: document.index, artifact: artifact, form: form)
                reading.uses.append(
                    Use(
                        artifact: artifact, pins: [pin], app: name.isEmpty ? policy.name : name, files: [path]
                    ))
            }
        }
    }

    private static func policy(of node: Node) -> (name: String, part: String?)? {
        guard let comment = node.comment, let key = comment.firstRange(of: "\"$imagepolicy\"") else {
            return nil
        }
        let quoted = comment[key.upperBound...].split(separator: "\"", omittingEmptySubsequences: false)
        guard quoted.count >= 2 else { return nil }
        let parts = quoted[1].split(separator: ":")
        guard parts.count >= 2 else { return nil }
        return (String(parts[1]), parts.count > 2 ? String(parts[2]) : nil)
    }

    /// The image that a marked tag belongs to: its neighbour in the mapping.
    private static func neighbour(of node: Node) -> String? {
        guard let parent = node.parent else { return nil }
        return (parent["repository"] ?? parent["newName"] ?? parent["name"] ?? parent["image"])?.string
    }

    private static func scalars(of node: Node) -> [Node] {
        switch node.kind {
        case .scalar: [node]
        case .mapping: node.entries.flatMap { scalars(of: $0.value) }
        case .sequence: node.items.flatMap(scalars)
        case .alias: []
        }
    }
}
