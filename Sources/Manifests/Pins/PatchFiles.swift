internal import YAML

extension Checkout {
    /// The files that kustomizations lay over others: what they are laid over says what holds for all.
    public func patchFiles() throws -> Set<String> {
        var files: Set<String> = []
        for file in paths where Kustomization.isKustomization(file) {
            guard let root = try self.file(at: file)?.yaml?.documents.first?.root else { continue }
            let named =
                (root["patches"]?.items ?? []).compactMap { $0["path"]?.string }
                + (root["patchesStrategicMerge"]?.items ?? []).compactMap(\.string)
                + (root["patchesJson6902"]?.items ?? []).compactMap { $0["path"]?.string }
            let folder = FilePath.folder(of: file)
            files.formUnion(named.compactMap { FilePath.resolved($0, from: folder) })
        }
        return files
    }
}
