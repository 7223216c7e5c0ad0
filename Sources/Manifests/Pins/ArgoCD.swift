internal import YAML

/// Argo CD: Application and ApplicationSet.
enum ArgoCD {
    static func read(_ resource: Resource, into reading: inout Reading) {
        let spec = resource.root["spec"]
        let template = resource.kind == "ApplicationSet" ? spec?["template"] : resource.root
        let name = template?["metadata"]?["name"]?.string ?? resource.name
        let app = Substitution.isIn(name) ? resource.name : name
        for source in sources(of: template?["spec"]) {
            readSource(source, app, resource, &reading)
        }
    }

    private static func sources(of spec: Node?) -> [Node] {
        [spec?["source"]].compactMap { $0 } + (spec?["sources"]?.items ?? [])
    }

    private static func readSource(
        _ source: Node, _ app: String, _ resource: Resource, _ reading: inout Reading
    ) {
        let url = source["repoURL"]?.string ?? ""
        let chart = source["chart"]?.string
        let artifact =
            chart.map { Artifact(.chart, url.isEmpty || Substitution.isIn(url) ? $0 : "\(url)/\($0)") }
            ?? Artifact(.git, [url, source["path"]?.string].compactMap { $0 }.joined(separator: "//"))
        let node = source["targetRevision"]
        if let node, let text = node.string, !isMoving(text), !Substitution.isIn(artifact.name) {
            if var use = resource.use(node, artifact) {
                use.app = app
                reading.uses.append(use)
            } else if Substitution.isIn(text) {
                reading.note(
                    resource.file,
                    "\(resource.kind)/\(resource.name): '\(text)' is filled in elsewhere, left alone")
            }
        }
        readHelm(source["helm"], app, resource, &reading)
        // kustomize.images: `name`, `name:tag`, `name=newName:tag`.
        for node in source["kustomize"]?["images"]?.items ?? [] {
            guard let text = node.string, !Substitution.isIn(text) else { continue }
            let prefix = text.firstIndex(of: "=").map { String(text[...$0]) } ?? ""
            guard let image = ImageReference(String(text.dropFirst(prefix.count))), image.version != Version()
            else { continue }
            let artifact = Artifact(.image, image.name)
            reading.uses.append(
                Use(
                    artifact: artifact, pins: [resource.pin(node, artifact, .reference(prefix: prefix))],
                    app: app,
                    files: [resource.file]))
        }
    }

    private static func readHelm(_ helm: Node?, _ app: String, _ resource: Resource, _ reading: inout Reading)
    {
        guard let helm else { return }
        if let values = helm["valuesObject"] {
            HelmValues.read(
                [HelmValues.Layer(root: values, file: resource.file, document: resource.document)], app: app,
                fallback: nil, into: &reading)
        }
        if let node = helm["values"], let text = node.string,
            let inner = try? YAMLFile(parsing: Array(text.utf8)).documents.first?.root
        {
            HelmValues.read(
                [
                    HelmValues.Layer(
                        root: inner, file: resource.file, document: resource.document, holder: node)
                ],
                app: app, fallback: nil, into: &reading)
        }
        let parameters = helm["parameters"]?.items ?? []
        func value(_ name: String) -> Node? {
            parameters.first { $0["name"]?.string == name }?["value"]
        }
        for parameter in parameters {
            guard let name = parameter["name"]?.string, name == "image.tag" || name.hasSuffix(".image.tag"),
                let node = parameter["value"]
            else { continue }
            let prefix = name.dropLast(".tag".count)
            let image = value("\(prefix).repository")?.string ?? "\(app):\(prefix)"
            if var use = resource.use(node, Artifact(.image, image)) {
                use.app = app
                reading.uses.append(use)
            }
        }
    }

    /// A ref that moves by itself pins nothing.
    private static func isMoving(_ ref: String) -> Bool {
        ref.isEmpty || ["HEAD", "main", "master"].contains(ref)
    }
}
