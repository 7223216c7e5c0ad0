internal import System
internal import YAML

/// What some files say of Kubernetes Secrets: which keys they need, and which Secrets they bring about. The
/// files are read one by one, not as kustomize puts them together: a name that is found in none of them is
/// nowhere.
struct SecretUse {
    private(set) var references: [SecretReference] = []
    private(set) var supplies: [String: [SuppliedSecret]] = [:]
    /// Keys of encrypted files that are no manifests, and become Secrets on the way to the cluster.
    private(set) var looseKeys: Set<String> = []
    /// A generator of kustomize may make any Secret.
    private(set) var hasGenerators = false

    private static let secret = ByteSearch("ecret")
    private static let generators = ByteSearch("generators")

    /// - Parameters:
    ///   - changes: Files that are read as they are going to be; nil for those that go.
    ///   - pinned: The documents in which the app has images: in these files, other workloads are not its own.
    mutating func read(
        _ files: [String], in checkout: Checkout, changes: [String: [UInt8]?],
        pinned: [String: Set<Int>] = [:],
        encryptedKeys: EncryptedKeys
    ) throws {
        for path in files {
            let file: ManifestFile?
            if let change = changes[path] {
                file = change.map { ManifestFile(parsing: $0, path: path) }
            } else if FilePath.isYAML(path) || path.hasSuffix(".json")
                || Kustomization.isKustomization(path)
            {
                file = try checkout.file(at: path)
            } else {
                file = nil
            }
            var isManifest = false
            if let yaml = file?.yaml, Self.secret.isIn(yaml.bytes) || Self.generators.isIn(yaml.bytes) {
                for document in yaml.documents {
                    guard let root = document.root else { continue }
                    isManifest = isManifest || root["kind"] != nil || root["apiVersion"] != nil
                    if Kustomization.isKustomization(path) {
                        try read(kustomization: root, path, checkout: checkout, encryptedKeys: encryptedKeys)
                    }
                    if let own = pinned[path], !own.contains(document.index), Self.hasPods(root) { continue }
                    read(root, path)
                }
            }
            guard !isManifest, let bytes = try changes[path] ?? checkout.soundBytes(of: path) else {
                continue
            }
            for key in encryptedKeys(path, bytes) {
                looseKeys.insert(key)
                // `--as-secret` takes the top of a map.
                if let last = key.split(separator: ".").last { looseKeys.insert(String(last)) }
            }
        }
    }

    private static func hasPods(_ root: Node) -> Bool {
        let spec = root["spec"]
        return [spec, spec?["template"]?["spec"], spec?["jobTemplate"]?["spec"]?["template"]?["spec"]]
            .contains { $0?["containers"] != nil }
    }

    // MARK: What is needed

    /// Aliases are not followed: what they stand for has been read where it is written.
    private mutating func read(_ node: Node, _ file: String) {
        switch node.kind {
        case .sequence: for item in node.items { read(item, file) }
        case .mapping:
            if let kind = node["kind"]?.string, node["apiVersion"] != nil { supply(node, kind) }
            for (key, value) in node.entries where value.kind != .alias {
                if value.kind == .scalar {
                    readInline(value, file)
                } else {
                    refer(key.string ?? "", value: value, file: file)
                    read(value, file)
                }
            }
        case .scalar, .alias: break
        }
    }

    /// A patch that stands as text in a kustomization.
    private mutating func readInline(_ value: Node, _ file: String) {
        guard let text = value.text, text.contains(UInt8(ascii: "\n")), Self.secret.isIn(Array(text)),
            let yaml = try? YAMLFile(parsing: Array(text))
        else { return }
        for root in yaml.documents.compactMap(\.root) {
            let start = references.count
            read(root, file)
            // Lines of the text are of no use.
            for index in start..<references.count { references[index].line = value.line }
        }
    }

