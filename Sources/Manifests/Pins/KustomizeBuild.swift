internal import YAML

/// Follows a kustomization as `kustomize build` does, as far as images, charts and Git refs go: resources,
/// components, generators, patches, names, `images`, transformers, in this order.
struct KustomizeBuild {
    let checkout: Checkout
    private(set) var reading = Reading()
    /// Folders on the way, so that a circle ends.
    private var open: [String] = []
    private var circles = 0

    /// - Parameter isComplete: False where the objects that are going to be changed are not known.
    init(_ checkout: Checkout, isComplete: Bool = true) {
        self.checkout = checkout
        reading.isComplete = isComplete
    }

    /// Adds what a folder's kustomization makes. The same base is read once for all that are made of it.
    mutating func build(_ folder: String) throws {
        if let known = checkout.build(of: .path(folder)) {
            include(known, from: folder)
            return
        }
        let outer = reading
        let circlesBefore = circles
        reading = Reading()
        let lookups = try checkout.noting {
            if let kustomization = try enter(folder) {
                try gather(kustomization)
                open.removeLast()
            }
        }.lookups
        // In a circle the result depends on where it was entered.
        if circles == circlesBefore {
            checkout.keep(reading, of: .path(folder), lookups)
        } else {
            checkout.note(lookups)
        }
        let inner = reading
        reading = outer
        include(inner, from: folder)
    }

    /// More kustomizations on top of each other are no design, and objects no cluster has.
    static let maximumDepth = 200
    static let maximumObjects = 50_000

    private mutating func include(_ made: Reading, from folder: String) {
        guard
            reading.resources.count + reading.uses.count + made.resources.count + made.uses.count
                <= Self.maximumObjects
        else {
            reading.leaveAlone(folder, "more than \(Self.maximumObjects) objects would come of it")
            reading.isComplete = false
            return
        }
        reading.addOnce(made)
    }

    /// Adds all manifests below a folder without a kustomization, as Flux does: those of folders that have one
    /// through it.
    mutating func addAll(under folder: String) throws {
        var built: Set<String> = []
        for path in checkout.paths(under: folder) where FilePath.isYAML(path) {
            if let kustomized = kustomizedFolder(of: path, below: folder) {
                if built.insert(kustomized).inserted { try build(kustomized) }
            } else {
                reading.add(try ManifestReader.read(path, in: checkout))
            }
        }
    }

    /// The outermost folder on the way to a path that has a kustomization.
    private func kustomizedFolder(of path: String, below folder: String) -> String? {
        var parent = FilePath.folder(of: path)
        var found: String?
        while parent.utf8.count > folder.utf8.count {
            if Kustomization.path(in: parent, checkout) != nil { found = parent }
            parent = FilePath.folder(of: parent)
        }
        return found
    }

    /// Adds what a kustomization makes of the objects that are there and those it names.
    mutating func gather(_ kustomization: Kustomization) throws {
        reading.files.insert(kustomization.file)
        for value in kustomization.resources { try add(value, of: kustomization) }
        for value in kustomization.components {
            guard let text = value.string else { continue }
            guard let folder = try checkout.resolve(text, from: kustomization.folder) else {
                reading.note(kustomization.file, "component '\(text)' is not in this repository")
                reading.isComplete = false
                continue
            }
            if let component = try enter(folder) {
                try gather(component)
                open.removeLast()
            }
        }
        for chart in kustomization.list("helmCharts") {
            try KustomizeChart.read(chart, of: kustomization, in: checkout, into: &reading)
        }
        for value in kustomization.list("generators") { try generate(value, of: kustomization) }
        try transform(by: kustomization)
    }

    /// The kustomization of a folder, with the folder marked as open.
    private mutating func enter(_ folder: String) throws -> Kustomization? {
        if open.contains(folder) {
            circles += 1
            reading.note(folder, "the kustomization includes itself")
            return nil
        }
        guard open.count < Self.maximumDepth else {
            // As with a circle: entered elsewhere it may be read.
            circles += 1
            reading.leaveAlone(folder, "more than \(Self.maximumDepth) kustomizations on top of each other")
            reading.isComplete = false
            return nil
        }
        guard let kustomization = try Kustomization.read(folder, in: checkout) else {
            let path = Kustomization.path(in: folder, checkout)
            let problem = try path.flatMap { try checkout.file(at: $0)?.problem }
            reading.leaveAlone(path ?? folder, problem ?? "there is no kustomization")
            reading.isComplete = false
            return nil
        }
        open.append(folder)
        return kustomization
    }

