internal import YAML

/// Argo CD: Application and ApplicationSet.
enum ArgoCD {
    static func read(_ resource: Resource, into reading: inout Reading) {
        let spec = resource.content["spec"]
        let template = resource.kind == "ApplicationSet" ? spec?["template"] : resource.content
        let name = template?["metadata"]?["name"]?.string ?? resource.name
        let app = Substitution.isIn(name) ? resource.name : name
        for source in sources(of: template?["spec"]) {
            read(source, app: app, resource: resource, reading: &reading)
        }
    }

    private static func sources(of spec: Composed?) -> [Composed] {
        [spec?["source"]].compactMap { $0 } + (spec?["sources"]?.items ?? [])
    }

    private static func read(
        _ source: Composed, app: String, resource: Resource, reading: inout Reading
    ) {
        let url = source["repoURL"]?.string ?? ""
        let artifact =
            source["chart"]?.string.map {
                Artifact(.chart, url.isEmpty || Substitution.isIn(url) ? $0 : "\(url)/\($0)")
                // The folder often carries the environment's name: the repository is what has versions.
            } ?? Artifact(.git, url)
        if let value = source["targetRevision"], let text = value.string, !isMoving(text) {
            if Substitution.isIn(text) {
                reading.note(
                    resource.file,
                    "\(resource.kind)/\(resource.name): '\(text)' is filled in elsewhere")
            } else if !Substitution.isIn(artifact.name),
                let use = Use(value, artifact: artifact, app: app, files: resource.files)
            {
                reading.uses.append(use)
            }
        }
        readOverrides(source, app: app, resource: resource, path: source["path"]?.string, reading: &reading)
    }

    /// How files are called that Argo CD lays over an Application's source: `.argocd-source-api.yaml`.
    static let overrides = ".argocd-source"

    /// Reads such a file, which is about the folder that it stands in.
    static func readOverrides(
        _ path: String, app: String, in checkout: Checkout, into reading: inout Reading
    ) throws {
        guard let root = try checkout.file(at: path)?.yaml?.documents.first?.root else { return }
        reading.files.insert(path)
        let content = Composed.written(root, Origin(file: path))
        readOverrides(
            content, app: app, resource: Resource(content, file: path), path: FilePath.folder(of: path),
            reading: &reading)
    }

    /// What stands over the folder that is deployed.
    private static func readOverrides(
        _ source: Composed, app: String, resource: Resource, path: String?, reading: inout Reading
    ) {
        let folder = path.flatMap { FilePath.resolved($0, from: "") }
        let first = reading.uses.count
        readHelm(source["helm"], app: app, of: source["chart"]?.string, resource: resource, reading: &reading)
        for index in reading.uses.indices.dropFirst(first) {
            guard let folder, let pin = reading.uses[index].pins.first else { continue }
            if let place = valuesPath(of: pin, in: source["helm"]) {
                reading.uses[index].cover = .value(place, in: folder)
            }
        }
        // kustomize.images: `name`, `name:tag`, `name=newName:tag`.
        for value in source["kustomize"]?["images"]?.items ?? [] {
            guard let text = value.string, !Substitution.isIn(text) else { continue }
            let prefix = text.firstIndex(of: "=").map { String(text[...$0]) } ?? ""
            guard let image = ImageReference(String(text.dropFirst(prefix.count))), image.version != Version()
            else { continue }
            let artifact = Artifact(.image, image.name)
            let filled = ComposedImage(value)
            let use =
                filled.map {
                    Use(artifact: artifact, pins: $0.pins, hidden: $0.hidden, app: app, files: resource.files)
                }
                ?? Use(
                    value, artifact: artifact, form: .reference(prefix: prefix), app: app,
                    files: resource.files)
            if var use, !use.pins.isEmpty {
                let name = prefix.isEmpty ? image.name : String(prefix.dropLast())
                use.cover = folder.map { .image(name, in: $0) }
                reading.uses.append(use)
            }
        }
    }

    /// Where in a chart's values a pin of `helm` is written to.
    private static func valuesPath(of pin: Pin, in helm: Composed?) -> Path? {
        if let inner = pin.inner { return inner }
        if let start = pin.path.steps.firstIndex(of: .key("valuesObject")) {
            return Path(steps: Array(pin.path.steps[(start + 1)...]))
        }
        let parameter = helm?["parameters"]?.items.first { $0["value"]?.written?.node.path == pin.path }
        return parameter?["name"]?.string.map {
            Path(steps: $0.split(separator: ".").map { .key(String($0)) })
        }
    }

    /// Values as text, over them values as an object, over them parameters.
    private static func readHelm(
        _ helm: Composed?, app: String, of chart: String?, resource: Resource, reading: inout Reading
    ) {
        guard let helm else { return }
        var values = Composed.mapping([])
        if let object = helm["values"], object.kind == .mapping {
            values = object
        } else if let text = helm["values"] {
            do {
                for document in try InlineYAML.documents(in: text).prefix(1) {
                    values = values.merged(with: document, .none) ?? values
                }
            } catch {
                reading.note(
                    resource.file, "\(resource.kind)/\(resource.name): helm.values: \(error)")
            }
        }
        if let object = helm["valuesObject"] { values = values.merged(with: object, .none) ?? values }
        for parameter in helm["parameters"]?.items ?? [] {
            guard let name = parameter["name"]?.string, let value = parameter["value"],
                // Only what can be part of an image: other names have brackets and escaped dots.
                ["image", "tag", "digest", "repository", "registry"].contains(where: name.hasSuffix)
            else { continue }
            values = values.setting(name.split(separator: ".").map(String.init), to: value)
        }
        let name = chart?.split(separator: "/").last.map(String.init)
        HelmValues.read(values, app: app, chart: name, files: resource.files, into: &reading)
    }

    /// A ref that moves by itself pins nothing.
    private static func isMoving(_ ref: String) -> Bool {
        ref.isEmpty || ["HEAD", "main", "master"].contains(ref)
    }
}
