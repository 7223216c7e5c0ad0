internal import System
internal import YAML

/// The `sops` block of a file: who can read it, what is encrypted, and the MAC.
struct Metadata {
    /// A set of keys, each of which opens the group's share of the data key (or all of it, in a file with one group).
    struct KeyGroup {
        var age: [AgeKey] = []
        /// Keys of services that gx does not have, as they stand in the file.
        var others: [JSON.Field] = []
    }

    struct AgeKey: Hashable {
        var recipient: String
        /// An armored age file with the data key, or a share of it.
        var encrypted: String
    }

    var groups: [KeyGroup]
    /// How many groups are needed; all of them when it is not said.
    var threshold: Int?
    var lastModified: String
    var mac: String
    var macOnlyEncrypted: Bool
    var selection: Selection?
    var version: String
    /// What is not known here, kept as it is.
    var others: [JSON.Field]

    /// The version of the format that is written.
    static let version = "3.9.4"

    /// The key services of the format, by their fields.
    private static let services: [(field: String, name: String)] = [
        ("kms", "AWS KMS"), ("gcp_kms", "Google Cloud KMS"), ("azure_kv", "Azure Key Vault"),
        ("hc_vault", "HashiCorp Vault"),
        ("hckms", "Huawei Cloud KMS"), ("pgp", "PGP"), ("plugins", "a key service plugin"),
    ]

    init(groups: [KeyGroup], threshold: Int?, selection: Selection?, macOnlyEncrypted: Bool) {
        self.groups = groups
        self.threshold = threshold
        self.selection = selection
        self.macOnlyEncrypted = macOnlyEncrypted
        lastModified = ""
        mac = ""
        version = Self.version
        others = []
    }

    /// Reads the block strictly. Values of dotenv and INI files are all strings.
    init(_ block: JSON) throws(SecretsError) {
        guard let fields = block.fields else { throw Self.malformed("it is not a mapping") }
        let known = Set(
            ["age", "key_groups", "shamir_threshold", "lastmodified", "mac", "mac_only_encrypted", "version"]
                + Selection.names + Self.services.map(\.field))
        groups = []
        others = fields.filter { !known.contains($0.key) }
        lastModified = block["lastmodified"]?.string ?? ""
        guard GoTime.isRFC3339(lastModified) else { throw Self.malformed("lastmodified is not a time") }
        guard let mac = block["mac"]?.string, !mac.isEmpty else {
            throw SecretsError(
                .mac, "the file has no message authentication code",
                hint: "restore it from Git, or encrypt it again")
        }
        self.mac = mac
        version = block["version"]?.string ?? ""
        switch block["mac_only_encrypted"] {
        case nil, .bool(false), .string("false"), .null: macOnlyEncrypted = false
        case .bool(true), .string("true"): macOnlyEncrypted = true
        default: throw Self.malformed("mac_only_encrypted is neither true nor false")
        }
        switch block["shamir_threshold"] {
        case nil, .null, .int(0), .string("0"): threshold = nil
        case .int(let count) where (1...255).contains(count): threshold = count
        case .string(let text):
            guard let count = Int(text), (1...255).contains(count) else {
                throw Self.malformed("shamir_threshold is not a number")
            }
            threshold = count
        default: throw Self.malformed("shamir_threshold is not a number from 1 to 255")
        }
        selection = try Selection.parse { (name: String) in block[name]?.string }

        let single = try Self.group(block)
        let several = try Self.list(block["key_groups"])
        if !single.age.isEmpty || !single.others.isEmpty {
            guard several.isEmpty else { throw Self.malformed("it has both keys and key groups") }
            groups = [single]
        } else {
            for group in several { groups.append(try Self.group(group)) }
        }
        guard !groups.isEmpty else { throw Self.malformed("it names nobody who can read the file") }
    }

    private static func group(_ block: JSON) throws(SecretsError) -> KeyGroup {
        var group = KeyGroup()
        for key in try list(block["age"]) {
            guard let recipient = key["recipient"]?.string, let encrypted = key["enc"]?.string else {
                throw malformed("a key of kind age lacks recipient or enc")
            }
            group.age.append(AgeKey(recipient: recipient, encrypted: encrypted))
        }
        for (field, _) in services {
            guard let keys = block[field], try !list(keys).isEmpty else { continue }
            group.others.append(JSON.Field(field, keys))
        }
        return group
    }

    private static func list(_ value: JSON?) throws(SecretsError) -> [JSON] {
        switch value {
        case nil, .null: return []
        case .array(let items): return items
        default: throw malformed("a list of keys is not a list")
        }
    }

    static func malformed(_ what: String) -> SecretsError {
        SecretsError(.format, "malformed sops block: \(what)")
    }

    /// All age recipients, of all groups, in the file's order.
    var recipients: [String] { groups.flatMap { $0.age.map(\.recipient) } }

    /// The key services that gx does not have and the file is also encrypted for, by name.
    var services: [String] {
        Self.services.filter { service in groups.contains { $0.others.contains { $0.key == service.field } } }
            .map(\.name)
    }

    /// The block as it is written: keys sorted, empty ones left out.
    var block: JSON {
        var fields = others
        func add(_ key: String, _ value: JSON) { fields.append(JSON.Field(key, value)) }
        if groups.count == 1 {
            fields += groups[0].fields
        } else {
            add("key_groups", .array(groups.map { .object($0.fields.sorted { $0.key < $1.key }) }))
            if let threshold { add("shamir_threshold", .int(threshold)) }
        }
        if let selection { add(selection.name, .string(selection.text)) }
        if macOnlyEncrypted { add("mac_only_encrypted", true) }
        add("lastmodified", .string(lastModified))
        add("mac", .string(mac))
        add("version", .string(version))
        return .object(fields.sorted { $0.key < $1.key })
    }
}

extension Metadata.KeyGroup {
    fileprivate var fields: [JSON.Field] {
        let keys = age.map {
            JSON.object([
                JSON.Field("enc", .string($0.encrypted)), JSON.Field("recipient", .string($0.recipient)),
            ])
        }
        return (keys.isEmpty ? [] : [JSON.Field("age", .array(keys))]) + others
    }
}
