internal import YAML

/// helmfile: `releases[].version` of a chart, and the images in a release's inline values.
enum Helmfile {
    static func isHelmfile(_ path: String) -> Bool {
        let name = FilePath.name(of: path)
        guard FilePath.isYAML(name) else { return false }
        return name.hasPrefix("helmfile") || isPart(path) && !name.hasPrefix("values")
    }

    /// `helmfile.d/10-web.yaml`, `helmfile.d/prod/web.yaml`: helmfile reads all files of such a folder.
    private static func isPart(_ path: String) -> Bool {
        let folders = path.split(separator: "/").dropLast()
        return folders.suffix(2).contains("helmfile.d")
    }

    static func read(_ path: String, in checkout: Checkout) throws -> Reading {
        var reading = Reading()
        guard let file = try checkout.file(at: path) else { return reading }
        reading.files.insert(path)
        guard let yaml = file.yaml else {
            reading.leaveAlone(path, file.problem ?? "")
            return reading
        }
        for document in yaml.documents {
            guard let root = document.root else { continue }
            let content = Composed.written(root, Origin(file: path, document: document.index))
            for release in content["releases"]?.items ?? [] {
                let name = release["name"]?.string ?? ""
                if let use = chart(of: release, app: name, files: [path]) { reading.uses.append(use) }
                let values = (release["values"]?.items ?? []).filter { $0.kind == .mapping }
                    .reduce(Composed.mapping([])) { $0.merged(with: $1, .none) ?? $0 }
                HelmValues.read(values, app: name, files: [path], into: &reading)
            }
        }
        return reading
    }

    /// The version of a release's chart, where that is from elsewhere.
    static func chart(of release: Composed, app: String, files: Set<String>) -> Use? {
        guard let chart = release["chart"]?.string, !chart.hasPrefix("."), !Substitution.isIn(chart) else {
            return nil
        }
        return Use(release["version"], artifact: Artifact(.chart, chart), app: app, files: files)
    }
}
