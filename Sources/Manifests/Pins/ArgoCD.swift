internal import YAML

/// Argo CD: Application and ApplicationSet.
enum ArgoCD {
    static func read(_ resource: Resource, into reading: inout Reading) {
        let spec = resource.content["spec"]
        let template = resource.kind == "ApplicationSet" ? spec?["template"] : resource.content
        let name = template?["metadata"]?["name"]?.string ?? resource.name
        let app = Substitution.isIn(name) ? resource.name : name
        for source in sources(of: template?["spec"]) {
            read(source, app, resource, &reading)
        }
    }

    private static func sources(of spec: Composed?) -> [Composed] {
        [spec?["source"]].compactMap { $0 } + (spec?["sources"]?.items ?? [])
    }

    private static func read(
        _ source: Composed, _ app: String, _ resource: Resource, _ reading: inout Reading
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
                    "\(resource.kind)/\(resource.name): '\(text)' is filled in elsewhere, left alone")
            } else if !Substitution.isIn(artifact.name),
                let use = Use(value, artifact, app: app, files: resource.files)
            {
                reading.uses.append(use)
            }
        }
        readHelm(source["helm"], app, resource, &reading)
        // kustomize.images: `name`, `name:tag`, `name=newName:tag`.
        for value in source["kustomize"]?["images"]?.items ?? [] {
            guard let text = value.string, !Substitution.isIn(text) else { continue }
            let prefix = text.firstIndex(of: "=").map { String(text[...$0]) } ?? ""
            guard let image = ImageReference(String(text.dropFirst(prefix.count))), image.version != Version()
            else { continue }
            let artifact = Artifact(.image, image.name)
            if let use = Use(
                value, artifact, .reference(prefix: prefix), app: app, files: resource.files)
            {
                reading.uses.append(use)
            }
        }
    }

    /// Values as text, over them values as an object, over them parameters.
    private static func readHelm(
        _ helm: Composed?, _ app: String, _ resource: Resource, _ reading: inout Reading
    ) {
        guard let helm else { return }
        var values = Composed.mapping([])
        if let text = helm["values"] {
            do {
                for document in try InlineYAML.documents(in: text).prefix(1) {
                    values = values.merged(with: document, .none) ?? values
                }
            } catch {
                reading.note(
                    resource.file, "\(resource.kind)/\(resource.name): helm.values is left alone: \(error)")
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
        HelmValues.read(values, app: app, files: resource.files, into: &reading)
    }

    /// A ref that moves by itself pins nothing.
    private static func isMoving(_ ref: String) -> Bool {
        ref.isEmpty || ["HEAD", "main", "master"].contains(ref)
    }
}
