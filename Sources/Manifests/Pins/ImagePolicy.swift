internal import System
internal import YAML

/// Scalars marked `# {"$imagepolicy": "namespace:policy"}`, with `:tag`, `:name` or `:digest` behind the
/// policy for a part of a reference (Flux's image-automation controller).
enum ImagePolicy {
    private static let key = "\"$imagepolicy\""
    private static let search = ByteSearch(key)

    static func read(_ yaml: YAMLFile, _ path: String, into reading: inout Reading) {
        guard search.isIn(yaml.bytes) else { return }
        for document in yaml.documents {
            guard let root = document.root else { continue }
            let origin = Origin(file: path, document: document.index)
            let name = Resource.Identity(of: .written(root, origin)).name
            for node in scalars(of: root) {
                guard let policy = policy(of: node), let text = node.string, !Substitution.isIn(text) else {
                    continue
                }
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
                guard let pin = Pin(node, origin: origin, artifact: artifact, form: form) else { continue }
                reading.marked.append(
                    Use(
                        artifact: artifact, pins: [pin], app: name.isEmpty ? policy.name : name,
                        files: [path]))
            }
        }
    }

    private static func policy(of node: Node) -> (name: String, part: String?)? {
        guard let comment = node.comment, let key = comment.firstRange(of: key) else { return nil }
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
