internal import YAML

/// A Kubernetes object on its way through kustomizations.
struct Resource: Sendable {
    /// What an object is called.
    struct Identity: Hashable, Sendable {
        var group: String
        var version: String
        var kind: String
        var namespace: String
        var name: String
    }

    var content: Composed
    /// The file that it is first written in.
    let file: String
    /// What it was called at first, and after each kustomization that renamed it or moved it.
    private(set) var identities: [Identity]
    /// The files that say what it is: its own, patches, kustomizations that set its images.
    var files: Set<String>
    /// The outermost kustomization, where an override of its images would go.
    var kustomization: String?

    init(_ content: Composed, file: String) {
        self.content = content
        self.file = file
        files = [file]
        identities = [Identity(of: content)]
    }

    /// An object of which only a patch is known.
    init(_ content: Composed, file: String, as identity: Identity) {
        self.init(content, file: file)
        identities = [identity]
    }

    var original: Identity { identities[0] }
    var current: Identity { identities[identities.count - 1] }
    var kind: String { original.kind }
    var name: String { original.name }

    mutating func rename(_ change: (inout Identity) -> Void) {
        var identity = current
        change(&identity)
        if identity != current { identities.append(identity) }
    }

    func use(_ value: Composed?, artifact: Artifact, form: Pin.Form = .tag) -> Use? {
        Use(value, artifact: artifact, form: form, app: name, files: files)
    }

    /// The objects of a document: itself, or the items of a `List`.
    static func all(in root: Composed, _ file: String) -> [Resource] {
        guard root.kind == .mapping else { return [] }
        if root["kind"]?.string?.hasSuffix("List") == true, let list = root["items"], list.kind == .sequence {
            return list.items.flatMap { all(in: $0, file) }
        }
        return [Resource(root, file: file)]
    }
}

extension Resource.Identity {
    init(of content: Composed) {
        let parts = (content["apiVersion"]?.string ?? "").split(separator: "/", maxSplits: 1)
        group = parts.count == 2 ? String(parts[0]) : ""
        version = parts.last.map(String.init) ?? ""
        kind = content["kind"]?.string ?? ""
        let metadata = content["metadata"]
        namespace = metadata?["namespace"]?.string ?? ""
        name = metadata?["name"]?.string ?? ""
    }

    /// Kubernetes puts what names no namespace into `default`.
    var effectiveNamespace: String { namespace.isEmpty ? "default" : namespace }

    /// Kinds that every cluster has: their lists are merged by kustomize, which knows their schema.
    var isBuiltIn: Bool { ["v1", "apps/v1", "batch/v1", "batch/v1beta1"].contains(apiVersion) }

    private var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
}
