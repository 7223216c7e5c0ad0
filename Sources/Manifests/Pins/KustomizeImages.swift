/// `images:` of a kustomization and of a Flux Kustomization.
enum KustomizeImages {
    /// kustomize leaves ephemeral containers alone.
    private static let lists: Set<String> = ["containers", "initContainers"]

    /// - Parameter isOpen: Whether images may stand where only the kustomization's own `configurations` say.
    static func apply(_ entry: Composed, to reading: inout Reading, isOpen: Bool) {
        guard let file = entry.file, let name = entry["name"]?.string, !name.isEmpty else { return }
        let newName = entry["newName"]?.string
        if Substitution.isIn(name) || newName.map(Substitution.isIn) ?? false {
            reading.note(file, "images: '\(name)' is filled in elsewhere")
            return
        }
        if entry["tagSuffix"]?.string?.isEmpty == false {
            reading.note(file, "images: '\(name)' gets a suffix, which is not followed")
        }
        let change = Change(entry, name: name, newName: newName)
        if change.isElsewhere {
            reading.note(file, "images: the version of '\(name)' is filled in elsewhere")
        }
        var isUsed = false
        for index in reading.resources.indices {
            let content = reading.resources[index].content.changingContainers(in: lists) { container in
                guard let value = container["image"], var image = ComposedImage(value),
                    matches(name, image)
                else { return nil }
                change.apply(to: &image)
                return container.replacing("image", by: .image(image))
            }
            guard let content else { continue }
            isUsed = true
            reading.resources[index].content = content
            reading.resources[index].files.insert(file)
        }
        for index in reading.uses.indices where reading.uses[index].isImage(name) {
            isUsed = true
            reading.uses[index].files.insert(file)
            change.apply(to: &reading.uses[index])
        }
        guard !isUsed, !change.pins.isEmpty else { return }
        if reading.isComplete, !isOpen {
            reading.note(file, "images: no resource uses '\(name)', so its version is not in force")
        } else {
            // What it names comes from a base elsewhere.
            let artifact = Artifact(.image, newName ?? ImageReference(name)?.name ?? name)
            reading.uses.append(
                Use(artifact: artifact, pins: change.pins, app: artifact.shortName, files: [file]))
        }
    }

    /// An entry names an image, or an image with its tag (kustomize: `IsImageMatched`).
    private static func matches(_ name: String, _ image: ComposedImage) -> Bool {
        if image.name == name { return true }
        guard name.utf8.count > image.name.utf8.count, name.hasPrefix(image.name) else { return false }
        let reference = image.reference.description
        return reference == name || reference.hasPrefix(name + "@")
    }

    /// What an entry does to the images that it matches.
    private struct Change {
        let newName: String?
        let pins: [Pin]
        /// The version is a substitution, so it is not known what it becomes.
        let isElsewhere: Bool

        init(_ entry: Composed, name: String, newName: String?) {
            self.newName = newName.flatMap { $0.isEmpty ? nil : $0 }
            let artifact = Artifact(.image, self.newName ?? name)
            let values = [("newTag", Pin.Form.tag), ("digest", .digest)].compactMap { key, form in
                entry[key].map { ($0, form) }
            }
            isElsewhere = values.contains { $0.0.string.map(Substitution.isIn) ?? false }
            pins = isElsewhere ? [] : values.compactMap { $0.0.pins(of: artifact, $0.1).pin }
        }

        func apply(to image: inout ComposedImage) {
            if let newName { image.name = newName }
            if !pins.isEmpty || isElsewhere { image.repin(pins) }
        }

        func apply(to use: inout Use) {
            if let newName { use.artifact.name = newName }
            guard !pins.isEmpty || isElsewhere else { return }
            use.hidden = use.pins + use.hidden
            use.pins = pins
        }
    }
}

extension Use {
    /// Whether it is an image that a kustomization names without using it itself.
    fileprivate func isImage(_ name: String) -> Bool {
        workload == nil && artifact == Artifact(.image, name)
    }
}

extension Composed {
    /// This mapping with another value for a key that it has.
    fileprivate func replacing(_ key: String, by value: Composed) -> Composed {
        .mapping(entries.map { $0.key == key ? (key, value) : $0 })
    }
}
