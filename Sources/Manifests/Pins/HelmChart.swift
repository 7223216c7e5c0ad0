internal import YAML

/// A chart: what Chart.yaml pins, and the images of its values in layers.
enum HelmChart {
    /// `layers` are files, lowest first; Chart.yaml may be among them, and files that do not exist yet.
    ///
    /// - Parameters:
    ///   - inline: values that stand in other objects, over those of the files.
    ///   - parameters: what files that are templates are filled in with.
    static func read(
        layers: [String], over inline: [Composed] = [], filledWith parameters: Parameters? = nil, app: String,
        in checkout: Checkout
    ) throws -> Reading {
        var reading = Reading()
        var values = Composed.mapping([])
        var files: Set<String> = []
        var chart: Resource?
        for path in layers {
            guard let file = try checkout.file(at: path) else { continue }
            reading.files.insert(path)
            guard let yaml = file.yaml else {
                reading.leaveAlone(path, file.problem ?? "")
                continue
            }
            guard let root = yaml.documents.first?.root, root.resolved.kind == .mapping else { continue }
            let written = Composed.written(root, Origin(file: path))
            let content = yaml.isTemplate ? parameters?.filling(written) ?? written : written
            if FilePath.name(of: path) == "Chart.yaml" {
                chart = Resource(content, file: path)
            } else {
                files.insert(path)
                values = values.merged(with: content, .none) ?? values
            }
        }
        for content in inline { values = values.merged(with: content, .none) ?? values }
        if let chart { files.insert(chart.file) }
        for dependency in chart?.content["dependencies"]?.items ?? [] {
            readDependency(dependency, app: app, files: files, into: &reading)
        }
        let version = chart?.content["appVersion"]
        let top = layers.last { FilePath.name(of: $0) != "Chart.yaml" }
        HelmValues.read(
            values, app: app, fallback: version.map(HelmValues.Fallback.init), files: files, overrides: top,
            into: &reading)
        // The chart's own version of what it packs, where no image of the values takes it.
        if let chart, let own = chart.ownVersion(app, files), let pin = own.pins.first,
            !reading.uses.contains(where: { ($0.pins + $0.hidden).contains { $0.location == pin.location } })
        {
            reading.uses.append(own)
        }
        return reading
    }

    /// An entry of Chart.yaml's `dependencies`.
    private static func readDependency(
        _ dependency: Composed, app: String, files: Set<String>, into reading: inout Reading
    ) {
        guard let name = dependency["name"]?.string else { return }
        let repository = dependency["repository"]?.string ?? ""
        // A chart of the same repository has no version of its own to promote.
        if repository.hasPrefix("file://") || repository.isEmpty { return }
        let prefix = repository.hasSuffix("/") ? repository : repository + "/"
        let artifact = Artifact(.chart, prefix + name)
        if let use = Use(dependency["version"], artifact: artifact, app: app, files: files) {
            reading.uses.append(use)
        }
    }
}

extension Resource {
    /// The `appVersion` of a Chart.yaml.
    fileprivate func ownVersion(_ app: String, _ files: Set<String>) -> Use? {
        Use(
            content["appVersion"], artifact: Artifact(.chart, content["name"]?.string ?? app), app: app,
            files: files)
    }
}
