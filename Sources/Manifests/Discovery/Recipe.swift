/// What a deployer makes an app of, where the objects that deploy it say so.
public final class Recipe: Sendable {
    enum Part: Sendable {
        /// An object as it deploys: an Application, with the values and versions in it.
        case object(Resource)
        /// What `kustomize build` makes of a folder, or else the manifests in it.
        case folder(String, isDeep: Bool)
        /// A chart of this repository: files of values, lowest first, and values that an object holds.
        case chart(layers: [String], inline: [Composed])
        /// A release of helmfile, or one like it: a chart from elsewhere, with values in layers.
        case release(Composed, layers: [String], inline: [Composed], HelmfileValues? = nil)
        /// A version that stands alone.
        case version(Composed, of: Artifact, Pin.Form)
    }

    let parts: [Part]
    /// The files that say what it is made of.
    let files: Set<String>

    init(_ parts: [Part], files: Set<String>) {
        self.parts = parts
        self.files = files
    }

    /// What it is made of, without the contents: as long as this and the files are the same, so is the recipe.
    var outline: [String] {
        parts.map { part in
            switch part {
            case .object(let resource): "\(resource.kind) \(resource.current.name) \(resource.file)"
            case .folder(let path, let isDeep): "\(isDeep ? "all of" : "folder") \(path)"
            case .chart(let layers, _): "chart \(layers.joined(separator: " "))"
            case .release(_, let layers, _, _): "release \(layers.joined(separator: " "))"
            case .version(_, let artifact, _): "version of \(artifact.name)"
            }
        } + files.sorted()
    }

    /// Whether a file may be among those that the app is made of, apart from what kustomizations lead to.
    func mayRead(_ path: String) -> Bool {
        files.contains(path)
            || parts.contains { part in
                switch part {
                case .object, .version: false
                case .folder(let folder, _): FilePath.isWithin(folder, path)
                case .chart(let layers, _):
                    layers.contains { layer in
                        layer == path
                            || FilePath.name(of: layer) == "Chart.yaml"
                                && FilePath.isWithin(FilePath.folder(of: layer), path)
                    }
                case .release(_, let layers, _, _): layers.contains(path)
                }
            }
    }

    func adding(_ other: Recipe) -> Recipe {
        Recipe(parts + other.parts, files: files.union(other.files))
    }
}

extension Recipe: Hashable {
    public static func == (a: Recipe, b: Recipe) -> Bool { a === b || a.outline == b.outline }
    public func hash(into hasher: inout Hasher) { hasher.combine(outline) }
}

extension SnapshotBuilder {
    /// Reads what a deployer would.
    func read(_ recipe: Recipe, _ unit: Unit) throws -> Reading {
        var reading = Reading()
        checkout.note(Lookups(files: recipe.files))
        reading.files.formUnion(recipe.files)
        for part in recipe.parts {
            switch part {
            case .object(let resource): reading.resources.append(resource)
            case .folder(let path, let isDeep): reading.add(try read(folder: path, isDeep: isDeep))
            case .chart(let layers, let inline):
                reading.add(
                    try HelmChart.read(
                        layers: layers, over: inline, app: unit.app ?? unit.environment, in: checkout))
            case .release(let release, let layers, let inline, let values):
                let app = unit.app ?? unit.environment
                var made = try HelmChart.read(
                    layers: layers, over: inline, filledWith: values?.parameters, app: app, in: checkout)
                if let use = Helmfile.chart(of: release, app: app, files: recipe.files) {
                    made.uses.insert(use, at: 0)
                }
                for index in made.uses.indices { values?.setPlace(of: &made.uses[index]) }
                reading.add(made)
            case .version(let value, let artifact, let form):
                let app = unit.app ?? unit.environment
                let use = Use(value, artifact: artifact, form: form, app: app, files: recipe.files)
                if let use { reading.uses.append(use) }
            }
        }
        dropUnusedImages(in: &reading, recipe)
        return reading
    }

    /// Overrides of images in an Application change what its folder uses, and nothing else.
    private func dropUnusedImages(in reading: inout Reading, _ recipe: Recipe) {
        let isBuilt = recipe.parts.contains { if case .folder = $0 { true } else { false } }
        guard isBuilt, reading.isComplete else { return }
        var probe = reading
        probe.resources.removeAll { $0.kind == "Application" }
        probe.settle()
        let used = Set(probe.uses.map(\.artifact.name))
        for index in reading.resources.indices where reading.resources[index].kind == "Application" {
            let content = reading.resources[index].content
            guard let source = content["spec"]?["source"], let images = source["kustomize"]?["images"]?.items
            else { continue }
            let kept = images.filter { image in
                let name = (image.string ?? "").prefix { $0 != "=" }
                return ImageReference(String(name)).map { used.contains($0.name) } ?? true
            }
            reading.resources[index].content = content.setting(
                ["spec", "source", "kustomize", "images"], to: .sequence(kept))
        }
    }

    private func read(folder: String, isDeep: Bool) throws -> Reading {
        checkout.note(place: folder)
        var build = KustomizeBuild(checkout)
        if Kustomization.path(in: folder, checkout) != nil {
            try build.build(folder)
        } else if isDeep {
            try build.addAll(under: folder)
        } else {
            var reading = Reading()
            for path in checkout.paths(under: folder)
            where FilePath.folder(of: path) == folder && (FilePath.isYAML(path) || path.hasSuffix(".json")) {
                reading.add(try ManifestReader.read(path, in: checkout))
            }
            return reading.withoutApplications
        }
        return build.reading.withoutApplications
    }
}

extension Reading {
    /// Without the objects that deploy other apps.
    fileprivate var withoutApplications: Reading {
        var reading = self
        reading.resources.removeAll {
            $0.original.group == "argoproj.io"
                && ["Application", "ApplicationSet", "AppProject"].contains($0.kind)
        }
        return reading
    }
}
