internal import YAML

/// Helm charts with a file of values for each environment: `values-ENV.yaml` beside `Chart.yaml`.
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
                layout.layers = try ["Chart.yaml", "values.yaml", form.pattern].map { try Template($0) }
                if group.hasApps { layout.enabled = toggle?.enabled }
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
            return
        }
        for child in folder.folders where !FolderWord.isIgnored(child.name) { collect(child, &charts) }
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
    ) throws -> (folder: String, names: Set<String>, enabled: Layout.Enabled)? {
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
                let enabled = Layout.Enabled(
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