    /// What a kustomization does with everything that it has gathered.
    private mutating func transform(by kustomization: Kustomization) throws {
        let patches = KustomizePatch(kustomization, checkout)
        for patch in kustomization.list("patchesStrategicMerge") {
            try patches.applyMerge(patch, to: &reading)
        }
        for entry in kustomization.list("patches") { try patches.apply(entry, to: &reading) }
        rename(by: kustomization)
        label(by: kustomization)
        for entry in kustomization.list("patchesJson6902") { try patches.apply(entry, to: &reading) }
        // Images may stand where `configurations` say, and one that is made of nothing is for what comes from elsewhere.
        let isOpen =
            !kustomization.list("configurations").isEmpty
            || ["resources", "bases", "components", "helmCharts", "generators"].allSatisfy {
                kustomization.list($0).isEmpty
            }
        for entry in kustomization.list("images") {
            KustomizeImages.apply(entry, to: &reading, isOpen: isOpen)
        }
        try KustomizeReplacement(kustomization, checkout).apply(to: &reading)
        for value in kustomization.list("transformers") {
            for plugin in try plugins(value, of: kustomization) {
                try KustomizePatch.transform(by: plugin, checkout, &reading)
            }
        }
        for file in kustomization.otherFiles {
            if let path = try checkout.resolve(file, from: kustomization.folder) {
                reading.files.insert(path)
                checkout.note(place: path)
            }
        }
        for index in reading.resources.indices {
            reading.resources[index].kustomization = kustomization.file
        }
        for index in reading.uses.indices where reading.uses[index].artifact.kind == .image {
            reading.uses[index].override = .kustomization(
                file: kustomization.file, image: reading.uses[index].artifact.name)
        }
    }

    /// Adds a resource: a file, a folder with a kustomization, or a base in another repository.
    private mutating func add(_ value: Composed, of kustomization: Kustomization) throws {
        guard let text = value.string, !text.isEmpty else { return }
        guard let path = try checkout.resolve(text, from: kustomization.folder) else {
            remote(value, text, of: kustomization)
            return
        }
        if checkout.contains(path) {
            reading.add(try ManifestReader.read(path, in: checkout))
        } else {
            try build(path)
        }
    }

    /// A base in another repository: its ref is a pin, what it holds is not known here.
    private mutating func remote(_ value: Composed, _ text: String, of kustomization: Kustomization) {
        guard text.contains("://") || text.hasPrefix("git@") || text.contains("github.com/") else {
            reading.note(kustomization.file, "'\(text)' is not in this repository")
            reading.isComplete = false
            return
        }
        reading.isComplete = false
        let artifact = Artifact(.git, URLQuery.repository(of: text))
        for name in ["ref", "version"] where URLQuery.value(of: name, in: text) != nil {
            if let use = Use(
                value, artifact: artifact, form: .query(name), app: artifact.shortName,
                files: [kustomization.file])
            {
                reading.uses.append(use)
            } else {
                reading.note(kustomization.file, "'\(text)' is filled in elsewhere")
            }
            return
        }
        // A released file (`…/releases/download/v1.2/install.yaml`) has no ref of its own.
        reading.note(kustomization.file, "'\(text)' names no ref")
    }

    private mutating func generate(_ value: Composed, of kustomization: Kustomization) throws {
        for plugin in try plugins(value, of: kustomization) {
            reading.isComplete = false
            guard plugin.kind == "HelmChartInflationGenerator" else { continue }
            let chart = Kustomization(
                file: plugin.file, folder: FilePath.folder(of: plugin.file), root: plugin.content)
            for file in KustomizeChart.valuesFiles(of: plugin.content) {
                if let path = try checkout.resolve(file, from: chart.folder) { reading.files.insert(path) }
            }
            try KustomizeChart.read(plugin.content, of: chart, in: checkout, into: &reading)
        }
    }

    /// The configuration of a generator or transformer; its files are part of what is read.
    private mutating func plugins(_ value: Composed, of kustomization: Kustomization) throws -> [Resource] {
        guard let text = value.string else { return [] }
        guard let path = try checkout.resolve(text, from: kustomization.folder) else {
            reading.note(kustomization.file, "'\(text)' is not in this repository")
            return []
        }
        let folder = try Kustomization.read(path, in: checkout)
        reading.files.insert(folder?.file ?? path)
        let plugins = try kustomization.plugins(value, in: checkout)
        reading.files.formUnion(plugins.map(\.file))
        return plugins
    }

    private mutating func rename(by kustomization: Kustomization) {
        let prefix = kustomization.root["namePrefix"]?.string ?? ""
        let suffix = kustomization.root["nameSuffix"]?.string ?? ""
        // Flux calls it `targetNamespace`.
        let namespace = (kustomization.root["namespace"] ?? kustomization.root["targetNamespace"])?.string
        guard !prefix.isEmpty || !suffix.isEmpty || namespace != nil else { return }
        for index in reading.resources.indices {
            reading.resources[index].rename { identity in
                identity.name = prefix + identity.name + suffix
                if let namespace { identity.namespace = namespace }
            }
        }
    }

    private mutating func label(by kustomization: Kustomization) {
        let labels =
            (kustomization.root["commonLabels"]?.entries ?? [])
            + kustomization.list("labels").flatMap { $0["pairs"]?.entries ?? [] }
        for (field, pairs) in [
            ("labels", labels), ("annotations", kustomization.root["commonAnnotations"]?.entries ?? []),
        ] {
            for (key, value) in pairs {
                for index in reading.resources.indices {
                    let content = reading.resources[index].content
                    reading.resources[index].content = content.setting(["metadata", field, key], to: value)
                }
            }
        }
    }
}