    private mutating func refer(_ name: String, value: Node, file: String) {
        func add(_ secret: Node?, _ owner: Node, keys: [Node]? = nil, to use: inout SecretUse) {
            guard let node = secret, let name = node.string, !name.isEmpty, !Substitution.isIn(name),
                owner["optional"]?.string != "true"
            else { return }
            guard let keys else {
                use.references.append(
                    SecretReference(secret: name, key: nil, file: file, line: node.line))
                return
            }
            for key in keys {
                guard let text = key.string, !text.isEmpty, !Substitution.isIn(text) else { continue }
                use.references.append(
                    SecretReference(secret: name, key: text, file: file, line: key.line))
            }
        }
        switch name {
        case "secretKeyRef":
            add(value["name"], value, keys: value["key"].map { [$0] } ?? [], to: &self)
        case "envFrom":
            for item in value.items {
                if let reference = item["secretRef"] { add(reference["name"], reference, to: &self) }
            }
        // A volume's own, and a part of a projected one.
        case "secret" where value["secretName"] != nil || value["items"] != nil:
            add(
                value["secretName"] ?? value["name"], value,
                keys: value["items"].map { $0.items.compactMap { $0["key"] } }, to: &self)
        default: break
        }
    }

    // MARK: What is there

    private mutating func supply(_ object: Node, _ kind: String) {
        func add(_ name: Node?, _ keys: Set<String>? = nil, to use: inout SecretUse) {
            guard let name = name?.string, !name.isEmpty else { return }
            use.supplies[name, default: []].append(SuppliedSecret(keys: keys))
        }
        let name = object["metadata"]?["name"]
        let spec = object["spec"]
        if kind == "Secret" {
            let keys = ["data", "stringData"].flatMap { object[$0]?.entries ?? [] }
            add(name, Set(keys.compactMap(\.key.string)), to: &self)
        } else if kind.contains("Secret") || ["Certificate", "OnePasswordItem"].contains(kind) {
            // Where operators say what the Secret that they make is called.
            let places = [
                ["target", "name"], ["destination", "name"], ["template", "metadata", "name"], ["secretName"],
                ["externalSecretName"], ["output", "secret", "name"],
                ["managedSecretReference", "secretName"],
            ]
            for place in places {
                add(place.reduce(spec) { $0?[$1] }, to: &self)
            }
            for part in (spec?["secretTemplates"] ?? spec?["secretObjects"])?.items ?? [] {
                add(part["name"] ?? part["secretName"], to: &self)
            }
            add(name, to: &self)
        }
    }

    private mutating func read(
        kustomization root: Node, _ file: String, checkout: Checkout, encryptedKeys: EncryptedKeys
    ) throws {
        if root["generators"]?.items.isEmpty == false { hasGenerators = true }
        for entry in root["secretGenerator"]?.items ?? [] {
            guard let name = entry["name"]?.string else { continue }
            func texts(_ key: String) -> [String] { (entry[key]?.items ?? []).compactMap(\.string) }
            var keys = texts("literals").map { String($0.prefix { $0 != "=" }) }
            keys += texts("files").map { text in
                text.firstIndex(of: "=").map { String(text[..<$0]) } ?? FilePath.name(of: text)
            }
            for env in texts("envs") + [entry["env"]?.string].compactMap(\.self) {
                guard let path = try checkout.resolve(env, from: FilePath.folder(of: file)),
                    let bytes = try checkout.soundBytes(of: path)
                else { continue }
                let encrypted = encryptedKeys(path, bytes)
                keys += encrypted.isEmpty ? Self.dotenvKeys(bytes) : encrypted
            }
            supplies[name, default: []].append(SuppliedSecret(keys: Set(keys)))
        }
    }

    private static func dotenvKeys(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard line.first != UInt8(ascii: "#"), let end = line.firstIndex(of: UInt8(ascii: "="))
            else { return nil }
            return String(decoding: line[..<end], as: UTF8.self)
        }
    }
}
