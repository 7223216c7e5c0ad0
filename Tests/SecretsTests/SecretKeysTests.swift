import Testing

@testable import Secrets

@Suite struct SecretKeysTests {
    private let identity: X25519.Identity
    private var identities = Identities()

    init() throws {
        identity = try X25519.Identity.generate()
        identities.all = [identity]
    }

    private func open(_ text: String, _ regex: String? = "^(data|stringData)$") throws -> OpenFile {
        let selection = try regex.flatMap { text in
            try Selection.parse { $0 == "encrypted_regex" ? text : nil }
        }
        let rule = EncryptionRule(recipients: [identity.publicRecipient.description], selection: selection)
        return try reopened(SopsFile.encrypt(Array(text.utf8), as: .yaml, rule: rule))
    }

    private func reopened(_ bytes: [UInt8]) throws -> OpenFile {
        try SopsFile(parsing: bytes, as: .yaml).open(with: identities)
    }

    private func set(_ key: String, _ value: String, in file: OpenFile, manifest: String? = nil) throws
        -> OpenFile
    {
        let keys = file.keys
        let place = try keys.key(key, in: manifest)?.place ?? keys.newPlace(for: key, in: manifest)
        return try reopened(file.setting(secret(value), at: place))
    }

    private static let web = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: web\nstringData:\n"
    private let two =
        "kind: Secret\nmetadata:\n  name: db\nstringData:\n  PW: one\n---\nkind: Secret\nmetadata:\n  name: mail\nstringData:\n  TOKEN: two\n"

    @Test(arguments: ["tls.key", "app.properties", ".dockerconfigjson", "TOKEN", "a-b_c.d"])
    func aKeyOfASecretIsItsOwnName(key: String) throws {
        let value = "what nobody may read"
        for text in [Self.web + "  \(key): old\n", Self.web + "  OTHER: x\n"] {
            let changed = try set(key, value, in: open(text))
            #expect(changed[SecretPlace(path: [.key("stringData"), .key(key)])]?.plain.text == value)
            #expect(!String(decoding: changed.file.bytes, as: UTF8.self).contains(value))
        }
    }

    @Test(arguments: [
        "data2.TOKEN", "stringdata.TOKEN", "string_data.TOKEN", "Data.TOKEN", "stringDat.TOKEN",
        "metadata.name",
        "metadata.labels", "stringdata", "a b", "",
    ]) func whatIsNoKeyOfASecretIsRefused(key: String) throws {
        let file = try open(Self.web + "  OTHER: x\n")
        #expect(throws: SecretsError.self) { try set(key, "leak", in: file) }
    }

    @Test func theBlockThatIsSaid() throws {
        let file = try open(Self.web + "  OTHER: x\n")
        let text = try set("stringData.date.txt", "v", in: file)
        #expect(text[SecretPlace(path: [.key("stringData"), .key("date.txt")])] != nil)
        let encoded = try set("data.P", "p@ss", in: file)
        #expect(encoded[SecretPlace(path: [.key("data"), .key("P")])]?.plain.text == "cEBzcw==")
        let key = try #require(try encoded.keys.key("P"))
        #expect(try encoded.value(of: key)?.text == "p@ss")
    }

    @Test func whatIsNoTextGoesToData() throws {
        let file = try open(Self.web + "  P: x\n")
        let place = try #require(try file.keys.key("P")).place
        let changed = try reopened(file.setting(secret([0xFF, 0]), at: place))
        let key = try #require(try changed.keys.key("P"))
        #expect(key.isBase64 && changed.keys.secrets.count == 1)
        #expect(try changed.value(of: key)?.array == [0xFF, 0])
    }

    @Test func stringDataIsInForce() throws {
        let file = try open("kind: Secret\nstringData:\n  P: text\ndata:\n  P: ZGF0YQ==\n  Q: ZGF0YQ==\n")
        #expect(try file.variables().map(\.name).sorted() == ["P", "Q"])
        #expect(try file.variables().first { $0.name == "P" }?.value == "text")
        #expect(try file.variables().first { $0.name == "Q" }?.value == "data")
    }

    @Test func whatNoVariableCanHoldIsToldApart() throws {
        let data = "data:\n  KEYSTORE: AP8AAQ==\n  LATIN: 6Q==\n  Q: dGV4dA==\n"
        let file = try open(Self.web + "  P: text\n" + data)
        let variables = try file.variables()
        #expect(variables.filter { $0.value == nil }.map(\.name) == ["KEYSTORE", "LATIN"])
        #expect(variables.compactMap(\.value) == ["text", "text"])
        let flat = try open("A: x\ndb:\n  password: y\n\"B=C\": z\n", nil)
        #expect(try flat.variables().map { $0.value } == ["x", nil, nil])
        #expect(throws: SecretsError.self) { try flat.secretManifest(name: "web", namespace: nil) }
    }

