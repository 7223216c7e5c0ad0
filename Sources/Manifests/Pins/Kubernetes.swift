internal import YAML

/// Images in Kubernetes objects: every container of anything with a pod template, also of kinds that
/// gx has never heard of.
enum Kubernetes {
    private static let containerLists: Set<String> = ["containers", "initContainers", "ephemeralContainers"]

    static func read(_ resource: Resource, into reading: inout Reading) {
        if resource.kind == "CustomResourceDefinition" { return }
        if resource.kind == "List" || resource.kind.hasSuffix("List"), let items = resource.root["items"] {
            for item in items.items {
                let one = Resource(root: item, file: resource.file, document: resource.document)
                read(one, into: &reading)
            }
            return
        }
        containers(in: resource.root, of: resource, &reading)
    }

    private static func containers(in node: Node, of resource: Resource, _ reading: inout Reading) {
        switch node.kind {
        case .sequence:
            for item in node.items { containers(in: item, of: resource, &reading) }
        case .mapping:
            for (key, value) in node.entries {
                if value.kind == .sequence, let name = key.string, containerLists.contains(name) {
                    for container in value.items { image(of: container, in: resource, &reading) }
                } else if value.kind != .scalar {
                    containers(in: value, of: resource, &reading)
                }
            }
        case .scalar, .alias: break
        }
    }

    private static func image(of container: Node, in resource: Resource, _ reading: inout Reading) {
        guard let node = container["image"], let text = node.string, !text.isEmpty else { return }
        guard let image = ImageReference(text) else {
            reading.note(
                resource.file,
                Substitution.isIn(text)
                    ? "\(resource.kind)/\(resource.name): the image is filled in elsewhere, left alone"
                    : "\(resource.kind)/\(resource.name): '\(text)' is not an image")
            return
        }
        let artifact = Artifact(.image, image.name)
        let path = node.path
        reading.uses.append(
            Use(
                artifact: artifact, pins: [resource.pin(node, artifact, .reference(prefix: ""))],
                workload: Workload(
                    kind: resource.kind, name: resource.name, container: container["name"]?.string ?? ""),
                position: Use.Position(kind: resource.kind, names: [resource.name], path: path),
                app: resource.name, files: [resource.file]))
    }
}

/// Reads a file of Kubernetes objects by the kind of each.
enum ManifestReader {
    static func read(_ path: String, in checkout: Checkout) throws -> Reading {
        var reading = Reading()
        guard let file = try checkout.file(at: path) else { return reading }
        reading.files.insert(path)
        guard let yaml = file.yaml else {
            if let problem = file.problem { reading.note(path, "left alone: \(problem)") }
            return reading
        }
        if yaml.looksLikeTemplate {
            reading.note(path, "left alone: it is a template")
            return reading
        }
        for document in yaml.documents {
            guard let root = document.root, root.kind == .mapping else { continue }
            read(Resource(root: root, file: path, document: document.index), into: &reading)
        }
        Flux.readPolicyMarkers(yaml, path, into: &reading)
        return reading
    }

    private static func read(_ resource: Resource, into reading: inout Reading) {
        switch resource.group {
        case "kustomize.config.k8s.io": break
        case let group where group.hasSuffix("toolkit.fluxcd.io"): Flux.read(resource, into: &reading)
        case "argoproj.io" where resource.kind == "Application" || resource.kind == "ApplicationSet":
            ArgoCD.read(resource, into: &reading)
        case "builtin" where resource.kind == "HelmChartInflationGenerator":
            Kustomization.readChart(resource.root, of: resource, into: &reading)
        default: Kubernetes.read(resource, into: &reading)
        }
    }
}
