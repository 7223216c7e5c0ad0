internal import System
internal import YAML

/// Looks for secrets in parsed files: Secrets of Kubernetes, values by the names of their keys, literals of generators.
struct ManifestCheck {
    struct Found {
        let line: Int
        let key: String
        let problem: String
    }

    private(set) var found: [Found] = []
    /// For a text in a file, whose lines are its own.
    private var outerLine: Int?
    private var depth = 0
    /// In the templates of an operator that decrypts in the cluster.
    private var isInTemplates = false

    static func found(in file: YAMLFile) -> [Found] {
        var check = ManifestCheck()
        for document in file.documents {
            if let root = document.root { check.walk(root, isRoot: true) }
        }
        return check.found
    }

    private mutating func add(_ node: Node, key: String, problem: String) {
        found.append(Found(line: outerLine ?? node.line, key: key, problem: problem))
    }

    static let clearSecret = "a Secret has data in the clear"
    static let clearValue = "the value is in the clear"

    // MARK: Everywhere

    /// Objects whose keys are called like secrets and hold names, shapes or cipher text.
    private static let harmlessKinds: Set<String> = [
        "ExternalSecret", "ClusterExternalSecret", "SecretStore", "ClusterSecretStore", "PushSecret",
        "SecretProviderClass", "CustomResourceDefinition", "VaultStaticSecret", "VaultDynamicSecret",
        "VaultAuth", "Role",
        "ClusterRole", "OnePasswordItem",
    ]

    private mutating func walk(_ node: Node, isRoot: Bool = false) {
        switch node.kind {
        case .alias, .scalar: break  // the anchor's value is looked at where it stands
        case .sequence:
            var option: String?
            for item in node.items {
                let text = item.kind == .scalar ? item.string : nil
                if text != nil { check(item: item) }
                // `["--password", "…"]`
                if let option, let text, !text.hasPrefix("-"),
                    SecretText.isSecret(text, under: SecretKeyName.claim(of: option))
                {
                    add(item, key: "\(item.path.description): \(option)", problem: Self.clearValue)
                }
                option = text.flatMap { $0.hasPrefix("--") && !$0.contains("=") ? $0 : nil }
                walk(item)
            }
        case .mapping: walk(mapping: node, isRoot: isRoot)
        }
    }

    private mutating func walk(mapping node: Node, isRoot: Bool) {
        let kind = node["kind"]?.string ?? ""
        let isManifest = node["apiVersion"] != nil
        if isManifest, Self.harmlessKinds.contains(kind) { return }
        if kind == "Secret", isManifest || node["data"] != nil || node["stringData"] != nil {
            return check(secret: node)
        }
        // Its items need not say what they are.
        if kind == "SecretList", isManifest {
            for item in node["items"]?.items ?? [] { check(secret: item) }
            return
        }
        let entries = node.entries
        for generator in node["secretGenerator"]?.items ?? [] { check(generator: generator) }
        if let name = node["name"] ?? node["key"], let value = node["value"], name.kind == .scalar,
            value.kind == .scalar
        {
            check(value, under: name.string ?? "")
        }
        for (key, value) in entries {
            let name = key.string ?? ""
            if kind == "SealedSecret", name == "spec" { continue }
            if isRoot, name == "sops" { continue }
            if name == "stringData" || (name == "data" && kind.isEmpty && node["stringData"] != nil)
                || (name == "data" && isInTemplates)
            {
                check(data: value, name)
                continue
            }
            // The name of a key of a Secret, beside its name.
            let isSelector =
                node["name"] != nil && ["key", "secretKey"].contains(name)
                || name == "secretKey" && (node["remoteRef"] ?? node["secretName"]) != nil
            if value.kind == .scalar, !isSelector { check(value, under: name) }
            // `passwords: [a, b]`
            let singular = name.hasSuffix("s") ? String(name.dropLast()) : name
            if value.kind == .sequence, SecretKeyName.claim(of: singular) == .password {
                for item in value.items where item.kind == .scalar { check(item, under: singular) }
            }
            let outer = isInTemplates
            if name == "secretTemplates" { isInTemplates = true }
            defer { isInTemplates = outer }
            walk(value)
        }
    }

    private mutating func check(_ value: Node, under key: String) {
        guard let text = value.string else { return }
        let claim = SecretKeyName.claim(of: key)
        if claim != .none, let type = value.scalar?.type {
            let isText = type == .string || type == .int && claim == .password
            if isText, !text.utf8.contains(10), SecretText.isSecret(text, under: claim) {
                add(value, key: value.path.description, problem: Self.clearValue)
                return
            }
        }
        inner(value, text)
    }

