public import System
internal import YAML

/// Who can read a file and what of it is encrypted, by its path: a `.sops.yaml`.
public struct Policy: Sendable {
    public static let fileName = ".sops.yaml"

    /// A creation rule.
    public struct Rule: Sendable {
        /// Unanchored, on the path from the policy's folder; nil matches everything.
        public let path: GoRegex?
        public let encryption: EncryptionRule
        /// For errors: from 1, in the file.
        public let line: Int
    }

    public let rules: [Rule]
    /// What readers are called: by a comment behind the recipient, or the name of its anchor.
    public let names: [String: String]
    let file: YAMLFile
    public var bytes: [UInt8] { file.bytes }

    public init(parsing bytes: [UInt8]) throws(SecretsError) {
        do {
            file = try YAMLFile(parsing: bytes)
        } catch {
            throw SecretsError(.policy, error.message, at: error.position?.description, hint: error.hint)
        }
        guard file.documents.count == 1, let root = file.documents[0].root, root.kind == .mapping,
            !file.looksLikeTemplate
        else {
            throw SecretsError(.policy, "it is not a map with creation_rules")
        }
        if let duplicate = file.documents[0].duplicateKeys.first {
            throw SecretsError(
                .policy, "the key \(duplicate.string ?? "") is there twice",
                at: duplicate.position.description)
        }
        var reader = PolicyReader()
        rules = try reader.rules(root["creation_rules"])
        names = reader.names
    }

    /// The first rule that matches; an error when none does, as in the reference program. `path` is from the
    /// policy's folder.
    public func rule(for path: String) throws(SecretsError) -> Rule {
        if let rule = firstRule(for: path) { return rule }
        throw SecretsError(
            .policy, "no rule of \(Self.fileName) matches", at: path,
            hint: "add one to creation_rules, or rename the file")
    }

    public func firstRule(for path: String) -> Rule? {
        ruleIndex(for: path).map { rules[$0] }
    }

    /// What to call a reader in front of people.
    public func name(of recipient: String) -> String? { names[recipient] }
}

/// Reads the rules of a policy, strictly: a misspelt key would leave secrets in the open.
struct PolicyReader {
    var names: [String: String] = [:]

    private static let services = [
        "kms": "AWS KMS", "gcp_kms": "Google Cloud KMS", "azure_keyvault": "Azure Key Vault",
        "hc_vault": "HashiCorp Vault",
        "hc_vault_transit_uri": "HashiCorp Vault", "hckms": "Huawei Cloud KMS", "pgp": "PGP",
        "plugins": "a key service plugin",
    ]
    private static let known = Set(
        [
            "path_regex", "age", "key_groups", "shamir_threshold", "mac_only_encrypted", "aws_profile",
            "timeout", "name",
        ]
            + Selection.names + services.keys)

    mutating func rules(_ list: Node?) throws(SecretsError) -> [Policy.Rule] {
        guard let list else { return [] }
        guard list.resolved.kind == .sequence else { throw refused(list, "creation_rules is not a list") }
        var rules: [Policy.Rule] = []
        for rule in list.items { rules.append(try self.rule(rule)) }
        return rules
    }

    private mutating func rule(_ node: Node) throws(SecretsError) -> Policy.Rule {
        guard node.resolved.kind == .mapping else { throw refused(node, "a rule is not a map") }
        for (key, _) in node.entries where !Self.known.contains(key.string ?? "") {
            throw refused(
                key, "unknown key \(quoted(key.string ?? "")) in a rule",
                hint: Self.suggestion(key.string ?? ""))
        }
        do {
            var path: GoRegex?
            if let text = node["path_regex"]?.string, !text.isEmpty { path = try GoRegex(rule: text) }
            let selection = try Selection.parse { (name: String) in node[name]?.string }
            var groups: [[String]] = []
            var services = services(of: node)
            if let list = node["key_groups"] {
                for group in list.items {
                    let members = try self.group(group)
                    groups.append(members.recipients)
                    services += members.services
                }
            } else {
                groups = [try recipients(node["age"])]
            }
            return Policy.Rule(
                path: path,
                encryption: EncryptionRule(
                    groups: groups, threshold: try threshold(node["shamir_threshold"]), selection: selection,
                    macOnlyEncrypted: try bool(node["mac_only_encrypted"]), services: services),
                line: node.line)
        } catch {
            throw error.place == nil || error.place?.hasPrefix("line") == false
                ? error.inside("line \(node.line)") : error
        }
    }

    /// The recipients of a key group, those of the groups that it merges included.
    private mutating func group(_ node: Node) throws(SecretsError) -> (
        recipients: [String], services: [String]
    ) {
        var found = (recipients: try recipients(node["age"]), services: services(of: node))
        for merged in node["merge"]?.items ?? [] {
            let members = try group(merged)
            found.recipients += members.recipients.filter { !found.recipients.contains($0) }
            found.services += members.services
        }
        return found
    }

    private func services(of node: Node) -> [String] {
        node.entries.compactMap { key, value in
            guard let service = key.string.flatMap({ Self.services[$0] }) else { return nil }
            let isEmpty = value.string?.isEmpty ?? value.items.isEmpty && value.entries.isEmpty
            return isEmpty ? nil : service
        }
    }

    /// A list, or a text with commas.
    private mutating func recipients(_ node: Node?) throws(SecretsError) -> [String] {
        guard let node, node.scalar?.type != .null else { return [] }
        var recipients: [String] = []
        for item in node.resolved.kind == .sequence ? node.items : [node] {
            guard item.resolved.kind == .scalar else {
                throw refused(item, "age is neither a list nor a text with commas")
            }
            let found = Self.split(item.string)
            if found.count == 1, let name = name(of: item) { names[found[0]] = name }
            for recipient in found where !recipients.contains(recipient) {
                do {
                    _ = try parseRecipient(recipient)
                } catch {
                    // One that gx cannot encrypt for is told of where somebody is to encrypt for it.
                    guard error.kind == .unsupported else { throw error.inside("line \(item.line)") }
                }
                recipients.append(recipient)
            }
        }
        return recipients
    }

    static func split(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",").map { part in
            String(part.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        }.filter { !$0.isEmpty }
    }

    private func name(of item: Node) -> String? {
        let target = item.resolved
        for comment in [item.comment, target.comment] {
            let text = (comment ?? "").drop { $0 == "#" || $0.isWhitespace }
            if !text.isEmpty { return String(text) }
        }
        return item.kind == .alias ? target.anchor : nil
    }

    private func threshold(_ node: Node?) throws(SecretsError) -> Int? {
        guard let node, let text = node.string, text != "0" else { return nil }
        guard let count = Int(text), (1...255).contains(count) else {
            throw refused(node, "shamir_threshold is not a number from 1 to 255")
        }
        return count
    }

    private func bool(_ node: Node?) throws(SecretsError) -> Bool {
        switch node?.string {
        case nil, "false": return false
        case "true": return true
        default: throw SecretsError(.policy, "mac_only_encrypted is neither true nor false")
        }
    }

    private static func suggestion(_ word: String) -> String? {
        let near = known.filter {
            $0.hasPrefix(word) || word.hasPrefix($0)
                || $0.filter { $0 != "_" } == word.filter { $0 != "_" && $0 != "-" }
        }
        return near.sorted().first.map { "did you mean \($0)?" }
            ?? "sops ignores it, and what it was meant to say"
    }

    private func refused(_ node: Node, _ what: String, hint: String? = nil) -> SecretsError {
        SecretsError(.policy, what, at: "line \(node.line)", hint: hint)
    }
}
