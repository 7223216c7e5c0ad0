internal import YAML

/// Images in Helm values: `image.repository/registry/tag/digest`, `image: repo:tag`, `*Image`, `imageTag`.
enum HelmValues {
    /// Where a tag comes from that no value sets: the chart's `appVersion`.
    struct Fallback {
        let value: Composed
    }

    /// The fields of one mapping that together say what image is meant.
    private struct Group {
        var path: [Path.Step]
        var fields: [String: Composed] = [:]
        /// Whether the path leads to the version itself: `workerImageTag`.
        var isScalar = false

        func text(_ field: String) -> String? { fields[field]?.string }
        func has(_ field: String) -> Bool { fields[field] != nil }

        var tagField: String {
            if has("tag") { return "tag" }
            if has("imageTag") { return "imageTag" }
            return has("image") && has("version") ? "version" : "tag"
        }

        /// `image: ghcr.io/acme/api` beside `version: 1.4.2`, and whatever else is a version.
        var hasVersion: Bool {
            ["tag", "digest", "imageTag"].contains(where: has) || tagField == "version"
        }
    }

    private static let fields: Set<String> = [
        "registry", "repository", "tag", "digest", "image", "imageTag", "name", "version",
    ]

    /// `files` are those that the values come from, `overrides` the one where a value of the environment's own
    /// would go; what is below `skipped` keys is passed over. `chart` names what the values do not, where `app` is not
    /// called alike in all environments.
    static func read(
        _ values: Composed, app: String, chart: String? = nil, fallback: Fallback? = nil,
        skipping skipped: Set<String> = [], files: Set<String>, overrides: String? = nil,
        into reading: inout Reading
    ) {
        var groups: [Group] = []
        collect(values, at: [], skipping: skipped, &groups)
        for group in groups {
            guard let name = imageName(of: group, chart ?? app) else { continue }
            var use = Use(artifact: Artifact(.image, name), pins: [], app: app, files: files)
            guard pin(&use, group: group, fallback: fallback, reading: &reading) else { continue }
            if !isWhole(group), let overrides {
                let place = group.isScalar ? group.path : group.path + [.key(group.tagField)]
                use.override = .values(file: overrides, path: keys(place))
            }
            reading.uses.append(use)
        }
    }

    /// A group without a key that ends so is no image: `sidecarImage`, `imageTag`.
    private static let endings = ["mage", "mages", "repository", "ag", "digest"]

    private static func collect(
        _ value: Composed, at path: [Path.Step], skipping skipped: Set<String>, _ groups: inout [Group]
    ) {
        guard value.mayHold(keyEndingIn: endings) || namesImages(path) else { return }
        switch value.kind {
        case .mapping:
            let mapping = value
            let own = groups.count
            var group = Group(path: path)
            groups.append(group)
            for (key, value) in value.entries where !skipped.contains(key) {
                if value.kind != .scalar {
                    collect(value, at: path + [.key(key)], skipping: skipped, &groups)
                } else if key != "image", key.hasSuffix("Image") || key.hasSuffix("_image") {
                    // `sidecarImage: repo:tag` is a group of its own.
                    groups.append(Group(path: path + [.key(key)], fields: ["image": value]))
                } else if let tag = lone(key, value, in: mapping, at: path) {
                    groups.append(tag)
                } else if fields.contains(key) {
                    group.fields[key] = value
                } else if namesImages(path), ImageReference(value.string ?? "")?.version.tag != nil {
                    // `images: { web: repo:tag }`
                    groups.append(Group(path: path + [.key(key)], fields: ["image": value]))
                }
            }
            groups[own] = group
        case .sequence:
            for (index, item) in value.items.enumerated() {
                collect(item, at: path + [.index(index)], skipping: skipped, &groups)
            }
        case .scalar: break
        }
    }

    /// `workerImageTag`, of `workerImage` or `workerImageRepository` where that is beside it; and `imageTag` alone.
    private static func lone(
        _ key: String, _ value: Composed, in mapping: Composed, at path: [Path.Step]
    ) -> Group? {
        let isAlone =
            ["imageTag", "image_tag"].contains(key) && mapping["image"] == nil
            && mapping["repository"] == nil && !isImage(path)
        guard let tail = ["mageTag", "mage_tag"].first(where: key.hasSuffix),
            isAlone || key.hasSuffix("ImageTag") || key.hasSuffix("_image_tag")
        else { return nil }
        var group = Group(path: path + [.key(key)], fields: ["imageTag": value], isScalar: true)
        let image = String(key.dropLast(tail == "mageTag" ? 3 : 4))
        for name in [image, image + "Repository", image + "_repository"] {
            if let beside = mapping[name], ImageReference(beside.string ?? "")?.version == Version() {
                group.fields["image"] = beside
                break
            }
        }
        return group
    }

    private static func isImage(_ path: [Path.Step]) -> Bool {
        guard case .key(let key)? = path.last else { return false }
        return key == "image" || key.hasSuffix("Image") || key.hasSuffix("_image")
    }

    private static func namesImages(_ path: [Path.Step]) -> Bool {
        guard case .key(let key)? = path.last else { return false }
        return key == "images" || key.hasSuffix("Images") || key.hasSuffix("_images")
    }

    /// The field that holds an image with its version: `image: repo:tag`, or `image: { name: repo:tag }`.
    private static func wholeField(_ group: Group) -> String? {
        let isNamed =
            isImage(group.path) && !group.has("image") && !group.has("repository") && !group.hasVersion
        return ["image", isNamed ? "name" : nil].compactMap(\.self).first {
            group.text($0).flatMap(ImageReference.init).map { $0.version != Version() } ?? false
        }
    }

    private static func isWhole(_ group: Group) -> Bool { wholeField(group) != nil }

    /// Finds the pins of a group; false where there are none.
    private static func pin(
        _ use: inout Use, group: Group, fallback: Fallback?, reading: inout Reading
    ) -> Bool {
        let whole = wholeField(group)
        let isWhole = whole != nil
        let fields: [(String, Pin.Form)] =
            (whole.map { [($0, .reference(prefix: ""))] } ?? [(group.tagField, .tag)]) + [("digest", .digest)]
        for (field, form) in fields {
            guard let value = group.fields[field], let text = value.string else { continue }
            if Substitution.isIn(text) {
                reading.note(
                    value.written?.origin.file ?? "",
                    "\(Path(steps: group.path)): the version is filled in elsewhere")
                return false
            }
            if field == whole, let image = ComposedImage(value) {
                use.pins += image.pins.map { $0.of(use.artifact) }
                use.hidden += image.hidden.map { $0.of(use.artifact) }
                continue
            }
            let (pin, hidden) = value.pins(of: use.artifact, form)
            if let pin { use.pins.append(pin) }
            use.hidden += hidden
        }
        if !isWhole, let last = fallback?.value.pins(of: use.artifact, .tag).pin {
            if use.pins.isEmpty { use.pins = [last] } else { use.hidden.append(last) }
        }
        return !use.pins.isEmpty
    }

    /// What the group is an image of; nil where it is none.
    private static func imageName(of group: Group, _ app: String) -> String? {
        let isImageKey = isImage(group.path)
        let hasVersion = group.hasVersion
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
        } else if isImageKey, hasVersion || wholeField(group) == "name", let named = group.text("name"),
            !named.isEmpty
        {
            name = ImageReference(named)?.name
        } else if isImageKey || group.isScalar, hasVersion {
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

extension Pin {
    fileprivate func of(_ artifact: Artifact) -> Pin {
        var pin = self
        pin.artifact = artifact
        return pin
    }
}
