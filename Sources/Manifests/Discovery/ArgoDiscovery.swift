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

    /// An application as it is deployed.
    private struct Application {
        var resource: Resource
        var content: Composed
        /// What generated it; nil where it is written out.
        var parameters: Parameters?
        /// The folder of the kustomization that makes it; nil where its file does.
        var overlay: String?

        var name: String { content["metadata"]?["name"]?.string ?? resource.current.name }
        var spec: Composed? { content["spec"] }
        var sources: [Composed] { [spec?["source"]].compactMap { $0 } + (spec?["sources"]?.items ?? []) }
    }

    func discover() throws -> Discovered {
        var discovered = Discovered()
        let resources = try collect(&discovered)
        guard !resources.isEmpty else { return discovered }
        let home = try HomeRepository(
            checkout, sources: resources.flatMap { Self.named($0.resource.content) })
        var expansion = ApplicationSetExpansion(checkout, home: home)
        var applications: [Application] = []
        for (resource, overlay) in resources {
            if resource.kind == "ApplicationSet" {
                expansion = ApplicationSetExpansion(checkout, home: home)
                let made = try expansion.applications(of: resource)
                for (content, parameters) in made {
                    applications.append(
                        Application(
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
                    Application(resource: resource, content: resource.content, overlay: overlay))
            }
        }
        let environments = EnvironmentSigns(applications.map(signs))
        for (index, application) in applications.enumerated() {
            guard let environment = environments[index] else {
                discovered.leftOut.append(
                    .init(
                        file: application.resource.file,
                        reason: "Application/\(application.name): nothing says which environment it is in"))
                continue
            }
            try add(
                application, in: environment.name, signs: environments, home: home, discovered: &discovered)
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

    // MARK: Environments

    private func signs(of application: Application) -> EnvironmentSigns.Signs {
        var signs = EnvironmentSigns.Signs()
        let keys = ["env", "environment", "stage", "envName", "environmentName", "env_name"]
        let places = [application.overlay, application.resource.file].compactMap { $0 }
        if let name = places.lazy.compactMap(scope.environment).first {
            signs.said = (name, "\(application.resource.file): gx.yaml calls it \(name)")
        } else if let parameters = application.parameters {
            for key in keys + keys.map({ "values." + $0 }) + keys.map({ "metadata.labels." + $0 }) {
                guard let value = parameters[key]?.string, EnvironmentName.isValid(value) else { continue }
                signs.said = (value, "\(application.resource.file): \(key) = \(value)")
                break
            }
        }
        let labels = application.content["metadata"]?["labels"]
        if signs.said == nil,
            let value = ["environment", "env", "stage"].compactMap({ labels?[$0]?.string }).first,
            EnvironmentName.isValid(value)
        {
            signs.said = (value, "\(application.resource.file): label \(value)")
        }
        let destination = application.spec?["destination"]
        if let name = destination?["name"]?.string, EnvironmentName.isValid(name) {
            signs.cluster = (name, "\(application.resource.file): destination \(name)")
        } else if let server = destination?["server"]?.string, !server.contains("{{"),
            let host = server.split(separator: "/").dropFirst().first, !host.hasPrefix("kubernetes.default")
        {
            let name = String(host.prefix { $0 != ":" && $0 != "." })
            signs.cluster =
                EnvironmentName.isValid(name) ? (name, "\(application.resource.file): \(server)") : nil
        }
        let file = application.resource.file
        let folders = [application.overlay, FilePath.folder(of: file)].compactMap { $0 }
        signs.words = folders.map { ($0.split(separator: "/").reversed().map(String.init), "folder \($0)") }
        let project = application.spec?["project"]?.string
        let namespace = destination?["namespace"]?.string
        let paths = application.sources.compactMap { $0["path"]?.string }
        for path in paths {
            let parts = path.split(separator: "/").map(String.init)
            if parts.count > 1, FolderWord.environments.contains(parts[parts.count - 2]),
                let name = parts.last, StagedName(name).stage != nil, EnvironmentName.isValid(name)
            {
                signs.overlay = signs.overlay ?? (name, "path \(path)")
            }
            signs.words.append((path.split(separator: "/").reversed().map(String.init), "path \(path)"))
        }
        for (name, what) in [(project, "project"), (namespace, "namespace"), (application.name, "name")] {
            if let name, !name.contains("{{") { signs.named.append((name, "\(file): \(what) \(name)")) }
        }
        for values in application.sources.flatMap({ $0["helm"]?["valueFiles"]?.items ?? [] }) {
            guard let text = values.string else { continue }
            let stem = FilePath.name(of: text).prefix { $0 != "." }
            signs.named.append((String(stem), "\(file): values \(text)"))
        }
        return signs
    }

    // MARK: Recipes

    private func add(
        _ application: Application, in environment: String, signs: EnvironmentSigns, home: HomeRepository,
        discovered: inout Discovered
    ) throws {
        var parts: [Recipe.Part] = []
        var claims: Set<String> = []
        let generated = application.parameters?.files ?? []
        let files = application.resource.files.union(generated)
        // Where a folder of this repository is a source, only what the object adds to it is read from the object.
        var content = application.content
        var leadsToApplications = false
        var isForeign = false
        let sources = application.sources
        var kept: [Composed] = []
        for source in sources {
            let url = source["repoURL"]?.string ?? ""
            guard try home.isHome(url), source["chart"] == nil else {
                isForeign = isForeign || source["chart"] != nil || source["path"] != nil
                kept.append(source)
                let layers = try values(of: source, folder: "", sources, home)
                if !layers.isEmpty {
                    parts.append(.chart(layers: layers, inline: []))
                    claims.formUnion(layers)
                }
                continue
            }
            kept.append(source.removing("targetRevision"))
            guard let path = source["path"]?.string, let folder = try checkout.resolve(path, from: "") else {
                if let path = source["path"]?.string {
                    discovered.leftOut.append(
                        .init(
                            file: application.resource.file,
                            reason: "Application/\(application.name): '\(path)' is not in this commit"))
                }
                continue
            }
            if checkout.contains(FilePath.join(folder, "Chart.yaml")) {
                let layers = try values(of: source, folder: folder, sources, home)
                let own = ["Chart.yaml", "values.yaml"].map { FilePath.join(folder, $0) }
                parts.append(.chart(layers: own + layers.filter { !own.contains($0) }, inline: []))
                claims.formUnion(layers)
                claims.insert(folder)
            } else {
                let isDeep = source["directory"]?["recurse"]?.string == "true"
                if !folder.isEmpty { claims.insert(folder) }
                if hasApplications(folder) { leadsToApplications = true }
                parts.append(.folder(folder, isDeep: isDeep))
            }
        }
        if leadsToApplications, !isForeign, parts.count == 1 { return }
        let spec = content["spec"] ?? .mapping([])
        let changed =
            spec["sources"] == nil
            ? kept.first.map { spec.setting(["source"], to: $0) } ?? spec
            : spec.removing("sources").setting(["sources"], to: .sequence(kept))
        content = content.setting(["spec"], to: changed)
        var object = Resource(content, file: application.resource.file, as: application.resource.current)
        object.files = files
        if object.kind == "ApplicationSet" { object = object.asApplication(content) }
        parts.insert(.object(object), at: 0)
        claims.formUnion(application.parameters == nil ? files : generated)
        discovered.apps.append(
            Discovered.App(
                environment: environment, name: name(of: application, in: environment, signs),
                recipe: Recipe(parts, files: files), claims: claims,
                evidence: "\(application.resource.file): \(application.resource.kind)/\(application.name)"))
    }

    /// The application's name without the environment's. Where a part of it is not known here, and nothing else tells
    /// those of a set apart, they go by the name of the set.
    private func name(
        of application: Application, in environment: String, _ signs: EnvironmentSigns
    ) -> String {
        let name = application.name
        guard name.contains("{{") else { return signs.appName(name, in: environment) }
        func known(_ text: String) -> String {
            let parts = text.split(separator: "}}", omittingEmptySubsequences: false).map { part in
                part.firstRange(of: "{{").map { part[..<$0.lowerBound] } ?? part
            }
            return parts.joined().split { "-_.".contains($0) }.joined(separator: "-")
        }
        let template = application.resource.content["spec"]?["template"]?["metadata"]?["name"]?.string
        let found = signs.appName(known(name), in: environment)
        guard found.isEmpty || found == known(template ?? "") else { return found }
        var words = application.resource.name.split(separator: "-")
        while words.count > 1, let last = words.last, Self.kinds.contains(String(last)) { words.removeLast() }
        return signs.appName(words.joined(separator: "-"), in: environment)
    }

    /// What sets are called besides the app that is in them.
    private static let kinds: Set<String> = [
        "environments", "envs", "clusters", "applicationset", "appset", "set", "apps", "applications",
        "stages",
    ]

    /// Files of values of a source: of its own folder, from the repository's root, or of the source that is named so.
    private func values(
        of source: Composed, folder: String, _ sources: [Composed], _ home: HomeRepository
    ) throws -> [String] {
        var layers: [String] = []
        for value in source["helm"]?["valueFiles"]?.items ?? [] {
            guard let text = value.string, !Substitution.isIn(text) else { continue }
            var path: String?
            if text.hasPrefix("$"), let slash = text.firstIndex(of: "/") {
                let name = text[text.index(after: text.startIndex)..<slash]
                let other = sources.first { $0["ref"]?.string == String(name) }
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

    private func hasApplications(_ folder: String) -> Bool {
        files.contains { FilePath.isWithin(folder, $0) }
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
