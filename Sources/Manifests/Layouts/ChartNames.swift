/// How apps are called whose charts lie in folders that several layouts write out, `web/**` and `api/**`: nothing but the
/// folder tells them apart.
struct ChartNames {
    private var names: [String: String] = [:]

    init(_ layouts: [Layout]) {
        let folders = layouts.filter { !$0.layers.isEmpty && $0.path?.names.contains("app") == false }
            .compactMap { $0.path?.folder([:]) }.filter { !$0.isEmpty }
        guard folders.count > 1 else { return }
        let paths = folders.map(FolderWord.app)
        let isTold = Set(paths.map(FilePath.name)).count == paths.count
        for (folder, path) in zip(folders, paths) { names[folder] = isTold ? FilePath.name(of: path) : path }
    }

    /// Nil where the chart's own name says enough.
    subscript(folder: String) -> String? { names[folder] }
}
