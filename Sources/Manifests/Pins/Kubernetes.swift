internal import YAML

/// Images in Kubernetes objects: every container of anything with a pod template, also of kinds that
/// gx has never heard of.
enum Kubernetes {
    static let containerLists: Set<String> = ["containers", "initContainers", "ephemeralContainers"]
    /// All of them end so, with a capital before it or without.
    static let endOfContainerLists = "ontainers"

    static func read(_ resource: Resource, into reading: inout Reading) {
        var found: [(container: String, isAside: Bool, image: Composed)] = []
        collect(in: resource.content, &found)
        for (container, isAside, value) in found {
            guard let text = value.string, !text.isEmpty else { continue }
            guard let image = ComposedImage(value) else {
                reading.note(
                    resource.file,
                    Substitution.isIn(text)
                        ? "\(resource.kind)/\(resource.name): the image is filled in elsewhere"
                        : "\(resource.kind)/\(resource.name): '\(text)' is not an image")
                continue
            }
            var use = Use(
                artifact: Artifact(.image, image.name), pins: image.pins, hidden: image.hidden,
                workload: Workload(
                    kind: resource.kind, name: resource.name, container: container, isAside: isAside),
                app: resource.name, files: resource.files)
            use.override = resource.kustomization.map { .kustomization(file: $0, image: image.name) }
            reading.uses.append(use)
        }
    }

    private static func collect(
        in value: Composed, _ found: inout [(container: String, isAside: Bool, image: Composed)]
    ) {
        guard value.mayHold(keyEndingIn: [endOfContainerLists]) else { return }
        switch value.kind {
        case .sequence:
            for item in value.items { collect(in: item, &found) }
        case .mapping:
            for (key, value) in value.entries {
                if containerLists.contains(key), value.kind == .sequence {
                    for container in value.items {
                        if let image = container["image"] {
                            found.append((container["name"]?.string ?? "", key != "containers", image))
                        }
                    }
                } else {
                    collect(in: value, &found)
                }
            }
        case .scalar: break
        }
    }
}

extension Composed {
    /// This value with other containers in some of its lists; nil where nothing changes.
    func changingContainers(
        in lists: Set<String>, _ change: (_ container: Composed) -> Composed?
    ) -> Composed? {
        guard mayHold(keyEndingIn: [Kubernetes.endOfContainerLists]) else { return nil }
        switch kind {
        case .sequence:
            return items.changing { $0.changingContainers(in: lists, change) }.map(Composed.sequence)
        case .mapping:
            return entries.changing { key, value in
                let changed =
                    lists.contains(key) && value.kind == .sequence
                    ? value.items.changing(change).map(Composed.sequence)
                    : value.changingContainers(in: lists, change)
                return changed.map { (key, $0) }
            }.map(Composed.mapping)
        case .scalar: return nil
        }
    }
}

extension Array {
    /// The elements with those that `change` has another one for; nil where it has none.
    fileprivate func changing(_ change: (Element) -> Element?) -> [Element]? {
        var result: [Element]?
        for (index, element) in enumerated() {
            guard let changed = change(element) else { continue }
            result = result ?? self
            result?[index] = changed
        }
        return result
    }
}
