internal import YAML

/// What Argo CD deploys: Applications, those that kustomizations patch, and those that ApplicationSets make.
struct ArgoDiscovery {
    private let checkout: Checkout
    private let files: [String]
    private let scope: DeployerScope

    init(_ checkout: Checkout, objects: DeployingObjects, scope: DeployerScope) {
        self.checkout = checkout
        self.scope = scope
        files = objects[.argocd]
    }

    func discover() throws -> Discovered {
        var discovered = Discovered()
        let resources = try collect(&discovered)
        guard !resources.isEmpty else { return discovered }
        let home = try HomeRepository(
            checkout, sources: resources.flatMap { Self.named($0.resource.content) })
        var expansion = ApplicationSetExpansion(checkout, home: home)
        var applications: [ArgoApplication] = []
        for (resource, overlay) in resources {
            if resource.kind == "ApplicationSet" {
                expansion = ApplicationSetExpansion(checkout, home: home)
                let made = try expansion.applications(of: resource)
                for (content, parameters) in made {
                    applications.append(
                        ArgoApplication(
                            resource: resource, content: content, parameters: parameters, overlay: overlay))
                }
                if made.isEmpty {
                    let asked = expansion.unknown.sorted().joined(separator: ", ")
                    discovered.leftOut.append(
                        .init(
                            file: resource.file,
                            reason: "ApplicationSet/\(resource.name): "
                                + (asked.isEmpty
                                    ? "its generators find nothing here" : "made from outside: \(asked)")
                        ))
                }
            } else {
                applications.append(
                    ArgoApplication(resource: resource, content: resource.content, overlay: overlay))
            }
        }
        let environments = EnvironmentSigns(applications.map { $0.signs(in: scope) })
        for (index, application) in applications.enumerated() {
            guard let environment = environments[index] else {
                discovered.leftOut.append(
                    .init(
                        file: application.resource.file,
                        reason: "Application/\(application.name): nothing says which environment it is in"))
                continue
            }
            let recipe = ArgoRecipe(application, checkout, home: home, files: files)
            if let app = try recipe.app(in: environment.name, environments, &discovered.leftOut) {
                discovered.apps.append(app)
            }
            if discovered.evidence[environment.name] == nil {
                discovered.evidence[environment.name] = environment.evidence
            }
        }
        return discovered
    }

    // MARK: Applications

    /// All Applications and ApplicationSets: as the outermost kustomizations make them, else as they are written.
    private func collect(_ discovered: inout Discovered) throws -> [(resource: Resource, overlay: String?)] {
        func deploys(_ resource: Resource) -> Bool {
            resource.original.group == "argoproj.io"
                && ["Application", "ApplicationSet"].contains(resource.kind)
        }
        var found: [(resource: Resource, overlay: String?)] = []
        let deploying = try files.filter { try !checkout.objects(in: $0, deploys).isEmpty }
        let roots = try KustomizationGraph(checkout).roots(of: Set(deploying))
        for root in Set(roots.values.flatMap { $0 }).sorted() {
            var build = KustomizeBuild(checkout)
            try build.build(root)
            let isTaken = scope.contains(root)
            found += build.reading.resources.filter(deploys).filter { isTaken || scope.contains($0.file) }
                .map { ($0, root) }
        }
        for file in deploying where roots[file] == nil && scope.contains(file) {
            if let folder = enclosing(file) {
                discovered.leftOut.append(
                    .init(file: file, reason: "the kustomization of \(folder) does not name it"))
                continue
            }
            found += try checkout.objects(in: file, deploys).map { ($0, nil) }
        }
        return found
    }

    /// The folder with a kustomization that a file is in, and no part of.
    private func enclosing(_ file: String) -> String? {
        var folder = FilePath.folder(of: file)
        while !folder.isEmpty {
            if Kustomization.path(in: folder, checkout) != nil { return folder }
            folder = FilePath.folder(of: folder)
        }
        return nil
    }

    /// The repositories and paths that an object names.
    private static func named(_ content: Composed) -> [(url: String, path: String)] {
        let specs = [content["spec"], content["spec"]?["template"]?["spec"]].compactMap { $0 }
        var found: [(url: String, path: String)] = []
        for generator in content["spec"]?["generators"]?.items ?? [] {
            for git in [generator["git"]]
                + (generator["matrix"]?["generators"]?.items ?? []).map({ $0["git"] })
            {
                guard let url = git?["repoURL"]?.string else { continue }
                let items = (git?["directories"]?.items ?? []) + (git?["files"]?.items ?? [])
                for item in items where item["exclude"]?.string != "true" {
                    if let path = item["path"]?.string { found.append((url, path)) }
                }
            }
        }
        for source in specs.flatMap({ [$0["source"]].compactMap { $0 } + ($0["sources"]?.items ?? []) }) {
            guard let url = source["repoURL"]?.string, source["chart"] == nil else { continue }
            if let path = source["path"]?.string {
                found.append((url, FilePath.resolved(path, from: "") ?? path))
            }
        }
        return found
    }

}