    /// `PASSWORD=…`, `--password=…`
    private mutating func check(item: Node) {
        guard let text = item.string else { return }
        if text.utf8.contains(10) || text.hasPrefix("{") { return inner(item, text) }
        guard !text.contains(" "), let (key, value, _) = LineCheck.assignment(in: text[...]) else { return }
        if SecretText.isSecret(value, under: SecretKeyName.claim(of: key)) {
            add(item, key: "\(item.path.description): \(key)", problem: Self.clearValue)
        }
    }

    // MARK: Files in files

    /// JSON in an annotation, and texts of several lines.
    private mutating func inner(_ node: Node, _ text: String) {
        guard depth < 3 else { return }
        let bytes = Array(text.utf8)
        if text.first == "{" || text.first == "[", bytes.count > 10,
            let file = try? YAMLFile(parsing: bytes, as: .json), !file.looksLikeTemplate
        {
            let outer = outerLine
            outerLine = outer ?? node.line
            depth += 1
            defer { (outerLine, depth) = (outer, depth - 1) }
            for document in file.documents {
                if let root = document.root { walk(root) }
            }
            return
        }
        guard bytes.contains(10) else { return }
        let isBlock = node.scalar?.style == .literal
        for secret in LineCheck().found(in: text) + LineCheck.secretData(in: text) {
            found.append(
                Found(
                    line: outerLine ?? (isBlock ? node.line + 1 + secret.line : node.line),
                    key: "\(node.path.description): \(secret.key)",
                    problem: secret.isSecretData ? Self.clearSecret : Self.clearValue))
        }
    }

    // MARK: Kubernetes Secrets

    private static let fields: Set<String> = [
        "apiVersion", "kind", "metadata", "type", "immutable", "data", "stringData", "sops", "status",
    ]

    private mutating func check(secret: Node) {
        let credentials = argoCredentials(of: secret)
        for field in ["data", "stringData"] { check(data: secret[field], field, only: credentials) }
        for (key, value) in secret.entries {
            let name = key.string ?? ""
            if name == "metadata" { walk(value) }
            guard !Self.fields.contains(name), !name.hasPrefix("x-"), name != "<<" else { continue }
            if holdsText(value) {
                add(value, key: name, problem: "it is no field of a Secret, and in the clear")
            }
        }
    }

    private func holdsText(_ node: Node) -> Bool {
        switch node.resolved.kind {
        case .scalar, .alias: node.scalar?.type == .string && !SecretText.standsForSecret(node.string ?? "")
        case .mapping: node.entries.contains { holdsText($0.value) }
        case .sequence: node.items.contains { holdsText($0) }
        }
    }

    private mutating func check(data: Node?, _ field: String, only keys: Set<String>? = nil) {
        for (key, value) in data?.entries ?? [] {
            let name = key.string ?? ""
            if let keys, !keys.contains(name) { continue }
            let text = value.string ?? ""
            if LineCheck.isNoSecret(text, isData: field == "data") { continue }
            if keys != nil, name == "config", !isCredential(text, isData: field == "data") { continue }
            add(value, key: "\(field).\(name)", problem: Self.clearSecret)
        }
    }

    /// What of a Secret of Argo CD is secret: repositories and clusters are Secrets, too.
    private func argoCredentials(of secret: Node) -> Set<String>? {
        let type = secret["metadata"]?["labels"]?["argocd.argoproj.io/secret-type"]?.string
        guard let type, ["repository", "repo-creds", "repository-write", "cluster"].contains(type) else {
            return nil
        }
        return [
            "password", "sshPrivateKey", "bearerToken", "tlsClientCertKey", "githubAppPrivateKey",
            "gcpServiceAccountKey",
            "config",
        ]
    }

    private func isCredential(_ text: String, isData: Bool) -> Bool {
        let plain =
            isData
            ? Base64.decode(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) } ?? text : text
        return ["\"bearerToken\"", "\"password\"", "\"keyData\"", "bearerToken:", "password:", "keyData:"]
            .contains(
                where: plain.contains)
    }

    private mutating func check(generator: Node) {
        for literal in generator["literals"]?.items ?? [] {
            guard let text = literal.string, let equals = text.firstIndex(of: "=") else { continue }
            let value = String(text[text.index(after: equals)...])
            if LineCheck.isNoSecret(value, isData: false) { continue }
            add(
                literal, key: String(text[..<equals]),
                problem: "a literal of a secretGenerator is in the clear")
        }
    }
}
