internal import Git

/// Parsed files by the hash of their content: over history most commits share nearly all of them.
public final class FileCache {
    var files: [ObjectID: ManifestFile] = [:]

    public init() {}
}
