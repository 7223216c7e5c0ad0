internal import YAML

/// A chart that a kustomization renders: an entry of `helmCharts`, or a `HelmChartInflationGenerator`.
enum KustomizeChart {
    static func valuesFiles(of chart: Composed) -> [String] {
        ([chart["valuesFile"]].compactMap { $0 } + (chart["additionalValuesFiles"]?.items ?? []))
            .compactMap(\.string)
    }

    static func read(
        _ chart: Composed, of kustomization: Kustomization, in checkout: Checkout, into reading: inout Reading
    ) throws {
        reading.isComplete = false
        guard let name = chart["name"]?.string else { return }
        let repository = chart["repo"]?.string.map { $0.hasSuffix("/") ? $0 : $0 + "/" } ?? ""
        let app = chart["releaseName"]?.string ?? name
        if let use = Use(
            chart["version"], artifact: Artifact(.chart, repository + name), app: app,
            files: [kustomization.file])
        {
            reading.uses.append(use)
        }
        var values = Composed.mapping([])
        var files: Set<String> = [kustomization.file]
        for file in valuesFiles(of: chart) {
            guard let path = try checkout.resolve(file, from: kustomization.folder),
                let root = try checkout.file(at: path)?.yaml?.documents.first?.root
            else { continue }
            files.insert(path)
            values = values.merged(with: .written(root, Origin(file: path)), .none) ?? values
        }
        if let inline = chart["valuesInline"] { values = values.merged(with: inline, .none) ?? values }
        HelmValues.read(values, app: app, files: files, into: &reading)
    }
}
