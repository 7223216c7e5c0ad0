extension FolderWord {
    /// How an app is called after a path: not after the folders that it keeps its charts or manifests in, so that
    /// `api/charts` is `api`.
    static func app(_ path: String) -> String {
        let parts = path.split(separator: "/")
        let kept = parts.dropLast(parts.reversed().prefix { contents.contains(String($0)) }.count)
        return kept.isEmpty || kept.count == parts.count ? path : kept.joined(separator: "/")
    }
}
