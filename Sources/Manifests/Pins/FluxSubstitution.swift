internal import Git
internal import System
internal import YAML

/// What `postBuild` of a Flux Kustomization fills in: a place that is nothing but a variable becomes what stands where
/// the variable is set, so that a pin leads there.
extension FluxKustomization {
    /// Whether ConfigMaps may say what is filled in.
    var takesVariables: Bool { spec["postBuild"]?["substituteFrom"]?.items.isEmpty == false }

    /// What stands where each variable is set.
    ///
    /// - Parameter sources: Objects among which ConfigMaps of variables may be.
    func variables(from sources: [Resource]) -> [String: Composed] {
        guard let build = spec["postBuild"] else { return [:] }
        var variables: [String: Composed] = [:]
        for reference in build["substituteFrom"]?.items ?? [] where reference["kind"]?.string == "ConfigMap" {
            let map = sources.last { $0.kind == "ConfigMap" && $0.current.name == reference["name"]?.string }
            for (key, value) in map?.content["data"]?.entries ?? [] { variables[key] = value }
        }
        for (key, value) in build["substitute"]?.entries ?? [] { variables[key] = value }
        return variables
    }

    func substitute(
        _ variables: [String: Composed], in reading: inout Reading, _ checkout: Checkout
    ) throws {
        guard spec["postBuild"] != nil else { return }
        let isOwn = try files.contains(where: checkout.hasVariables)
        for index in reading.resources.indices {
            let resource = reading.resources[index]
            guard try isOwn || resource.files.contains(where: checkout.hasVariables) else { continue }
            let switches = resource.content["metadata"]?["annotations"]
            guard switches?["kustomize.toolkit.fluxcd.io/substitute"]?.string != "disabled",
                let content = resource.content.substituting(variables)
            else { continue }
            reading.resources[index].content = content
            reading.resources[index].files.formUnion(files.union(variables.values.compactMap(\.file)))
        }
    }

    /// The folder of this repository that is copied to a path of an artifact: generators say from where.
    func folder(
        _ path: String, ofArtifact name: String, checkout: Checkout, sources: [Resource]
    ) throws -> String? {
        guard let wanted = FilePath.resolved(path, from: "") else { return nil }
        for generator in sources where generator.kind == "ArtifactGenerator" {
            let artifact = generator.content["spec"]?["artifacts"]?.items.first { $0["name"]?.string == name }
            for copy in artifact?["copy"]?.items ?? [] {
                guard let source = copy["from"]?.string.flatMap(Self.inside),
                    let target = copy["to"]?.string.flatMap(Self.inside),
                    wanted == target || FilePath.isWithin(target, wanted)
                else { continue }
                let rest = String(wanted.dropFirst(target.count).drop { $0 == "/" })
                let folder = rest.isEmpty ? source : FilePath.join(source, rest)
                if checkout.isFolder(folder) { return folder }
            }
        }
        return nil
    }

    /// `@monorepo/apps/base/**` is `apps/base` of the source.
    private static func inside(_ text: String) -> String? {
        guard text.hasPrefix("@") else { return nil }
        return text.split(separator: "/").dropFirst().filter { !$0.contains("*") }.joined(separator: "/")
    }
}

extension Checkout {
    /// Whether there may be a variable in a file.
    fileprivate func hasVariables(_ path: String) throws -> Bool {
        guard let id = id(of: path) else { return true }
        if let known = variables[id] { return known }
        let has = try Self.variable.isIn(repository.blob(id))
        variables[id] = has
        return has
    }

    fileprivate static let variable = ByteSearch("${")
}

extension Composed {
    /// With variables in the place of `${NAME}`; nil where nothing changes.
    fileprivate func substituting(_ variables: [String: Composed]) -> Composed? {
        // Most of what is written has none.
        if case .written(let node, _) = self, !node.mayHold(Checkout.variable) { return nil }
        switch kind {
        case .mapping:
            var isChanged = false
            let entries = entries.map { key, value in
                let changed = value.substituting(variables)
                isChanged = isChanged || changed != nil
                return (key: key, value: changed ?? value)
            }
            return isChanged ? .mapping(entries) : nil
        case .sequence:
            var isChanged = false
            let items = items.map { item in
                let changed = item.substituting(variables)
                isChanged = isChanged || changed != nil
                return changed ?? item
            }
            return isChanged ? .sequence(items) : nil
        case .scalar:
            guard let text = string, text.place(of: "${") != nil else { return nil }
            return Self.parts(of: text, variables).flatMap(Interpolation.joined)
        }
    }

    /// Nil where a variable has no end.
    private static func parts(of text: String, _ variables: [String: Composed]) -> [Interpolation.Part]? {
        let (parts, isWhole) = Interpolation.parts(of: text, from: "${", to: "}") { expression, place in
            let name = expression.prefix { $0 != ":" }
            // `${NAME:=default}`, `${NAME:-default}`
            if variables[String(name)] == nil, name.count < expression.count {
                return .text(String(expression.dropFirst(name.count + 2)))
            }
            return .value(variables[String(name)], place: place)
        }
        return isWhole ? parts : nil
    }
}
