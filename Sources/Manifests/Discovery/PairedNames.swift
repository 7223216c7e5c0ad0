/// Environments whose names stand in one with those of apps: `web-dev/`, `apps/prod-web/`, `web-prod.yaml`.
enum PairedNames {
    /// How a name holds both.
    private struct Form {
        var isAppFirst: Bool
        var separator: Character
        /// Of files; empty for folders.
        var ending: String

        static let all = ["", ".yaml", ".yml"].flatMap { ending in
            ["-", "_", "."].flatMap { (separator: Character) in
                [true, false].map { Form(isAppFirst: $0, separator: separator, ending: ending) }
            }
        }

        var pattern: String {
            let pair = isAppFirst ? ["{app}", "{env}"] : ["{env}", "{app}"]
            return pair.joined(separator: String(separator)) + (ending.isEmpty ? "/**" : ending)
        }

        /// Files that are called after what is in them, `web/deployment-dev.yaml`, are those of the app that the folder is.
        func path(in folder: Folder, apps: Set<String>) -> String {
            let isOfOne = !ending.isEmpty && !folder.path.isEmpty && apps.isSubset(of: FolderWord.objects)
            guard isOfOne else { return FilePath.join(folder.path, pattern) }
            let file = pattern.replacing("{app}", with: "*")
            return FilePath.join(FilePath.folder(of: folder.path), "{app}/\(file)")
        }

        /// The environment is as long as it can be: `prod-eu` of `web-prod-eu`.
        func split(_ name: String) -> (app: String, environment: String)? {
            guard name.hasSuffix(ending) else { return nil }
            let words = name.dropLast(ending.count).split(
                separator: separator, omittingEmptySubsequences: false)
            for count in (1..<max(words.count, 1)).reversed() {
                let one = isAppFirst ? words.suffix(count) : words.prefix(count)
                let other = isAppFirst ? words.dropLast(count) : words.dropFirst(count)
                let environment = one.joined(separator: String(separator))
                guard EnvironmentName.isValid(environment), StagedName(environment).isPure,
                    StagedName(environment).stage != nil
                else { continue }
                let app = other.joined(separator: String(separator))
                return app.isEmpty || StagedName(app).stage != nil ? nil : (app, environment)
            }
            return nil
        }
    }

    /// Nothing, where most manifests are called otherwise.
    static func find(in root: Folder) throws -> [Finding] {
        var findings: [Finding] = []
        var open = [root]
        while let folder = open.popLast() {
            if let finding = try Form.all.compactMap({ try find($0, in: folder) })
                .max(by: { $0.weight < $1.weight })
            {
                findings.append(finding)
            } else {
                open += folder.folders.filter { !FolderWord.isIgnored($0.name) && !$0.isChart }
            }
        }
        let own = root.folders.filter { !FolderWord.isIgnored($0.name) && !$0.name.hasPrefix(".") }
        let all = own.reduce(root.files.count(where: FilePath.isYAML)) { $0 + $1.manifestCount }
        return findings.reduce(0) { $0 + $1.weight } * 2 > all ? findings : []
    }

    private static func find(_ form: Form, in folder: Folder) throws -> Finding? {
        let counts =
            form.ending.isEmpty
            ? folder.folders.map { ($0.name, $0.manifestCount) } : folder.files.map { ($0, 1) }
        let pairs = counts.compactMap { name, count in
            count > 0 ? form.split(name).map { (pair: $0, weight: count) } : nil
        }
        // An app that is in one environment alone may just be called so.
        guard Dictionary(grouping: pairs, by: \.pair.app).contains(where: { $0.value.count > 1 }) else {
            return nil
        }
        let layout = Layout(path: try Pattern(form.path(in: folder, apps: Set(pairs.map(\.pair.app)))))
        return Finding(
            layouts: [layout], names: Set(pairs.map(\.pair.environment)).sorted(),
            weight: pairs.reduce(0) { $0 + $1.weight })
    }
}
