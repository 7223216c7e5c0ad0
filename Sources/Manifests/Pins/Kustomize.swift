internal import YAML

/// A kustomization file, as far as versions and the files it is made of go.
struct Kustomization {
    static let fileNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

    let file: String
    let root: Node

    /// The kustomization of a folder; nil where there is none that can be read.
    static func read(_ folder: String, in checkout: Checkout) throws -> Kustomization? {
        if let known = checkout.kustomizations[folder] { return known }
        var found: Kustomization?
        for name in fileNames {
            let path = FilePath.join(folder, name)
            if let file = try checkout.file(at: path), let root = file.yaml?.documents.first?.root {
                found = Kustomization(file: path, root: root)
                break
            }
        }
        checkout.kustomizations[folder] = .some(found)
        return found
    }

    static func isKustomization(_ path: String) -> Bool { fileNames.contains(FilePath.name(of: path)) }

    var folder: String { FilePath.folder(of: file) }

    /// Local files and folders, and URLs, that become part of it.
    var resources: [Node] {
        ["resources", "bases", "crds"].flatMap { root[$0]?.items ?? [] }
    }

    var components: [Node] { root["components"]?.items ?? [] }

    /// Files that it is made of besides resources and patches: generators' input, values of charts.
    var otherFiles: [String] {
        var files: [String] = []
        for key in ["configMapGenerator", "secretGenerator"] {
            for generator in root[key]?.items ?? [] {
                for node in ["files", "envs"].flatMap({ generator[$0]?.items ?? [] }) {
                    // `key=file` or the file alone.
                    if let file = node.string?.split(separator: "=").last { files.append(String(file)) }
                }
                if let file = generator["env"]?.string { files.append(file) }
            }
        }
        for chart in root["helmCharts"]?.items ?? [] {
            if let file = chart["valuesFile"]?.string { files.append(file) }
            files += (chart["additionalValuesFiles"]?.items ?? []).compactMap(\.string)
        }
        files += (root["configurations"]?.items ?? []).compactMap(\.string)
        for replacement in root["replacements"]?.items ?? [] {
            if let file = replacement["path"]?.string { files.append(file) }
        }
        return files
    }

    /// Every local file or folder that the file names, resolved: what makes a folder a part of another.
    func references(in checkout: Checkout) throws -> [String] {
        var texts = (resources + components).compactMap(\.string)
        for key in ["generators", "transformers", "validators", "patchesStrategicMerge"] {
            texts += (root[key]?.items ?? []).compactMap(\.string)
        }
        for key in ["patches", "patchesJson6902"] {
            texts += (root[key]?.items ?? []).compactMap { $0["path"]?.string }
        }
        texts += otherFiles
        return try texts.compactMap { try checkout.resolve($0, from: folder) }
    }

    static func readChart(_ chart: Node, of resource: Resource, into reading: inout Reading) {
        guard let name = chart["name"]?.string else { return }
        let repository = chart["repo"]?.string.map { $0.hasSuffix("/") ? $0 : $0 + "/" } ?? ""
        if var use = resource.use(chart["version"], Artifact(.chart, repository + name)) {
            use.app = chart["releaseName"]?.string ?? name
            reading.uses.append(use)
        }
    }
}

/// Follows a kustomization as `kustomize build` does, as far as images, charts and Git refs go:
/// resources, then components, then patches, then `images`.
struct KustomizeBuild {
    let checkout: Checkout
    private(set) var reading = Reading()
    /// Folders on the way, so that a circle ends.
    private var open: [String] = []

    init(_ checkout: Checkout) {
        self.checkout = checkout
    }

    mutating func build(_ folder: String) throws {
        guard !open.contains(folder) else {
            reading.note(folder, "the kustomization includes itself")
            return
        }
        guard let kustomization = try Kustomization.read(folder, in: checkout) else {
            reading.note(folder, "no kustomization that can be read")
            return
        }
        open.append(folder)
        defer { open.removeLast() }
        reading.files.insert(kustomization.file)
        let outer = reading
        reading = Reading()
        for node in kustomization.resources { try add(node, of: kustomization) }
        for key in ["generators", "transformers"] {
            for node in kustomization.root[key]?.items ?? [] { try add(node, of: kustomization) }
        }
        let resource = Resource(root: kustomization.root, file: kustomization.file, document: 0)
        for chart in kustomization.root["helmCharts"]?.items ?? [] {
            Kustomization.readChart(chart, of: resource, into: &reading)
        }
        try transform(by: kustomization)
        let inner = reading
        reading = outer
        reading.add(inner)
    }

