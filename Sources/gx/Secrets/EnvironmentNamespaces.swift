import Git
import Secrets
import System
import YAML

/// Which namespaces are the environment's, and which are others' only.
struct EnvironmentNamespaces {
    private var own: Set<String> = []
    /// Those of its other encrypted manifests, which may be wrong in the same way.
    private var likely: Set<String> = []
    /// Those that others name in the clear, and those that they name anywhere.
    private var taken: Set<String> = []
    private var others: Set<String> = []

    init() {}

    init(of environment: String, _ files: SecretFiles, without path: String?) throws {
        let (clear, encrypted) = try Self.named(in: files, without: path)
        own = clear[environment] ?? []
        likely = encrypted[environment] ?? []
        for (name, namespaces) in clear where name != environment { taken.formUnion(namespaces) }
        others = encrypted.reduce(into: taken) { if $1.key != environment { $0.formUnion($1.value) } }
    }

    /// The one that is meant where a manifest names none.
    var only: String? {
        let known = own.isEmpty ? likely : own
        return known.count == 1 ? known.first : nil
    }

    var known: [String] { own.union(likely).sorted() }

    func contains(_ name: String) -> Bool {
        if own.contains(name) || likely.contains(name) { return true }
        return own.isEmpty && !(likely.isEmpty ? taken : others).contains(name)
    }

    /// The namespaces that the files of each environment name: in manifests and in kustomizations, and in encrypted
    /// manifests but for those at `path`.
    private static func named(
        in files: SecretFiles, without path: String?
    ) throws -> (clear: [String: Set<String>], encrypted: [String: Set<String>]) {
        guard let root = files.root else { return ([:], [:]) }
        var clear: [String: Set<String>] = [:]
        var encrypted: [String: Set<String>] = [:]
        for entry in try files.context.repository.index() where entry.isRegular {
            guard [.yaml, .json].contains(FileFormat(path: entry.path)),
                let environment = files.place(of: entry.path).environment,
                Files.exists("\(root)/\(entry.path)")
            else { continue }
            let bytes = try Files.read("\(root)/\(entry.path)").unwiped
            guard let file = try? YAMLFile(parsing: bytes, as: Syntax(path: entry.path)) else { continue }
            let isEncrypted = SopsFile.mayBe(bytes) && file.documents.first?.root?["sops"] != nil
            guard !isEncrypted || entry.path != path else { continue }
            for document in file.documents {
                let metadata = document.root?["metadata"]
                var names = [document.root?["namespace"], metadata?["namespace"]]
                if document.root?["kind"]?.string == "Namespace" { names.append(metadata?["name"]) }
                let found = names.compactMap { $0?.string }.filter { !SopsFile.hasCiphertext(Array($0.utf8)) }
                if isEncrypted {
                    encrypted[environment, default: []].formUnion(found)
                } else {
                    clear[environment, default: []].formUnion(found)
                }
            }
        }
        return (clear, encrypted)
    }
}
