internal import YAML

/// Helm charts with a file of values for each environment: `values-ENV.yaml` beside `Chart.yaml`, `values/ENV.yaml` or
/// `ENV/values.yaml` in folders beside it.
enum ChartLayouts {
    struct Parent: Placed {
        var folder: Folder
        var form: FileLayouts.Form
        var names: [String]

        var components: [String] { folder.components }
    }

    static func find(in root: Folder, _ checkout: Checkout) throws -> [Finding] {
        var charts: [Parent] = []
        collect(root, &charts)
        guard !charts.isEmpty else { return [] }
        let toggle = try switches(in: root, for: charts, checkout)
        if let folder = toggle?.folder { charts.removeAll { $0.folder.path == folder } }
        var findings: [Finding] = []
        for form in Set(charts.map(\.form)).sorted(by: { $0.pattern < $1.pattern }) {
            let ofForm = charts.filter { $0.form == form }
            let names = toggle?.names ?? environments(ofForm)
            for group in ParentGroup.groups(of: ofForm) {
                let used = Set(group.members.flatMap(\.names)).intersection(names)
                guard used.count > 1 || toggle != nil else { continue }
                var layout = Layout(path: try Pattern(group.pattern.isEmpty ? "**" : group.pattern + "/**"))
                let common = Set(group.members.flatMap { commonFiles(of: $0.folder, form) }).sorted()
                layout.layers = try (["Chart.yaml", "values.yaml"] + common + [form.pattern]).map {
                    try Template($0)
                }
                if group.hasApps { layout.enabled = toggle.map { .switched($0.enabled) } }
                findings.append(
                    Finding(
                        layouts: [layout], names: (toggle?.names ?? used).sorted(),
                        weight: group.members.reduce(0) { $0 + $1.folder.manifestCount }))
            }
        }
        return findings
    }

    private static func collect(_ folder: Folder, _ charts: inout [Parent]) {
        if folder.isChart {
            for form in FileLayouts.Form.all where form.head + form.tail != ".yaml" {
                let names = folder.files.compactMap(form.name).filter { EnvironmentName.isValid($0) }
                if !names.isEmpty { charts.append(Parent(folder: folder, form: form, names: names)) }
            }
            if let parent = inFolders(of: folder) { charts.append(parent) }
            return
        }
        for child in folder.folders where !FolderWord.isIgnored(child.name) { collect(child, &charts) }
    }

    /// Values in folders of a chart: the first form of which a name is a stage's.
    private static func inFolders(of chart: Folder) -> Parent? {
        for folder in chart.folders where FolderWord.values.contains(folder.name) {
            let files =
                folder.files + folder.folders.flatMap { inner in inner.files.map { "\(inner.name)/\($0)" } }
            for form in FileLayouts.Form.all + FileLayouts.Form.inFolders {
                let names = files.compactMap(form.name).filter { EnvironmentName.isValid($0) }
                    .filter { !FolderWord.isBase($0) && $0 != "values" }
                guard names.contains(where: { StagedName($0).stage != nil }) else { continue }
                let form = FileLayouts.Form(head: "\(folder.name)/\(form.head)", tail: form.tail)
                return Parent(folder: chart, form: form, names: names)
            }
        }
        let files = chart.folders.flatMap { inner in inner.files.map { "\(inner.name)/\($0)" } }
        for form in FileLayouts.Form.inFolders {
            let names = files.compactMap(form.name).filter { StagedName($0).isEnvironment }
            if !names.isEmpty { return Parent(folder: chart, form: form, names: names) }
        }
        return nil
    }

    /// Values in the same folder that all environments read: `values/common.yaml`.
    private static func commonFiles(of chart: Folder, _ form: FileLayouts.Form) -> [String] {
        guard let slash = form.head.firstIndex(of: "/") else { return [] }
        let folder = form.head[..<slash]
        return (chart[String(folder)]?.files ?? []).filter { file in
            let stem = file.prefix { $0 != "." }
            return FilePath.isYAML(file) && (stem == "values" || FolderWord.isBase(stem))
        }.map { "\(folder)/\($0)" }
    }

    /// The names that are environments: those that a stage is in, and, if there are such, others that several
    /// charts have values for.
    private static func environments(_ charts: [Parent]) -> Set<String> {
        var counts: [String: Int] = [:]
        for name in charts.flatMap(\.names) { counts[name, default: 0] += 1 }
        let staged = counts.filter { StagedName($0.key).stage != nil }
        guard !staged.isEmpty else { return [] }
        return Set(
            counts.filter { name, count in
                staged[name] != nil || count > 1 && !FolderWord.isBase(name)
            }.keys)
    }

    /// A folder with a file for each environment that says which of the charts run there.
    private static func switches(
        in root: Folder, for charts: [Parent], _ checkout: Checkout
    ) throws -> (folder: String, names: Set<String>, enabled: Layout.Switch)? {
        let apps = Set(charts.map(\.folder.name))
        for folder in root.folders where FolderWord.environments.contains(folder.name) {
            for form in FileLayouts.Form.all {
                let files = folder.files.filter { form.name(in: $0) != nil }
                guard files.count > 1 else { continue }
                let common = folder.files.first { $0 == "values.yaml" }
                guard let sample = common ?? files.first,
                    let root = try checkout.file(at: FilePath.join(folder.path, sample))?.yaml?.documents
                        .first?.root,
                    let key = root.entries.first(where: { names($0.value, apps) })?.key.string
                else { continue }
                let paths = [common, form.pattern].compactMap { $0 }.map { FilePath.join(folder.path, $0) }
                let enabled = Layout.Switch(
                    files: try paths.map { try Template($0) },
                    path: try Template("\(Path(steps: [.key(key)])).{app}"))
                return (folder.path, Set(files.compactMap(form.name)), enabled)
            }
        }
        return nil
    }

    /// Whether a mapping turns charts on and off.
    private static func names(_ node: Node, _ apps: Set<String>) -> Bool {
        let keys = node.entries.filter { $0.value.scalar?.type == .bool }.compactMap(\.key.string)
        return keys.count { apps.contains($0) } * 2 > keys.count
    }
}
