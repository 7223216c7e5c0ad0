internal import YAML

/// helmfile: `releases[].version` of a chart, and the images in a release's inline values.
enum Helmfile {
    static func isHelmfile(_ path: String) -> Bool {
        let name = FilePath.name(of: path)
        guard FilePath.isYAML(name) || name.hasSuffix(".yaml.gotmpl") else { return false }
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
        guard let yaml = file.yaml, !yaml.looksLikeTemplate else {
            reading.note(path, "left alone: \(file.problem ?? "it is a template")")
            return reading
        }
        for document in yaml.documents {
            for release in document.root?["releases"]?.items ?? [] {
                let resource = Resource(root: release, file: path, document: document.index)
                let name = release["name"]?.string ?? ""
                if let chart = release["chart"]?.string, !chart.hasPrefix("."), !Substitution.isIn(chart),
                    var use = resource.use(release["version"], Artifact(.chart, chart))
                {
                    use.app = name
                    reading.uses.append(use)
                }
                for values in release["values"]?.items ?? [] where values.kind == .mapping {
                    HelmValues.read(
                        [HelmValues.Layer(root: values, file: path, document: document.index)], app: name,
                        fallback: nil, into: &reading)
                }
            }
        }
        return reading
    }
}
