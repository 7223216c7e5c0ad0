internal import YAML

/// Images in Helm values: `image.repository/registry/tag/digest`, `image: repo:tag`, `*Image`, `imageTag`,
/// in layers of which later ones override earlier ones.
enum HelmValues {
    struct Layer {
        let root: Node
        let file: String
        var document = 0
        /// Where the values stand as text within another file.
        var holder: Node?

        func pin(_ node: Node, _ artifact: Artifact, _ form: Pin.Form) -> Pin {
            guard let holder else {
                return Pin(file: file, node: node, document: document, artifact: artifact, form: form)
            }
            var pin = Pin(file: file, node: holder, document: document, artifact: artifact, form: form)
            pin.inner = node.path
            pin.text = node.string ?? ""
            return pin
        }
    }

    /// Where a tag comes from that no layer sets: the chart's `appVersion`.
    struct Fallback {
        let pin: (Artifact) -> Pin
    }

    private typealias Place = (layer: Int, node: Node)

    /// All layers that set a field, lowest first.
    private struct Group {
        var path: [Path.Step]
        var fields: [String: [Place]] = [:]

        func text(_ field: String) -> String? { fields[field]?.last?.node.string }
    }

    private static let fields: Set<String> = [
        "registry", "repository", "tag", "digest", "image", "imageTag", "name",
    ]

    static func read(_ layers: [Layer], app: String, fallback: Fallback?, into reading: inout Reading) {
        var groups: [[Path.Step]: Group] = [:]
        var order: [[Path.Step]] = []
        for (index, layer) in layers.enumerated() {
            collect(layer.root, at: [], index, &groups, &order)
        }
        for path in order {
            guard let group = groups[path] else { continue }
            read(group, layers, app, fallback, into: &reading)
        }
    }

    private static func collect(
        _ node: Node, at path: [Path.Step], _ layer: Int, _ groups: inout [[Path.Step]: Group],
        _ order: inout [[Path.Step]]
    ) {
        switch node.resolved.kind {
        case .mapping:
            for (key, value) in node.entries {
                guard let name = key.string else { continue }
                if value.resolved.kind != .scalar {
                    collect(value, at: path + [.key(name)], layer, &groups, &order)
                    continue
                }
                // `sidecarImage: repo:tag` is a group of its own.
                let isReference = name != "image" && (name.hasSuffix("Image") || name.hasSuffix("_image"))
                guard isReference || fields.contains(name) else { continue }
                let place = isReference ? path + [.key(name)] : path
                if groups[place] == nil {
                    groups[place] = Group(path: place)
                    order.append(place)
                }
                groups[place]?.fields[isReference ? "image" : name, default: []].append((layer, value))
            }
        case .sequence:
            for (index, item) in node.items.enumerated() {
                collect(item, at: path + [.index(index)], layer, &groups, &order)
            }
        case .scalar, .alias: break
        }
    }

    private static func read(
        _ group: Group, _ layers: [Layer], _ app: String, _ fallback: Fallback?, into reading: inout Reading
    ) {
        guard let name = imageName(of: group, app) else { return }
        let artifact = Artifact(.image, name)
        var pins: [Pin] = []
        var hidden: [Pin] = []
        let whole = group.text("image").flatMap(ImageReference.init)
        let isWhole = whole.map { $0.version != Version() } ?? false
        let tagField = group.fields["tag"] != nil ? "tag" : "imageTag"
        for (field, form) in [
            ("image", Pin.Form.reference(prefix: "")), (tagField, .tag), ("digest", .digest),
        ] {
            if field == "image", !isWhole { continue }
            if field == tagField, isWhole { continue }
            let places = group.fields[field] ?? []
            guard let last = places.last, let text = last.node.string else { continue }
            if Substitution.isIn(text) {
                reading.note(
                    layers[last.layer].file,
                    "\(Path(steps: group.path)): the version is filled in elsewhere, left alone")
                return
            }
            let isEmpty = text.isEmpty || last.node.scalar?.type == .null
            if !isEmpty { pins.append(layers[last.layer].pin(last.node, artifact, form)) }
            for place in places.dropLast().reversed() where place.node.string?.isEmpty == false {
                hidden.append(layers[place.layer].pin(place.node, artifact, form))
            }
        }
        if let fallback, !isWhole {
            if pins.isEmpty { pins = [fallback.pin(artifact)] } else { hidden.append(fallback.pin(artifact)) }
        }
        guard !pins.isEmpty else { return }
        var use = Use(
            artifact: artifact, pins: pins, hidden: hidden, app: app, files: Set(layers.map(\.file)))
        if !isWhole, let top = layers.last, top.holder == nil {
            use.override = .values(file: top.file, path: keys(group.path + [.key(tagField)]))
        }
        reading.uses.append(use)
    }

