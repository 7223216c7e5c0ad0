internal import YAML

/// A kustomization, as far as versions and the files it is made of go: a file, or the `spec` of a Flux
/// Kustomization, whose fields are called the same.
struct Kustomization {
    static let fileNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"]
    private static let endings = fileNames.map { "/" + $0 }

    let file: String
    /// The folder that its paths start from.
    let folder: String
    let root: Composed

    init(file: String, folder: String, root: Composed) {
        self.file = file
        self.folder = folder
        self.root = root
    }

    /// The kustomization of a folder; nil where there is none that can be read.
    static func read(_ folder: String, in checkout: Checkout) throws -> Kustomization? {
        guard let path = path(in: folder, checkout),
            let root = try checkout.file(at: path)?.yaml?.documents.first?.root
        else {
            checkout.note(place: folder)
            return nil
        }
        return Kustomization(file: path, folder: folder, root: .written(root, Origin(file: path)))
    }

    /// The file that says what a folder is made of. One of a name that comes before would be read in its place.
    static func path(in folder: String, _ checkout: Checkout) -> String? {
        let paths = fileNames.map { FilePath.join(folder, $0) }
        guard let found = paths.firstIndex(where: checkout.contains) else { return nil }
        for path in paths[..<found] { checkout.note(place: path) }
        return paths[found]
    }

    static func isKustomization(_ path: String) -> Bool {
        endings.contains(where: path.hasSuffix) || fileNames.contains(path)
    }

    /// Local files and folders, and URLs, that become part of it.
    var resources: [Composed] { ["resources", "bases"].flatMap { list($0) } }

    var components: [Composed] { list("components") }

    func list(_ key: String) -> [Composed] { root[key]?.items ?? [] }

    /// Files that it is made of besides resources and patches: generators' input, values of charts.
    var otherFiles: [String] {
        var files: [String] = []
        for generator in list("configMapGenerator") + list("secretGenerator") {
            for value in ["files", "envs"].flatMap({ generator[$0]?.items ?? [] }) {
                // `key=file` or the file alone.
                if let file = value.string?.split(separator: "=").last { files.append(String(file)) }
            }
            if let file = generator["env"]?.string { files.append(file) }
        }
        for chart in list("helmCharts") { files += KustomizeChart.valuesFiles(of: chart) }
        files += (list("configurations") + list("crds")).compactMap(\.string)
        files += list("replacements").compactMap { $0["path"]?.string }
        if let schema = root["openapi"]?["path"]?.string { files.append(schema) }
        return files
    }

    /// Every local file or folder that the file names, resolved, and those that its plugins name: what makes a
    /// folder a part of another.
    func references(in checkout: Checkout) throws -> [String] {
        var texts = (resources + components).compactMap(\.string)
        for key in ["generators", "transformers", "validators", "patchesStrategicMerge"] {
            texts += list(key).compactMap(\.string)
        }
        for key in ["patches", "patchesJson6902"] { texts += list(key).compactMap { $0["path"]?.string } }
        texts += otherFiles
        var found = try texts.compactMap { try checkout.resolve($0, from: folder) }
        for value in list("generators") + list("transformers") {
            for plugin in try plugins(value, in: checkout) {
                let names = KustomizeChart.valuesFiles(of: plugin.content) + [plugin.content["path"]?.string]
                found.append(plugin.file)
                found += try names.compactMap { name in
                    try name.flatMap { try checkout.resolve($0, from: FilePath.folder(of: plugin.file)) }
                }
            }
        }
        return found
    }

    /// The configuration that an entry of `generators` or `transformers` leads to: the objects of a file, or of the
    /// files of a folder's kustomization.
    func plugins(_ entry: Composed, in checkout: Checkout) throws -> [Resource] {
        guard let text = entry.string, let path = try checkout.resolve(text, from: folder) else { return [] }
        var files = [path]
        if let kustomization = try Kustomization.read(path, in: checkout) {
            files = try kustomization.resources.compactMap(\.string)
                .compactMap { try checkout.resolve($0, from: path) }
        }
        return try files.flatMap { file in
            try (checkout.file(at: file)?.yaml?.documents ?? []).flatMap { document in
                document.root.map {
                    Resource.all(in: .written($0, Origin(file: file, document: document.index)), file)
                } ?? []
            }
        }
    }
}
