internal import YAML

/// Which kustomizations are made of which files.
struct KustomizationGraph {
    private var parents: [String: Set<String>] = [:]
    private var components: Set<String> = []

    init(_ checkout: Checkout) throws {
        for (path, _) in checkout.blobs(where: Kustomization.isKustomization) {
            let folder = FilePath.folder(of: path)
            guard let kustomization = try Kustomization.read(folder, in: checkout) else { continue }
            if kustomization.isComponent { components.insert(folder) }
            for reference in try kustomization.references(in: checkout) where reference != folder {
                parents[reference, default: []].insert(folder)
            }
        }
    }

    /// For each file that is a part of kustomizations, the folders of the outermost of these.
    func roots(of files: Set<String>) -> [String: Set<String>] {
        var found: [String: Set<String>] = [:]
        for file in files {
            var seen: Set<String> = []
            var open = Array(parents[file] ?? [])
            while let folder = open.popLast() {
                guard seen.insert(folder).inserted else { continue }
                let above = parents[folder] ?? []
                if above.isEmpty, !components.contains(folder) { found[file, default: []].insert(folder) }
                open += above
            }
        }
        return found
    }
}
