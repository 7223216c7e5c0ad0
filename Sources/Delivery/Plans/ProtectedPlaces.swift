internal import Manifests
internal import YAML

extension [Path] {
    /// The first of these paths that leads to something else after a change of a file; nil where none does.
    func changed(in file: String, _ old: [UInt8], _ new: [UInt8]) throws -> Path? {
        guard !isEmpty else { return nil }
        do {
            let syntax = Syntax(path: file)
            let before = try YAMLFile(manifest: old, as: syntax)
            let after = try YAMLFile(manifest: new, as: syntax)
            for document in before.documents {
                for path in self {
                    let old = path.matches(in: document).map { ($0.path, $0.value) }
                    let new =
                        after.documents.indices.contains(document.index)
                        ? path.matches(in: after.documents[document.index]).map { ($0.path, $0.value) } : []
                    guard old.elementsEqual(new, by: ==) else { return path }
                }
            }
        } catch {
            // Not YAML: there are no paths in it to protect.
        }
        return nil
    }
}

extension AppSnapshot {
    /// The file that a name of gx.yaml means here: relative to the environment, `{env}` and `{app}` filled in.
    func file(named name: String) -> String? {
        let captures = unit.captures.merging(["env": environment, "app": app]) { first, _ in first }
        guard let filled = (try? Template(name))?.filled({ captures[$0] }) else { return nil }
        return unit.folder.isEmpty ? filled : "\(unit.folder)/\(filled)"
    }

    /// Whether gx.yaml keeps promotions from changing a file of this app.
    func isProtected(_ file: String, by rules: Configuration.Promote) -> Bool {
        rules.protectedFiles.contains { self.file(named: $0) == file }
    }
}
