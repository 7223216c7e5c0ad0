internal import Git

/// Flux's `Kustomization` objects, which lead from a cluster's folder to those of its apps.
struct FluxKustomization {
    private let resource: Resource
    let spec: Composed
    /// The files that say what it is.
    var files: Set<String> { resource.files }

    /// Nil for every other object.
    init?(_ resource: Resource) {
        guard resource.kind == "Kustomization", resource.original.group == "kustomize.\(Flux.group)",
            let spec = resource.content["spec"]
        else { return nil }
        self.resource = resource
        self.spec = spec
    }

    /// What it is made of, besides files: of the same it makes the same.
    struct Inputs: Equatable {
        /// Where it leads; nil where that is in another repository.
        fileprivate var folder: String?
        /// Whether what is there is read anyway.
        fileprivate var isCovered: Bool
        /// Its `spec`, without the variables that are filled in afterwards.
        fileprivate var spec: [Composed.Entry]

        static func == (a: Inputs, b: Inputs) -> Bool {
            a.folder == b.folder && a.isCovered == b.isCovered && a.spec.elementsEqual(b.spec, by: ==)
        }
    }

    /// What it makes of the folder that `spec.path` leads to. Where that is in another repository, or `isCovered`
    /// says that it is read anyway, only what it changes is known: images and patches.
    ///
    /// - Parameters:
    ///   - environment: The cluster's.
    ///   - sources: Objects among which its `GitRepository`, and ConfigMaps of variables, may be.
    func read(
        in checkout: Checkout, environment: String, sources: [Resource],
        isCovered: (_ folder: String) throws -> Bool
    ) throws -> Reading {
        if takesVariables { checkout.readVariables() }
        let folder = try folder(in: checkout, sources)
        let inputs = Inputs(
            folder: folder, isCovered: try folder.map(isCovered) ?? false,
            spec: spec.entries.filter { $0.key != "postBuild" })
        let key = Builds.Key.object(resource.current, file: resource.file, environment: environment)
        // A cluster may have an object twice, each made of something else.
        var reading =
            try checkout.lookups.builds.contains(key)
            ? make(inputs, in: checkout) : checkout.build(of: key, inputs) { try make(inputs, in: checkout) }
        try substitute(variables(from: sources), in: &reading, checkout)
        return reading
    }

    private func make(_ inputs: Inputs, in checkout: Checkout) throws -> Reading {
        var build = KustomizeBuild(checkout)
        if let folder = inputs.folder, !inputs.isCovered {
            if let own = try Kustomization.read(folder, in: checkout) {
                try build.gather(Kustomization(file: own.file, folder: folder, root: merged(own.root)))
            } else {
                try build.addAll(under: folder)
                try build.gather(Kustomization(file: resource.file, folder: folder, root: spec))
            }
        } else {
            build = KustomizeBuild(checkout, isComplete: false)
            try build.gather(Kustomization(file: resource.file, folder: inputs.folder ?? "", root: spec))
        }
        var reading = build.reading
        // `images` of its own stand in `spec`, where no kustomization has them.
        for index in reading.resources.indices { reading.resources[index].kustomization = nil }
        for index in reading.uses.indices { reading.uses[index].override = nil }
        return reading
    }

    /// The folder of this repository that it leads to.
    private func folder(in checkout: Checkout, _ sources: [Resource]) throws -> String? {
        guard let path = spec["path"]?.string, !Substitution.isIn(path) else { return nil }
        let source = spec["sourceRef"]
        if source?["kind"]?.string == "ExternalArtifact" {
            return try self.folder(
                path, ofArtifact: source?["name"]?.string ?? "", checkout: checkout, sources: sources)
        }
        guard source?["kind"]?.string ?? "GitRepository" == "GitRepository",
            try isHome(source?["name"]?.string ?? "", checkout: checkout, sources: sources)
        else { return nil }
        let relative = path.hasPrefix("/") ? String(path.dropFirst()) : path
        guard let folder = try checkout.resolve(relative, from: ""), !folder.isEmpty,
            !checkout.contains(folder)
        else { return nil }
        return folder
    }

    /// Whether a `GitRepository` is this repository: it has the same name at its URL's end. `flux bootstrap` calls
    /// the repository that it writes to `flux-system`.
    private func isHome(_ name: String, checkout: Checkout, sources: [Resource]) throws -> Bool {
        let source = sources.first { $0.kind == "GitRepository" && $0.name == name }
        guard name != "flux-system", let url = source?.content["spec"]?["url"]?.string else { return true }
        guard let home = try checkout.repository.setting("remote.origin.url") else { return false }
        return Artifact(.git, url).shortName == Artifact(.git, home).shortName
    }

    /// Flux writes what `spec` says into the folder's kustomization: images take the place of those of the
    /// same name, the rest goes to the end of its list.
    private func merged(_ root: Composed) -> Composed {
        var root = root
        for key in ["components", "patches", "patchesStrategicMerge", "patchesJson6902"] {
            guard let added = spec[key]?.items, !added.isEmpty else { continue }
            root = root.setting([key], to: .sequence((root[key]?.items ?? []) + added))
        }
        if let added = spec["images"]?.items, !added.isEmpty {
            var images = root["images"]?.items ?? []
            for image in added {
                let index = images.firstIndex { $0["name"]?.string == image["name"]?.string }
                if let index { images[index] = image } else { images.append(image) }
            }
            root = root.setting(["images"], to: .sequence(images))
        }
        for (key, name) in [
            ("namePrefix", "namePrefix"), ("nameSuffix", "nameSuffix"), ("targetNamespace", "namespace"),
        ] {
            if let value = spec[key] { root = root.setting([name], to: value) }
        }
        return root
    }
}
