/// Environments that are files: `apps/NS/APP/ENV.yaml`, or values for a chart that is elsewhere,
/// `apps/APP/values-ENV.yaml`.
enum FileLayouts {
    /// How a file's name holds the environment's.
    struct Form: Hashable {
        var head: String
        var tail: String

        static let all = ["yaml", "yml", "json"].flatMap { ending in
            [
                Form(head: "values-", tail: ".\(ending)"), Form(head: "values.", tail: ".\(ending)"),
                Form(head: "values_", tail: ".\(ending)"), Form(head: "", tail: "-values.\(ending)"),
                Form(head: "", tail: ".values.\(ending)"), Form(head: "", tail: ".\(ending)"),
            ]
        }

        /// A folder for each environment.
        static let inFolders = ["yaml", "yml"].map { Form(head: "", tail: "/values.\($0)") }

        func name(in file: String) -> String? {
            guard file.hasPrefix(head), file.hasSuffix(tail), file.count > head.count + tail.count else {
                return nil
            }
            return String(file.dropFirst(head.count).dropLast(tail.count))
        }

        var pattern: String { head + "{env}" + tail }
    }

    struct Parent: Placed {
        var folder: Folder
        var form: Form
        var environments: [String]

        var components: [String] { folder.components }
    }

    static func find(in root: Folder, _ checkout: Checkout) throws -> [Finding] {
        var parents: [Parent] = []
        collect(root, &parents)
        try leaveOutParts(of: checkout, &parents)
        var findings: [Finding] = []
        for form in Form.all {
            for group in ParentGroup.groups(of: parents.filter { $0.form == form }) {
                let names = Set(group.members.flatMap(\.environments))
                guard names.count > 1 else { continue }
                let head = group.pattern.isEmpty ? "" : group.pattern + "/"
                let layout = Layout(path: try Pattern(head + form.pattern))
                let weight = group.members.reduce(0) { $0 + $1.environments.count }
                var finding = Finding(layouts: [layout], names: names.sorted(), weight: weight)
                finding.shared = try shared(group, head)
                findings.append(finding)
            }
        }
        return findings
    }

    private static func collect(_ folder: Folder, _ parents: inout [Parent]) {
        guard !folder.isChart, !folder.hasKustomization else { return }
        for form in Form.all {
            let names = folder.files.compactMap(form.name)
            let environments = names.filter { StagedName($0).isEnvironment }
            if !environments.isEmpty {
                parents.append(Parent(folder: folder, form: form, environments: environments))
                break
            }
        }
        for child in folder.folders
        where !FolderWord.isIgnored(child.name) && !StagedName(child.name).isEnvironment {
            collect(child, &parents)
        }
    }

    /// What a kustomization is made of (`patches: [{ path: ../web/dev.yaml }]`) is a part of its app, and none of its own.
    private static func leaveOutParts(of checkout: Checkout, _ parents: inout [Parent]) throws {
        guard !parents.isEmpty else { return }
        var parts: Set<String> = []
        for (path, _) in checkout.blobs(where: Kustomization.isKustomization) {
            let kustomization = try Kustomization.read(FilePath.folder(of: path), in: checkout)
            parts.formUnion(try kustomization?.references(in: checkout) ?? [])
        }
        guard !parts.isEmpty else { return }
        for index in parents.indices {
            let parent = parents[index]
            parents[index].environments.removeAll { name in
                parts.contains(
                    FilePath.join(parent.folder.path, parent.form.head + name + parent.form.tail))
            }
        }
        parents.removeAll(where: \.environments.isEmpty)
    }

    /// Files beside those of the environments that hold what they have in common.
    private static func shared(_ group: ParentGroup<Parent>, _ head: String) throws -> [Pattern] {
        var found: [String] = []
        for parent in group.members {
            for file in parent.folder.files {
                let stem = file.prefix { $0 != "." }
                if group.hasApps, stem == Substring(parent.folder.name) {
                    found.append("{app}" + file.dropFirst(stem.count))
                } else if stem == "values" || FolderWord.isBase(stem), FilePath.isYAML(file),
                    StagedName(stem).stage == nil
                {
                    found.append(file)
                }
            }
        }
        return try Set(found).sorted().map { try Pattern(head + $0) }
    }
}
