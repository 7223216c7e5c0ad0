internal import System
internal import YAML

/// Reads a file of Kubernetes objects, and each object by its kind.
enum ManifestReader {
    private static let containers = ByteSearch(Kubernetes.endOfContainerLists)
    private static let images = ByteSearch(CustomResource.endOfImages)

    static func read(_ path: String, in checkout: Checkout) throws -> Reading {
        try checkout.build(of: .path(path)) { try readAnew(path, in: checkout) }
    }

    /// The same, whatever is kept of it.
    static func readAnew(_ path: String, in checkout: Checkout) throws -> Reading {
        var reading = Reading()
        guard let file = try checkout.file(at: path) else { return reading }
        reading.files.insert(path)
        guard let yaml = file.yaml else {
            if let problem = file.problem { reading.leaveAlone(path, problem) }
            reading.isComplete = false
            return reading
        }
        let mayHoldContainers = containers.isIn(yaml.bytes)
        let mayHoldImages = images.isIn(yaml.bytes)
        for document in yaml.documents {
            guard let root = document.root else { continue }
            let content = Composed.written(root, Origin(file: path, document: document.index))
            reading.resources += Resource.all(in: content, path).filter {
                checkout.readsEverything || isReadable($0.current, mayHoldContainers)
                    || CustomResource.isOne($0.original.group)
                        && (mayHoldImages || CustomResource.maySayVersion($0.kind, $0.content))
                    || checkout.readsVariables && $0.kind == "ConfigMap" && yaml.bytes.count < 4096
            }
        }
        ImagePolicy.read(yaml, path, into: &reading)
        return reading
    }

    /// Whether an object may use anything: most files of a repository hold none that does.
    private static func isReadable(_ identity: Resource.Identity, _ mayHoldContainers: Bool) -> Bool {
        switch identity.group {
        case "kustomize.config.k8s.io", "apiextensions.k8s.io": false
        case "argoproj.io", "builtin": true
        case "image.openshift.io", "source.extensions.fluxcd.io", ResourceSet.group: true
        case let group: mayHoldContainers || group.hasSuffix(Flux.group)
        }
    }

    static func read(_ resource: Resource, into reading: inout Reading) {
        switch resource.original.group {
        case let group where group.hasSuffix(Flux.group): Flux.read(resource, into: &reading)
        case "argoproj.io" where ["Application", "ApplicationSet"].contains(resource.kind):
            ArgoCD.read(resource, into: &reading)
        case "image.openshift.io": ImageStream.read(resource, into: &reading)
        case let group:
            Kubernetes.read(resource, into: &reading)
            if CustomResource.isOne(group) { CustomResource.read(resource, into: &reading) }
        }
    }
}