    @Test func variablesOfOneManifest() throws {
        let file = try open(two)
        #expect(try file.variables(in: "mail").map(\.name) == ["TOKEN"])
        #expect(throws: SecretsError.self) { try file.variables(in: "nobody") }
    }

    @Test(arguments: [
        ("kind: Secret\nmetadata:\n  name: a\ndata:\n  P: eA==\n", "  name: a\n  namespace: shop\n"),
        ("kind: Secret\nmetadata:\n  namespace:\n  name: a\ndata:\n  P: eA==\n", "namespace: shop"),
        ("kind: Secret\nmetadata: { name: a }\ndata:\n  P: eA==\n", "namespace: shop"),
        ("kind: Secret\nmetadata:\n  name: a\n  namespace: own\ndata:\n  P: eA==\n", "namespace: own"),
        (
            "kind: List\nitems:\n  - kind: Secret\n    metadata:\n      name: a\n    data:\n      P: eA==\n",
            "      name: a\n      namespace: shop\n"
        ),
    ])
    func aNamespaceIsGivenToSecretsWithoutOne(text: String, expected: String) throws {
        let plain = try open(text).plaintext(namespace: "shop")
        #expect(plain.text.contains(expected))
        #expect(plain.text.split(separator: "namespace").count == 2)
        #expect(try SopsFile(parsing: plain.array, as: .yaml).readableKeys.manifests.last?.name == "a")
    }

    @Test func keysOfAllDocuments() throws {
        let file = try open(two)
        let changed = try set("TOKEN", "three", in: file)
        #expect(try changed.plaintext().text == two.replacing("two", with: "three"))
        let error = #expect(throws: SecretsError.self) { try set("NEW", "x", in: file) }
        #expect(error?.kind == .ambiguous)
        for named in [try set("mail:NEW", "x", in: file), try set("NEW", "x", in: file, manifest: "mail")] {
            #expect(
                named[SecretPlace(document: 1, path: [.key("stringData"), .key("NEW")])]?.plain.text == "x")
        }
        #expect(
            file.keys.secrets.map { file.keys.label(of: $0) } == [
                "db:stringData.PW", "mail:stringData.TOKEN",
            ])
        let twice = try set("PW", "x", in: set("mail:PW", "y", in: file), manifest: "db")
        #expect(throws: SecretsError.self) { try twice.keys.key("PW") }
        #expect(try twice.keys.key("mail:PW")?.place.document == 1)
    }

    @Test func secretsInLists() throws {
        let file = try open(
            "kind: List\nitems:\n  - kind: Secret\n    metadata:\n      name: a\n    data:\n      P: eA==\n  - kind: Secret\n    metadata:\n      name: b\n    stringData:\n      Q: y\n"
        )
        #expect(try file.variables().map(\.value) == ["x", "y"])
        let changed = try set("b:R", "z", in: file)
        #expect(try changed.variables().map(\.name) == ["P", "Q", "R"])
    }

    @Test func whatIsEncryptedWholeIsASecretOnceItIsOpen() throws {
        let file = try open(Self.web + "  TOKEN: x\n", nil)
        let (closed, opened) = (file.file.readableKeys.manifests, file.keys.manifests)
        #expect(closed.map(\.isSecret) == [false])
        #expect(opened.map(\.isSecret) == [true])
        #expect(try file.variables().map(\.name) == ["TOKEN"])
    }

    @Test func nothingIsWrittenInTheClear() throws {
        let file = try open("config:\n  a: b\nsecret:\n  c: d\n", "^secret$")
        for key in ["config.new", "config.a", "other", "Secret.c"] {
            #expect(throws: SecretsError.self) { try set(key, "leak", in: file) }
        }
        #expect(try set("secret.new", "v", in: file).plaintext().text.contains("new: v"))
        let suffix = try open("a: b\n", nil)
        #expect(throws: SecretsError.self) { try set("x_unencrypted", "leak", in: suffix) }
    }

    @Test func oneKeyInBothBlocksIsOneRow() throws {
        func contents(_ environment: String, _ text: String) throws -> SecretTable.Contents {
            SecretTable.Contents(environment: environment, file: "f", sops: try open(text).file)
        }
        let table = SecretTable(
            environments: ["dev", "prod"],
            [
                try contents("dev", "kind: Secret\ndata:\n  P: eA==\n"),
                try contents("prod", "kind: Secret\nstringData:\n  P: x\n"),
            ])
        #expect(table.rows.map(\.states) == [[.set, .set]])
    }

    @Test func whatDidNotChangeIsTold() throws {
        let file = try open(Self.web + "  A: x\n  B: y\n")
        let later = try set("A", "new", in: file)
        #expect(try later.unchanged(since: file) == ["stringData.B"])
    }
}
