internal import YAML

/// How an Application of Argo CD is read: its sources of this repository, and what the object adds to them.
struct ArgoRecipe {
    private let application: ArgoApplication
    private let checkout: Checkout
    private let home: HomeRepository
    /// Those with objects of Argo CD.
    private let files: [String]
    private var parts: [Recipe.Part] = []
    private var claims: Set<String> = []
    /// The sources as they are read from the object: of a folder of this repository, only what is added to it.
    private var kept: [Composed] = []
    private var leadsToApplications = false
    private var isForeign = false

    init(_ application: ArgoApplication, _ checkout: Checkout, home: HomeRepository, files: [String]) {
        (self.application, self.checkout, self.home, self.files) = (application, checkout, home, files)
    }

    /// Nil where it deploys nothing but other Applications.
    ///
    /// - Parameter leftOut: Gets what it names and this commit does not have.
    func app(
        in environment: String, _ signs: EnvironmentSigns, _ leftOut: inout [Discovered.LeftOut]
    ) throws -> Discovered.App? {
        var recipe = self
        for source in application.sources { try recipe.add(source, &leftOut) }
        return recipe.finished(in: environment, signs)
    }

    private mutating func add(_ source: Composed, _ leftOut: inout [Discovered.LeftOut]) throws {
        guard try home.isHome(source["repoURL"]?.string ?? ""), source["chart"] == nil else {
            isForeign = isForeign || source["chart"] != nil || source["path"] != nil
            kept.append(source)
            let layers = try values(of: source, folder: "")
            guard !layers.isEmpty else { return }
            parts.append(.chart(layers: layers, inline: []))
            claims.formUnion(layers)
            return
        }
        kept.append(source.removing("targetRevision"))
        guard let path = source["path"]?.string else { return }
        guard let folder = try checkout.resolve(path, from: "") else {
            leftOut.append(
                .init(
                    file: application.resource.file,
                    reason: "Application/\(application.name): '\(path)' is not in this commit"))
            return
        }
        if checkout.contains(FilePath.join(folder, "Chart.yaml")) {
            let layers = try values(of: source, folder: folder)
            let own = ["Chart.yaml", "values.yaml"].map { FilePath.join(folder, $0) }
            parts.append(.chart(layers: own + layers.filter { !own.contains($0) }, inline: []))
            claims.formUnion(layers + [folder])
        } else {
            let isDeep = source["directory"]?["recurse"]?.string == "true"
            if !folder.isEmpty { claims.insert(folder) }
            if files.contains(where: { FilePath.isWithin(folder, $0) }) { leadsToApplications = true }
            parts.append(.folder(folder, isDeep: isDeep))
        }
    }

    private func finished(in environment: String, _ signs: EnvironmentSigns) -> Discovered.App? {
        if leadsToApplications, !isForeign, parts.count == 1 { return nil }
        let resource = application.resource
        let generated = application.parameters?.files ?? []
        let files = resource.files.union(generated)
        let spec = application.spec ?? .mapping([])
        let changed =
            spec["sources"] == nil
            ? kept.first.map { spec.setting(["source"], to: $0) } ?? spec
            : spec.removing("sources").setting(["sources"], to: .sequence(kept))
        let content = application.content.setting(["spec"], to: changed)
        var object = Resource(content, file: resource.file, as: resource.current)
        object.files = files
        if object.kind == "ApplicationSet" { object = object.asApplication(content) }
        return Discovered.App(
            environment: environment, name: application.appName(in: environment, signs),
            recipe: Recipe([.object(object)] + parts, files: files),
            claims: claims.union(application.parameters == nil ? files : generated),
            evidence: "\(resource.file): \(resource.kind)/\(application.name)")
    }

    /// Files of values of a source: of its own folder, from the repository's root, or of the source that is named so.
    private func values(of source: Composed, folder: String) throws -> [String] {
        var layers: [String] = []
        for value in source["helm"]?["valueFiles"]?.items ?? [] {
            guard let text = value.string, !Substitution.isIn(text) else { continue }
            var path: String?
            if text.hasPrefix("$"), let slash = text.firstIndex(of: "/") {
                let name = text[text.index(after: text.startIndex)..<slash]
                let other = application.sources.first { $0["ref"]?.string == String(name) }
                guard let other, try home.isHome(other["repoURL"]?.string ?? "") else { continue }
                path = try checkout.resolve(String(text[text.index(after: slash)...]), from: "")
            } else if text.hasPrefix("/") {
                path = try checkout.resolve(String(text.dropFirst()), from: "")
            } else if !folder.isEmpty {
                path = try checkout.resolve(text, from: folder)
            }
            if let path, !layers.contains(path) { layers.append(path) }
        }
        return layers
    }
}

extension Resource {
    /// What a set makes, to be read as what it is.
    fileprivate func asApplication(_ content: Composed) -> Resource {
        var identity = original
        identity.kind = "Application"
        identity.name = content["metadata"]?["name"]?.string ?? name
        var resource = Resource(content, file: file, as: identity)
        resource.files = files
        return resource
    }
}
