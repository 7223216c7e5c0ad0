internal import YAML

/// `environments:` of a helmfile that names a file of values for each.
enum HelmfileLayouts {
    static func find(in root: Folder, _ checkout: Checkout) throws -> [Finding] {
        var findings: [Finding] = []
        for folder in [root] + root.folders {
            for file in folder.files where Helmfile.isHelmfile(file) {
                if let finding = try find(FilePath.join(folder.path, file), checkout) {
                    findings.append(finding)
                }
            }
        }
        return findings
    }

    private static func find(_ file: String, _ checkout: Checkout) throws -> Finding? {
        let documents = try checkout.file(at: file)?.yaml?.documents ?? []
        var patterns: [String] = []
        var names: [String] = []
        for (key, value) in documents.flatMap({ $0.root?["environments"]?.entries ?? [] }) {
            guard let name = key.string, EnvironmentName.isValid(name), name != "default" else { continue }
            let files = (value["values"]?.items ?? []).compactMap(\.string)
            let own = try files.compactMap { try checkout.resolve($0, from: FilePath.folder(of: file)) }
                .filter { $0.contains(name) }
            guard !own.isEmpty else { continue }
            names.append(name)
            for path in own {
                let parts = path.split(separator: "/").map { part in
                    part.replacing(name, with: "{env}", maxReplacements: 1)
                }
                let pattern = parts.joined(separator: "/")
                if !patterns.contains(pattern) { patterns.append(pattern) }
            }
        }
        guard names.count > 1 else { return nil }
        var finding = Finding(
            layouts: try patterns.map { Layout(path: try Pattern($0)) }, names: names, weight: names.count)
        finding.shared = [try Pattern(file)]
        return finding
    }
}
