internal import YAML

/// Objects of kinds that a cluster learns from others: their images stand under keys that are called so, and some name
/// a version from which an operator tells the image.
enum CustomResource {
    /// Groups of Kubernetes itself, and those whose objects name images that they do not run.
    private static let others: Set<String> = [
        "", "apps", "batch", "autoscaling", "policy", "extensions", "events.k8s.io", "networking.k8s.io",
        "rbac.authorization.k8s.io", "storage.k8s.io", "scheduling.k8s.io", "admissionregistration.k8s.io",
        "apiextensions.k8s.io", "apiregistration.k8s.io", "certificates.k8s.io", "coordination.k8s.io",
        "discovery.k8s.io", "flowcontrol.apiserver.k8s.io", "node.k8s.io", "authentication.k8s.io",
        "authorization.k8s.io", "metrics.k8s.io", "gateway.networking.k8s.io", "kustomize.config.k8s.io",
        "builtin", "kyverno.io", "policies.kyverno.io", "templates.gatekeeper.sh",
        "constraints.gatekeeper.sh",
        "mutations.gatekeeper.sh", "policy.sigstore.dev", "templates.kluctl.io", "kargo.akuity.io",
        "promoter.argoproj.io",
    ]

    static func isOne(_ group: String) -> Bool { !others.contains(group) }

    /// Keys of images end so.
    static let endOfImages = "mage"

    /// Whether an object may say a version without naming an image.
    static func maySayVersion(_ kind: String, _ content: Composed) -> Bool {
        guard let spec = content["spec"] else { return false }
        return spec["package"] != nil || kind == "HelmChart"
            || places(of: kind).contains { value(at: $0.path, in: spec) != nil }
    }

    static func read(_ resource: Resource, into reading: inout Reading) {
        guard let spec = resource.content["spec"] else { return }
        var uses: [Use] = []
        var images = Reading()
        HelmValues.read(
            spec, app: resource.name, skipping: Kubernetes.containerLists, files: resource.files,
            into: &images)
        uses += images.uses
        for place in places(of: resource.kind) { couple(place, spec, resource, &uses, &reading) }
        if let package = package(of: spec, resource) { uses.append(package) }
        // Where images are written out with their versions, those are what runs.
        if uses.isEmpty { uses += places(of: resource.kind).compactMap { version(at: $0, spec, resource) } }
        for index in uses.indices {
            uses[index].workload = Workload(kind: resource.kind, name: resource.name, container: "")
        }
        reading.uses += uses
        if resource.kind == "HelmChart" { readChart(spec, resource: resource, reading: &reading) }
        for note in images.notes { reading.note(resource.file, note.text) }
    }

    /// A version beside an image that is written out: the image is what runs, and an operator takes the version for what
    /// that can do. Where both say the same, both move.
    private static func couple(
        _ place: Place, _ spec: Composed, _ resource: Resource, _ uses: inout [Use], _ reading: inout Reading
    ) {
        guard let written = value(at: place.path, in: spec), let text = written.string, isVersion(text),
            let image = value(at: place.path.dropLast(), in: spec)?["image"]?.written,
            let index = uses.firstIndex(where: { use in
                use.pins.contains { $0.path == image.node.path && $0.file == image.origin.file }
            }), let tag = uses[index].pins.first?.version.tag
        else { return }
        guard let lead = ["", "v"].first(where: { $0 + text == tag }) else {
            reading.note(
                resource.file,
                "\(resource.kind)/\(resource.name): \(place.path.joined(separator: ".")) \(text) stands beside the image, and is left as it is"
            )
            return
        }
        let (pin, hidden) = written.pins(of: uses[index].artifact, lead.isEmpty ? .tag : .number(lead))
        uses[index].pins += [pin].compactMap(\.self)
        uses[index].hidden += hidden
    }

    /// `spec.package` of Crossplane: an image that is called otherwise.
    private static func package(of spec: Composed, _ resource: Resource) -> Use? {
        guard let value = spec["package"], let image = value.string.flatMap(ImageReference.init),
            image.version != Version(), image.name.contains("/")
        else { return nil }
        return resource.use(value, artifact: Artifact(.image, image.name), form: .reference(prefix: ""))
    }

    /// A version from which an operator tells the image, or its tag.
    private static func version(at place: Place, _ spec: Composed, _ resource: Resource) -> Use? {
        guard let written = value(at: place.path, in: spec), isVersion(written.string ?? "") else {
            return nil
        }
        let beside = value(at: place.path.dropLast(), in: spec)
        let image = (beside?["image"] ?? beside?["baseImage"])?.string.flatMap(ImageReference.init)
        return resource.use(
            written, artifact: Artifact(.image, image?.name ?? place.artifact ?? resource.kind.lowercased()))
    }

    /// k3s' HelmChart: a release in one object.
    private static func readChart(_ spec: Composed, resource: Resource, reading: inout Reading) {
        if let chart = spec["chart"]?.string {
            let name = spec["repo"]?.string.map { "\($0)/\(chart)" } ?? chart
            let use = spec["version"].flatMap { resource.use($0, artifact: Artifact(.chart, name)) }
            if let use { reading.uses.append(use) }
        }
        if let text = spec["valuesContent"], let values = try? InlineYAML.documents(in: text).first {
            HelmValues.read(values, app: resource.name, files: resource.files, into: &reading)
        }
    }

    private static func isVersion(_ text: String) -> Bool {
        let digits = text.hasPrefix("v") ? text.dropFirst() : text[...]
        return digits.first?.isNumber ?? false
    }

    /// Where an object says a version from `spec` on.
    private struct Place {
        var path: [String]
        /// Nil where the kind is what is versioned.
        var artifact: String?
    }

    private static func places(of kind: String) -> [Place] {
        guard kind != "HelmChart" else { return [] }
        return (known[kind] ?? []) + [Place(path: ["version"], artifact: names[kind])]
    }

    /// Versions that are not `spec.version`.
    private static let known: [String: [Place]] = [
        "Kafka": [Place(path: ["kafka", "version"], artifact: "kafka")],
        "postgresql": [Place(path: ["postgresql", "version"], artifact: "postgresql")],
        "PostgresCluster": [Place(path: ["postgresVersion"], artifact: "postgresql")],
        "CassandraDatacenter": [Place(path: ["serverVersion"], artifact: "cassandra")],
        "K8ssandraCluster": [Place(path: ["cassandra", "serverVersion"], artifact: "cassandra")],
        "MachineDeployment": [Place(path: ["template", "spec", "version"], artifact: "kubernetes")],
        "Cluster": [Place(path: ["topology", "version"], artifact: "kubernetes")],
        "IstioOperator": [Place(path: ["tag"], artifact: "istio")],
        "VMCluster": [Place(path: ["clusterVersion"], artifact: "victoria-metrics")],
    ]

    /// What kinds with a `spec.version` are versions of, where they are called otherwise.
    private static let names = [
        "KafkaConnect": "kafka", "KafkaMirrorMaker": "kafka", "KafkaMirrorMaker2": "kafka",
        "PrometheusAgent": "prometheus",
        "ThanosRuler": "thanos", "MongoDBCommunity": "mongodb", "KubeadmControlPlane": "kubernetes",
        "KnativeServing": "knative-serving", "KnativeEventing": "knative-eventing", "TidbCluster": "tidb",
        "MariaDB": "mariadb", "ArgoCD": "argocd", "Plan": "kubernetes",
    ]

    private static func value(at path: some Sequence<String>, in spec: Composed?) -> Composed? {
        var value = spec
        for key in path { value = value?[key] }
        return value
    }
}