    /// What the group is an image of; nil where it is none.
    private static func imageName(of group: Group, _ app: String) -> String? {
        let last: String? = if case .key(let key)? = group.path.last { key } else { nil }
        let isImageKey =
            last.map { $0 == "image" || $0.hasSuffix("Image") || $0.hasSuffix("_image") } ?? false
        let hasVersion =
            group.fields["tag"] != nil || group.fields["digest"] != nil || group.fields["imageTag"] != nil
        var name: String?
        if let repository = group.text("repository"), !repository.isEmpty, hasVersion || isImageKey {
            // A Helm or Git repository is not an image.
            if repository.contains("://") { return nil }
            name = ImageReference(repository)?.name
        } else if let image = group.text("image"), !image.isEmpty {
            guard let reference = ImageReference(image), hasVersion || reference.version != Version() else {
                return nil
            }
            name = reference.name
        } else if isImageKey, hasVersion, let named = group.text("name"), !named.isEmpty {
            name = ImageReference(named)?.name
        } else if isImageKey, hasVersion {
            // The repository is the chart's own business: the place in the values names the image.
            return "\(app):\(Path(steps: group.path))"
        }
        guard let name else { return nil }
        guard let registry = group.text("registry"), !registry.isEmpty else { return name }
        return "\(registry)/\(name)"
    }

    private static func keys(_ steps: [Path.Step]) -> [String] {
        steps.map { step in
            switch step {
            case .key(let key): key
            default: "\(Path(steps: [step]))"
            }
        }
    }
}

/// A chart: what Chart.yaml pins, and the images of its values in layers.
enum HelmChart {
    /// `layers` are files, lowest first; Chart.yaml may be among them.
    static func read(layers: [String], app: String, in checkout: Checkout) throws -> Reading {
        var reading = Reading()
        var values: [HelmValues.Layer] = []
        var fallback: HelmValues.Fallback?
        var appVersion: Use?
        for path in layers {
            guard let file = try checkout.file(at: path) else { continue }
            reading.files.insert(path)
            guard let yaml = file.yaml, !yaml.looksLikeTemplate else {
                reading.note(path, "left alone: \(file.problem ?? "it is a template")")
                continue
            }
            guard let root = yaml.documents.first?.root, root.kind == .mapping else { continue }
            guard FilePath.name(of: path) == "Chart.yaml" else {
                values.append(HelmValues.Layer(root: root, file: path))
                continue
            }
            let resource = Resource(root: root, file: path, document: 0)
            for dependency in root["dependencies"]?.items ?? [] {
                readDependency(dependency, of: resource, app: app, into: &reading)
            }
            if let node = root["appVersion"], node.string?.isEmpty == false {
                fallback = HelmValues.Fallback { resource.pin(node, $0, .tag) }
                appVersion = resource.use(node, Artifact(.chart, root["name"]?.string ?? app))
                appVersion?.app = app
            }
        }
        HelmValues.read(values, app: app, fallback: fallback, into: &reading)
        // The chart's own version of what it packs, where no image of the values takes it.
        if let appVersion, let pin = appVersion.pins.first,
            !reading.uses.contains(where: { ($0.pins + $0.hidden).contains { $0.location == pin.location } })
        {
            reading.uses.append(appVersion)
        }
        return reading
    }

    /// An entry of Chart.yaml's `dependencies`.
    private static func readDependency(
        _ dependency: Node, of resource: Resource, app: String, into reading: inout Reading
    ) {
        guard let name = dependency["name"]?.string else { return }
        let repository = dependency["repository"]?.string ?? ""
        // A chart of the same repository has no version of its own to promote.
        if repository.hasPrefix("file://") || repository.isEmpty { return }
        let prefix = repository.hasSuffix("/") ? repository : repository + "/"
        if var use = resource.use(dependency["version"], Artifact(.chart, prefix + name)) {
            use.app = app
            reading.uses.append(use)
        }
    }
}
