internal import YAML

/// Values that a HelmRelease takes from ConfigMaps: in their order, beneath its own.
extension Flux {
    /// Whether any of some objects takes values from ConfigMaps.
    static func takesConfigMaps(_ resources: [Resource]) -> Bool {
        resources.contains { !configMaps(of: $0).isEmpty }
    }

    /// Gives releases what they take, so that pins lead to where it is written.
    static func fillValues(of reading: inout Reading) {
        for index in reading.resources.indices {
            let release = reading.resources[index]
            let references = configMaps(of: release)
            guard !references.isEmpty else { continue }
            var values = Composed.mapping([])
            for reference in references {
                let map = reading.resources.last { one in
                    one.kind == "ConfigMap" && one.current.name == reference["name"]?.string
                        && (one.current.namespace == release.current.namespace
                            || one.current.namespace.isEmpty || release.current.namespace.isEmpty)
                }
                let key = reference["valuesKey"]?.string ?? "values.yaml"
                guard let map, let value = map.content["data"]?[key] else { continue }
                reading.resources[index].files.formUnion(map.files)
                if let target = reference["targetPath"]?.string {
                    values = values.setting(target.split(separator: ".").map(String.init), to: value)
                    continue
                }
                do {
                    for document in try InlineYAML.documents(in: value).prefix(1) {
                        values = values.merged(with: document, .none) ?? values
                    }
                } catch { reading.note(map.file, "ConfigMap/\(map.name): \(key): \(error)") }
            }
            if let own = release.content["spec"]?["values"] {
                values = values.merged(with: own, .none) ?? values
            }
            reading.resources[index].content = release.content.setting(["spec", "values"], to: values)
        }
    }

    private static func configMaps(of resource: Resource) -> [Composed] {
        guard resource.kind == "HelmRelease" else { return [] }
        return (resource.content["spec"]?["valuesFrom"]?.items ?? []).filter {
            $0["kind"]?.string == "ConfigMap"
        }
    }
}
