internal import Git
internal import System
public import YAML

/// A file as gx reads it: its bytes, and its documents where it is YAML or JSON.
public struct ManifestFile: Sendable {
    public enum Content: Sendable {
        case documents(YAMLFile)
        /// Not read as YAML: what it is instead, as people say it.
        case unreadable(String)
    }

    public let content: Content
    /// Whether it should be a manifest and can't be read as one, as with the marks of a merge conflict, a pointer of
    /// Git LFS or damage. A template is none.
    public let isLost: Bool
    /// Whether that is plainly not how it is meant to be: the marks of a conflict, or a form in which git keeps a file.
    public let isStored: Bool

    public var yaml: YAMLFile? { if case .documents(let yaml) = content { yaml } else { nil } }
    public var problem: String? { if case .unreadable(let reason) = content { reason } else { nil } }

    init(parsing bytes: [UInt8], path: String) {
        do {
            let yaml = try YAMLFile(parsing: bytes, as: Syntax(path: path))
            (isLost, isStored) = (false, false)
            content = yaml.looksLikeTemplate ? Self.template(bytes, path) : .documents(yaml)
        } catch {
            isLost = error.code != .template
            isStored = error.code == .stored || error.code == .conflict
            content = error.code == .template ? Self.template(bytes, path) : .unreadable("\(error)")
        }
    }

    /// A file that this clone does not have, or not whole.
    init(missing id: ObjectID) {
        content = .unreadable("its contents, \(id.short), are missing or damaged here")
        (isLost, isStored) = (true, false)
    }

    /// What is written out in a template, if that reads as YAML.
    private static func template(_ bytes: [UInt8], _ path: String) -> Content {
        guard Syntax(path: path) == .yaml, let yaml = try? YAMLFile(parsingTemplate: bytes),
            !yaml.looksLikeTemplate
        else { return .unreadable("it is a template") }
        return .documents(yaml)
    }
}
