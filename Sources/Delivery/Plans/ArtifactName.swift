internal import Manifests

/// What people call an artifact: `api` and `acme/api` are `ghcr.io/acme/api`, and `acme/*` is each of a registry.
struct ArtifactName {
    private let text: String

    init(_ text: String) { self.text = text }

    /// Whether it is meant to name several.
    var isPattern: Bool { text.contains("*") }

    func isWhole(_ artifact: Artifact) -> Bool { artifact.name == text }

    func names(_ artifact: Artifact) -> Bool {
        if Self.ends(artifact.name, with: text) { return true }
        guard artifact.kind == .git else { return false }
        // The repository is meant, in whichever folder of it: `x` of `https://git.example.com/acme/x.git//prod`.
        let url = artifact.repositoryURL
        return Self.ends(url, with: text) || Self.ends(url, with: "\(text).git")
    }

    private static func ends(_ name: String, with text: String) -> Bool {
        Glob.matches(text, name) || Glob.matches("*/\(text)", name)
    }
}

extension Artifact {
    /// A Git source's URL without the folder that is read from it.
    var repositoryURL: String {
        guard kind == .git, let start = name.firstRange(of: "://")?.upperBound,
            let folder = name[start...].firstRange(of: "//")
        else { return name }
        return String(name[..<folder.lowerBound])
    }
}
