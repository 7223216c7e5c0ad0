internal import YAML

/// Flux: HelmRelease, OCIRepository, GitRepository, HelmChart, and the markers of its image automation.
enum Flux {
    /// The API groups of its objects end so: `helm.toolkit.fluxcd.io`.
    static let group = "toolkit.fluxcd.io"

    /// What a release may have its chart from.
    struct Source: Hashable {
        var kind: String
        var namespace: String
        var name: String

        init(_ resource: Resource) {
            kind = resource.kind
            namespace = resource.current.namespace
            name = resource.name
        }

        fileprivate init?(chartOf release: Resource) {
            guard let reference = release.content["spec"]?["chartRef"], let kind = reference["kind"]?.string,
                let name = reference["name"]?.string
            else { return nil }
            self.kind = kind
            self.name = name
            namespace = reference["namespace"]?.string ?? release.current.namespace
        }
    }

    /// The release that each source of a chart is there for; those that several use are apps of their own.
    static func releases(of resources: [Resource]) -> [Source: String] {
        var users: [Source: [String]] = [:]
        for resource in resources where resource.kind == "HelmRelease" {
            if let source = Source(chartOf: resource) { users[source, default: []].append(resource.name) }
        }
        return users.compactMapValues { $0.count == 1 ? $0.first : nil }
    }

    static func read(_ resource: Resource, into reading: inout Reading) {
        let spec = resource.content["spec"]
        switch resource.kind {
        case "HelmRelease":
            let chart = spec?["chart"]?["spec"]
            if let name = chart?["chart"]?.string {
                let source = chart?["sourceRef"]?["name"]?.string.map { $0 + "/" } ?? ""
                add(
                    chart?["version"], artifact: Artifact(.chart, source + name), resource: resource,
                    reading: &reading)
            }
            if let values = spec?["values"] {
                HelmValues.read(values, app: resource.name, files: resource.files, into: &reading)
            }
        case "HelmChart":
            if let name = spec?["chart"]?.string {
                add(spec?["version"], artifact: Artifact(.chart, name), resource: resource, reading: &reading)
            }
        case "OCIRepository":
            guard let url = spec?["url"]?.string, !Substitution.isIn(url) else { return }
            let artifact = Artifact(.image, url.hasPrefix("oci://") ? String(url.dropFirst(6)) : url)
            let ref = spec?["ref"]
            // The digest wins over the range, the range over the tag (Flux's API reference).
            let tag = ref?["semver"] ?? ref?["tag"]
            let found = [(tag, Pin.Form.tag), (ref?["digest"], .digest)].compactMap { value, form in
                value.flatMap {
                    resource.use($0, artifact: artifact, form: form) ?? left(alone: $0, resource, &reading)
                }
            }
            if var use = found.first {
                use.pins = found.flatMap(\.pins)
                use.hidden = found.flatMap(\.hidden)
                reading.uses.append(use)
            }
        case "GitRepository":
            guard let url = spec?["url"]?.string, !Substitution.isIn(url) else { return }
            let ref = spec?["ref"]
            // A branch moves by itself and pins nothing.
            add(
                ref?["commit"] ?? ref?["semver"] ?? ref?["tag"], artifact: Artifact(.git, url),
                resource: resource, reading: &reading)
        // Has been followed.
        case "Kustomization": break
        default: Kubernetes.read(resource, into: &reading)
        }
    }

    private static func add(
        _ value: Composed?, artifact: Artifact, resource: Resource, reading: inout Reading
    ) {
        guard let value else { return }
        if let use = resource.use(value, artifact: artifact) ?? left(alone: value, resource, &reading) {
            reading.uses.append(use)
        }
    }

    /// Says that a substitution is left alone.
    private static func left(alone value: Composed, _ resource: Resource, _ reading: inout Reading) -> Use? {
        if let text = value.string, Substitution.isIn(text) {
            reading.note(
                resource.file,
                "\(resource.kind)/\(resource.name): '\(text)' is filled in elsewhere")
        }
        return nil
    }
}
