internal import YAML

/// `ResourceSet` of the Flux operator: objects made of templates, once for each of its inputs. What is nothing but an
/// input becomes what stands there, so that a pin leads to it.
enum ResourceSet {
    static let group = "fluxcd.controlplane.io"

    /// Puts what resource sets make in their place.
    static func expand(in reading: inout Reading) {
        guard reading.resources.contains(where: isOne) else { return }
        let providers = reading.resources.filter { $0.kind == "ResourceSetInputProvider" }
        var resources: [Resource] = []
        for resource in reading.resources {
            guard isOne(resource), let spec = resource.content["spec"] else {
                resources.append(resource)
                continue
            }
            let templates = (spec["resources"]?.items ?? []) + texts(of: spec, resource, &reading)
            for input in inputs(of: spec, providers) {
                for template in templates {
                    for var made in Resource.all(in: template.filled(with: input), resource.file) {
                        made.files.formUnion(resource.files)
                        resources.append(made)
                    }
                }
            }
        }
        reading.resources = resources
    }

    private static func isOne(_ resource: Resource) -> Bool {
        resource.kind == "ResourceSet" && resource.original.group == group
    }

    /// The templates that are one text.
    private static func texts(of spec: Composed, _ resource: Resource, _ reading: inout Reading) -> [Composed]
    {
        guard let text = spec["resourcesTemplate"] else { return [] }
        do { return try InlineYAML.documents(in: text) } catch {
            reading.note(resource.file, "resourcesTemplate of \(resource.name): \(error.message)")
            return []
        }
    }

    /// Those of its own, and of providers that say theirs; one of nothing where it has none.
    private static func inputs(of spec: Composed, _ providers: [Resource]) -> [Composed] {
        var inputs = spec["inputs"]?.items ?? []
        let references = spec["inputsFrom"]?.items ?? []
        for reference in references {
            guard let name = reference["name"]?.string,
                let provider = providers.last(where: { $0.current.name == name })
            else { continue }
            if let values = provider.content["spec"]?["defaultValues"] { inputs.append(values) }
        }
        return inputs.isEmpty ? [.mapping([])] : inputs
    }
}

extension Composed {
    /// With an input's values in the place of `<< inputs.NAME >>`.
    fileprivate func filled(with input: Composed) -> Composed {
        switch kind {
        case .mapping: return .mapping(entries.map { (key: $0.key, value: $0.value.filled(with: input)) })
        case .sequence: return .sequence(items.map { $0.filled(with: input) })
        case .scalar:
            guard let text = string, text.contains("<<"), let parts = Self.parts(of: text, input) else {
                return self
            }
            return Interpolation.joined(parts) ?? self
        }
    }

    /// Nil where an action has no end.
    private static func parts(of text: String, _ input: Composed) -> [Interpolation.Part]? {
        let (parts, isWhole) = Interpolation.parts(of: text, from: "<<", to: ">>") { action, place in
            .value(value(of: action, input), place: place)
        }
        return isWhole ? parts : nil
    }

    /// `inputs.app.version`, quoted or not; nil for whatever else a template may do.
    private static func value(of action: Substring, _ input: Composed) -> Composed? {
        let words = action.split(whereSeparator: \.isWhitespace)
        guard let path = words.first, path.hasPrefix("inputs."),
            words.count == 1 || words.dropFirst() == ["|", "quote"]
        else { return nil }
        return path.split(separator: ".").dropFirst().reduce(input) { value, key in value?[String(key)] }
    }
}
