internal import YAML

/// What Flux deploys: each folder that a cluster syncs is an environment, and its Kustomizations lead to the rest.
struct FluxDiscovery {
    private let checkout: Checkout
    private let files: [String]
    private let scope: DeployerScope

    init(_ checkout: Checkout, objects: DeployingObjects, scope: DeployerScope) {
        self.checkout = checkout
        self.scope = scope
        files = objects[.flux]
    }

    private struct Sync {
        var file: String
        var name: String
        /// The folder that it leads to; nil where that is not known here.
        var target: String?
    }

    func discover() throws -> Discovered {
        let syncs = try self.syncs()
        var discovered = Discovered()
        let roots = scope.folders(in: checkout) ?? self.roots(syncs).filter(scope.contains)
        guard !roots.isEmpty else { return discovered }
        let names = Self.names(roots)
        for root in roots {
            guard let name = scope.environment(at: root) ?? names[root] else { continue }
            let led = folders(from: root, syncs)
            discovered.apps.append(
                Discovered.App(
                    environment: name, name: nil,
                    recipe: Recipe([.folder(root, isDeep: true)], files: []), claims: led.union([root]),
                    evidence: "\(root): a cluster's Kustomizations"))
            let own = syncs.first { $0.target == root }
            discovered.evidence[name] =
                own.map { "\($0.file): Kustomization/\($0.name) syncs \(root)" }
                ?? "\(root): Kustomizations that no other leads to"
        }
        return discovered
    }

    private func syncs() throws -> [Sync] {
        var syncs: [Sync] = []
        for file in files {
            for resource in try checkout.kustomizations(in: file) {
                let path = resource.content["spec"]?["path"]?.string
                let source = resource.content["spec"]?["sourceRef"]
                let target: String? =
                    if source?["kind"]?.string == "ExternalArtifact" {
                        try FluxKustomization(resource)?.folder(
                            path ?? "", ofArtifact: source?["name"]?.string ?? "", checkout: checkout,
                            sources: generators(beside: file))
                    } else {
                        try path.flatMap { try folder($0) }
                    }
                syncs.append(Sync(file: file, name: resource.name, target: target))
            }
        }
        return syncs
    }

    /// What makes artifacts of folders of this repository.
    private func generators(beside file: String) throws -> [Resource] {
        try checkout.paths(under: FilePath.folder(of: file)).filter(FilePath.isYAML).flatMap {
            try checkout.objects(in: $0) { $0.kind == "ArtifactGenerator" }
        }
    }

    private func folder(_ path: String) throws -> String? {
        guard !Substitution.isIn(path) else { return nil }
        return try checkout.resolve(path.hasPrefix("/") ? String(path.dropFirst()) : path, from: "")
    }

    /// The folders of clusters: what syncs itself, and else folders of Kustomizations that no others lead to.
    private func roots(_ syncs: [Sync]) -> [String] {
        var roots: Set<String> = []
        for sync in syncs {
            guard let target = sync.target, !target.isEmpty, FilePath.isWithin(target, sync.file) else {
                continue
            }
            roots.insert(target)
        }
        let targets = Set(syncs.compactMap(\.target)).filter { !$0.isEmpty }
        // Beside clusters that say so, other Kustomizations are parts of something else.
        for sync in roots.isEmpty ? syncs : [] {
            let folder = FilePath.folder(of: sync.file)
            let isLed = targets.contains { FilePath.isWithin($0, sync.file) }
            if !isLed, !roots.contains(where: { FilePath.isWithin($0, sync.file) }), !folder.isEmpty {
                roots.insert(folder)
            }
        }
        // A folder in another cluster's folder is a part of it.
        return roots.filter { root in !roots.contains { FilePath.isWithin($0, root) } }.sorted()
    }

    /// The part of each path that tells the clusters apart: `clusters/prod/00` is `prod`.
    private static func names(_ roots: [String]) -> [String: String] {
        func candidates(_ root: String) -> [String] {
            root.split(separator: "/").map(String.init).reversed().filter { name in
                EnvironmentName.isValid(name) && !name.allSatisfy { $0.isNumber }
            }
        }
        var depth = 0
        while depth < 4 {
            let names = roots.map { candidates($0).dropFirst(depth).first ?? "" }
            if Set(names).count == roots.count, !names.contains("") {
                return Dictionary(zip(roots, names)) { first, _ in first }
            }
            depth += 1
        }
        return Dictionary(
            roots.map { ($0, $0.split(separator: "/").joined(separator: "-")) },
            uniquingKeysWith: { a, _ in a })
    }

    /// The folders that a cluster's Kustomizations lead to.
    private func folders(from root: String, _ syncs: [Sync]) -> Set<String> {
        var found: Set<String> = []
        var open = [root]
        while let folder = open.popLast() {
            for sync in syncs where FilePath.isWithin(folder, sync.file) {
                guard let target = sync.target, !target.isEmpty, target != root,
                    !FilePath.isWithin(root, target), found.insert(target).inserted
                else { continue }
                open.append(target)
            }
        }
        return found
    }
}