    /// What a kustomization does with everything that it has gathered.
    private mutating func transform(by kustomization: Kustomization) throws {
        for node in kustomization.components {
            guard let text = node.string else { continue }
            guard let folder = try checkout.resolve(text, from: kustomization.folder),
                let component = try Kustomization.read(folder, in: checkout), !open.contains(folder)
            else {
                reading.note(kustomization.file, "component '\(text)' is not in this repository, left alone")
                continue
            }
            open.append(folder)
            reading.files.insert(component.file)
            for resource in component.resources { try add(resource, of: component) }
            try transform(by: component)
            open.removeLast()
        }
        try KustomizePatch.apply(kustomization, in: checkout, to: &reading)
        KustomizeImages.apply(
            kustomization.root["images"],
            of: Resource(root: kustomization.root, file: kustomization.file, document: 0),
            to: &reading)
        rename(by: kustomization)
        for file in kustomization.otherFiles {
            if let path = try checkout.resolve(file, from: kustomization.folder) {
                reading.files.insert(path)
            }
        }
        for index in reading.uses.indices where reading.uses[index].artifact.kind == .image {
            reading.uses[index].override = .kustomization(
                file: kustomization.file, image: reading.uses[index].artifact.name)
        }
    }

    private mutating func add(_ node: Node, of kustomization: Kustomization) throws {
        guard let text = node.string, !text.isEmpty else { return }
        guard let path = try checkout.resolve(text, from: kustomization.folder) else {
            remote(node, text, of: kustomization)
            return
        }
        if checkout.contains(path) {
            reading.add(try ManifestReader.read(path, in: checkout))
        } else {
            try build(path)
        }
    }

    /// A base in another repository: its ref is a pin, what it holds is not known here.
    private mutating func remote(_ node: Node, _ text: String, of kustomization: Kustomization) {
        guard text.contains("://") || text.hasPrefix("git@") || text.contains("github.com/") else {
            reading.note(kustomization.file, "'\(text)' is not in this repository")
            return
        }
        let artifact = Artifact(.git, URLQuery.base(of: text))
        let resource = Resource(root: kustomization.root, file: kustomization.file, document: 0)
        for name in ["ref", "version"] where URLQuery.value(of: name, in: text) != nil {
            if var use = resource.use(node, artifact, .query(name)) {
                use.app = artifact.shortName
                reading.uses.append(use)
            }
            return
        }
        // A released file (`…/releases/download/v1.2/install.yaml`) has no ref of its own.
        reading.note(kustomization.file, "'\(text)' names no ref")
    }

    private mutating func rename(by kustomization: Kustomization) {
        let prefix = kustomization.root["namePrefix"]?.string ?? ""
        let suffix = kustomization.root["nameSuffix"]?.string ?? ""
        guard !prefix.isEmpty || !suffix.isEmpty else { return }
        for index in reading.uses.indices {
            guard var position = reading.uses[index].position else { continue }
            position.names.formUnion(position.names.map { prefix + $0 + suffix })
            reading.uses[index].position = position
        }
    }
}

/// `images:` of a kustomization, of a Flux Kustomization, and of Argo CD as text.
enum KustomizeImages {
    static func apply(_ images: Node?, of resource: Resource, to reading: inout Reading) {
        for entry in images?.items ?? [] {
            guard let name = entry["name"]?.string, !Substitution.isIn(name) else { continue }
            let artifact = Artifact(.image, entry["newName"]?.string ?? name)
            var pins: [Pin] = []
            for (key, form) in [("newTag", Pin.Form.tag), ("digest", .digest)] {
                guard let node = entry[key], let text = node.string, !text.isEmpty else { continue }
                if Substitution.isIn(text) {
                    reading.note(resource.file, "images: '\(name)' is filled in elsewhere, left alone")
                } else {
                    pins.append(resource.pin(node, artifact, form))
                }
            }
            var isUsed = false
            for index in reading.uses.indices
            where reading.uses[index].artifact == Artifact(.image, name) {
                isUsed = true
                reading.uses[index].artifact = artifact
                reading.uses[index].files.insert(resource.file)
                if !pins.isEmpty { reading.uses[index].repin(pins) }
            }
            // What it names comes from a base elsewhere.
            if !isUsed, !pins.isEmpty {
                reading.uses.append(
                    Use(artifact: artifact, pins: pins, app: artifact.shortName, files: [resource.file]))
            }
        }
    }
}
