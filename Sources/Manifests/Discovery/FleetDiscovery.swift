internal import YAML

/// What Rancher Fleet deploys: a bundle for each fleet.yaml, an environment for each target that changes it.
struct FleetDiscovery {
    private let checkout: Checkout
    private let files: [String]
    private let scope: DeployerScope

    init(_ checkout: Checkout, objects: DeployingObjects, scope: DeployerScope) {
        self.checkout = checkout
        self.scope = scope
        files = objects[.fleet].filter(scope.contains)
    }

    func discover() throws -> Discovered {
        var discovered = Discovered()
        let folders = files.map(FilePath.folder)
        for file in files {
            guard let root = try checkout.file(at: file)?.yaml?.documents.first?.root else { continue }
            let content = Composed.written(root, Origin(file: file))
            let folder = FilePath.folder(of: file)
            let last = FilePath.name(of: folder)
            let isAmbiguous = folders.count { FilePath.name(of: $0) == last } > 1
            let name = isAmbiguous ? folder : last
            let targets = (content["targetCustomizations"]?.items ?? []).compactMap { target in
                target["name"]?.string.flatMap {
                    EnvironmentName.isValid($0) ? (name: $0, target: target) : nil
                }
            }
            let single = scope.environment(at: file) ?? "default"
            for (environment, target) in targets.isEmpty ? [(single, .mapping([]))] : targets {
                discovered.evidence[environment] =
                    discovered.evidence[environment]
                    ?? (targets.isEmpty ? "\(file): no targets" : "\(file): target \(environment)")
                let (parts, claims) = try parts(content, target: target, folder: folder)
                discovered.apps.append(
                    Discovered.App(
                        environment: environment, name: name.isEmpty ? environment : name,
                        recipe: Recipe(parts, files: [file]), claims: claims,
                        evidence: "\(file): bundle"))
            }
        }
        return discovered
    }

    private func parts(
        _ content: Composed, target: Composed, folder: String
    ) throws -> (parts: [Recipe.Part], claims: Set<String>) {
        if let path = (target["kustomize"] ?? content["kustomize"])?["dir"]?.string,
            let found = try checkout.resolve(path, from: folder)
        {
            return ([.folder(found, isDeep: false)], [found])
        }
        let base = content["helm"] ?? .mapping([])
        let helm = target["helm"].flatMap { base.merged(with: $0, .none) } ?? base
        var layers = try (helm["valuesFiles"]?.items ?? []).compactMap(\.string)
            .compactMap { try checkout.resolve($0, from: folder) }
        let claims = Set(layers)
        let inline = [helm["values"]].compactMap { $0 }
        let chart = helm["chart"]?.string
        let local =
            try chart.flatMap { $0.contains("://") ? nil : try checkout.resolve($0, from: folder) } ?? folder
        if helm["repo"] == nil, checkout.contains(FilePath.join(local, "Chart.yaml")) {
            layers = ["Chart.yaml", "values.yaml"].map { FilePath.join(local, $0) } + layers
            return ([.chart(layers: layers, inline: inline)], claims.union([local]))
        }
        if let chart {
            var release: [Composed.Entry] = []
            let repository = helm["repo"]?.string
            release.append(("chart", .text(repository.map { "\($0)/\(chart)" } ?? chart)))
            if let version = helm["version"] { release.append(("version", version)) }
            return ([.release(.mapping(release), layers: layers, inline: inline)], claims)
        }
        return ([.folder(folder, isDeep: Kustomization.path(in: folder, checkout) == nil)], [folder])
    }
}
