internal import YAML

/// A workload that runs something, and the Services in front of it.
public struct AffectedWorkload: Hashable, Sendable {
    /// `Deployment/api`
    public var workload: String
    /// The containers that run it, sorted.
    public var containers: [String]
    /// The names of the Services whose selector its pods answer to, sorted.
    public var services: [String]
}

extension Estate {
    /// The workloads of an app in an environment that run some of its artifacts. None where only a chart's templates
    /// would tell.
    public func workloads(
        of app: AppSnapshot, running artifacts: (Artifact) -> Bool
    ) throws -> [AffectedWorkload] {
        var containers: [String: Set<String>] = [:]
        for slot in app.slots where artifacts(slot.artifact) {
            for workload in slot.workloads {
                containers["\(workload)", default: []].insert(workload.container)
            }
        }
        guard !containers.isEmpty else { return [] }
        let objects = try objects(of: app.unit)
        return containers.sorted { $0.key < $1.key }.map { title, containers in
            let object = objects.first { $0.title == title }
            return AffectedWorkload(
                workload: title, containers: containers.sorted(),
                services: object.map { services(of: $0, among: objects) } ?? [])
        }
    }

    private func services(of workload: ManifestObject, among objects: [ManifestObject]) -> [String] {
        let labels = workload.content["spec"]?.podLabels ?? [:]
        let found = objects.filter { object in
            guard object.kind == "Service", object.namespace == workload.namespace,
                let selector = object.content["spec"]?["selector"]?.texts, !selector.isEmpty
            else { return false }
            return selector.allSatisfy { labels[$0.key] == $0.value }
        }
        // Several overlays of one app may each have it.
        return Set(found.map(\.name)).sorted()
    }
}

extension Value {
    fileprivate subscript(key: String) -> Value? {
        guard case .mapping(let entries) = self else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// The entries whose values are scalars.
    fileprivate var texts: [String: String] {
        guard case .mapping(let entries) = self else { return [:] }
        return entries.reduce(into: [:]) { texts, entry in
            switch entry.value {
            case .scalar(let text), .literal(let text): texts[entry.key] = text
            case .mapping, .sequence: break
            }
        }
    }

    /// The labels of the pods that a workload's `spec` makes: those of the pod template, however deep it is.
    fileprivate var podLabels: [String: String]? {
        guard case .mapping(let entries) = self else { return nil }
        if let template = self["template"], let labels = template["metadata"]?["labels"] {
            return labels.texts
        }
        for entry in entries { if let labels = entry.value.podLabels { return labels } }
        return nil
    }
}
