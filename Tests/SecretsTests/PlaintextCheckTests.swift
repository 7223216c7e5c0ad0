import Testing

@testable import Secrets

@Suite struct PlaintextCheckTests {
    let alice: X25519.Identity
    let bob: X25519.Identity
    let policy: Policy

    init() throws {
        alice = try X25519.Identity.generate()
        bob = try X25519.Identity.generate()
        policy = try Policy(
            parsing: Array(
                "creation_rules:\n  - path_regex: secret\n    encrypted_regex: ^(data|stringData)$\n    age: \(alice.publicRecipient)\n"
                    .utf8))
    }

    private func findings(_ text: String, _ file: String = "app.yaml") -> [String] {
        PlaintextCheck.findings(in: Array(text.utf8), file: file, path: file, policy: policy).map {
            "\($0.line.map { "\($0): " } ?? "")\($0.key.map { "\($0): " } ?? "")\($0.problem)"
        }
    }

    private func encrypted(_ text: String, for identities: [X25519.Identity]? = nil) throws -> String {
        var rule = try policy.rule(for: "secret.yaml").encryption
        if let identities { rule.groups = [identities.map(\.publicRecipient.description)] }
        return String(decoding: try SopsFile.encrypt(Array(text.utf8), as: .yaml, rule: rule), as: UTF8.self)
    }

    private let manifest = "kind: Secret\nstringData:\n  a: hunter2\n  b: hunter3\n"

    @Test func whatIsAsThePolicySaysPasses() throws {
        #expect(try findings(encrypted(manifest), "secret.yaml") == [])
        #expect(findings("kind: Deployment\nspec: {}\n") == [])
        #expect(findings("kind: Secret\nstringData:\n  a: ${PASSWORD}\n  b: \"\"\n") == [])
    }

    @Test func whatIsInTheClearIsNamedWithoutItsValue() throws {
        #expect(findings(manifest, "secret.yaml") == ["the policy covers the file, and it is in the clear"])
        #expect(
            findings(manifest) == [
                "3: stringData.a: a Secret has data in the clear",
                "4: stringData.b: a Secret has data in the clear",
            ])
        #expect(
            findings("kind: List\nitems:\n  - kind: Secret\n    data:\n      x: aHVudGVyMg==\n") == [
                "5: data.x: a Secret has data in the clear"
            ])
        let all = [manifest, "\"hunter2", "{\"kind\": \"Secret\", \"data\": {\"a\": \"hunter2\"}}"].flatMap {
            findings($0, "secret.json") + findings($0)
        }
        #expect(all.allSatisfy { !$0.contains("hunter") }, "\(all)")
    }

    @Test
    func readersAndRulesThatAreNotThePolicys() throws {
        #expect(
            try findings(encrypted(manifest, for: [alice, bob]), "secret.yaml").map { $0.prefix(14) } == [
                "encrypted for "
            ])
        #expect(try findings(encrypted(manifest, for: [bob]), "secret.yaml").count == 2)
        func under(_ rule: String) throws -> String {
            try encrypted(manifest).replacing(
                "encrypted_regex: ^(data|stringData)$", with: "encrypted_regex: \(rule)")
        }
        #expect(
            try findings(under("^data$"), "secret.yaml") == [
                "it is encrypted by another rule than the policy's"
            ])
        // One that selects the same values of this file will do.
        #expect(try findings(under("^stringData$"), "secret.yaml").isEmpty)
        let line = try encrypted(manifest).split(separator: "\n").first { $0.hasPrefix("  a: ") } ?? ""
        let half = try encrypted(manifest).split(separator: "\n").map {
            $0.hasPrefix("  a: ") ? "  a: hunter2" : $0
        }.joined(separator: "\n")
        #expect(
            !line.isEmpty && findings(half, "secret.yaml") == ["3: stringData.a: the value is in the clear"])
    }

    private func count(_ text: String, _ file: String = "app.yaml", allowing lines: String = "") -> Int {
        PlaintextCheck.findings(
            in: Array(text.utf8), file: file, path: file, policy: nil,
            allowing: Allowances(parsing: Array(lines.utf8))
        ).count
    }

    @Test func whatIsAllowedWithAReason() {
        let text = "password: hunter2\n"
        #expect(count(text) == 1)
        #expect(count("password: hunter2  # gx:allow\n") == 1)
        #expect(count("password: hunter2  # gx:allow the database of the tests\n") == 0)
        #expect(count("# gx:allow the database of the tests\n\(text)token: s8d7f6g5h4\n") == 1)
        #expect(count("# gx:allow-file values of the tests\n\(text)token: s8d7f6g5h4\n") == 0)
        let lines = "# what is for tests\ndev/*.yaml#password  of the desk\nci/**  of the tests\nprod.yaml\n"
        #expect(count(text, "dev/a.yaml", allowing: lines) == 0)
        #expect(count("token: s8d7f6g5h4\n", "dev/a.yaml", allowing: lines) == 1)
        #expect(count(text, "dev/b/c.yaml", allowing: lines) == 1)
        #expect(count(text, "ci/b/c.yaml", allowing: lines) == 0)
        // Without a reason nothing is allowed, and that is a finding.
        #expect(count(text, "prod.yaml", allowing: lines) == 1)
        #expect(count(lines, Allowances.path, allowing: lines) == 1)
    }

    @Test func aTemplateIsLookedAtLineByLine() {
        let template = "kind: Secret\nstringData:\n  a: {{ .Values.a }}\n"
        #expect(findings(template, "secret.yaml").isEmpty)
        #expect(
            findings(template + "  b: hunter2\n", "secret.yaml") == [
                "4: stringData.b: a Secret has data in the clear"
            ])
    }

    @Test func privateKeys() throws {
        let key = alice.secretText.text
        #expect(findings("key: \(key)\n", "notes.md") == ["1: an age identity is in the clear"])
        let body = String(repeating: "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=", count: 2)
        for kind in ["OPENSSH ", "RSA ", "EC ", ""] {
            let pem = "-----BEGIN \(kind)PRIVATE KEY-----\n\(body)\n"
            #expect(findings("\n\(pem)", "id").count == 1)
            #expect(findings("x: \"\(pem.replacing("\n", with: "\\n"))\"\n", "a.txt").count == 1)
        }
        #expect(
            findings("A file with `-----BEGIN RSA PRIVATE KEY-----` in it.\nAGE-SECRET-KEY-1…\n", "README.md")
                == [])
    }

    @Test func aTable() throws {
        func contents(_ environment: String, _ text: String) throws -> SecretTable.Contents {
            SecretTable.Contents(
                environment: environment, file: "app",
                sops: try SopsFile(parsing: Array(encrypted(text).utf8), as: .yaml))
        }
        let table = SecretTable(
            environments: ["staging", "prod"],
            [
                try contents("staging", "data:\n  a: 1\n  b: 2\n"),
                try contents("prod", "data:\n  a: ''\nkind: x\n"),
            ])
        #expect(table.rows.map(\.key) == ["data.a", "data.b"])
        #expect(table.rows.map(\.states) == [[.set, .empty], [.set, .missing]])
    }

    @Test(arguments: [
        (".env", "\u{FEFF}DB_PASSWORD=hunter2x\n"),
        (".netrc", "machine git.acme.io login bot password hunter2x\n"),
        (".pgpass", "db.acme.io:5432:shop:app:hunter2x\n"),
        (".npmrc", "//registry.acme.io/:_authToken=hunter2xyz\n"),
        (".pypirc", "[pypi]\nusername = x\npassword = hunter2x\n"),
        ("kubeconfig", "users:\n- name: a\n  user:\n    token: hunter2xyz\n"),
        ("Dockerfile", "FROM x\nENV DB_PASSWORD=hunter2x\n"),
        ("app.Dockerfile", "FROM x\nENV DB_PASSWORD hunter2x\n"),
        ("deploy.sh", "export DB_PASSWORD=\"hunter2x\"\n"),
        ("app.yaml", "<<<<<<< ours\na: ENC[AES256_GCM,data:x]\n=======\na: b\n>>>>>>> theirs\nsops: [\n"),
        ("app.yaml", "apiVersion: v1\nkind: SecretList\nitems:\n- data: { p: aHVudGVyMg== }\n"),
        ("app.yaml", "args: [\"--db-password\", \"hunter2x\"]\n"),
    ])
    func otherForms(file: String, text: String) { #expect(findings(text, file).count == 1) }

    @Test(arguments: [
        ("deploy.sh", "export DB_PASSWORD=\"$1\"\nTOKEN=\"`cat x`\"\ncat <<E\nkind: Secret\n  p: [$X\nE\n"),
        (".netrc", "machine git.acme.io login bot password ${TOKEN}\n"),
        ("Dockerfile", "FROM x\nENV DB_PASSWORD_FILE /run/secrets/db\nARG TOKEN\n"),
        ("app.yaml", "args: [\"--token-file\", \"tokens\", \"--password\", \"$(PW)\", \"--pass\", \"-q\"]\n"),
        ("vault.hcl", "seal \"gcpckms\" {\n  crypto_key = \"vault-seal\"\n}\n"),
    ])
    func otherFormsWithout(file: String, text: String) { #expect(findings(text, file) == []) }

    @Test func textOfTwoBytesALetterIsRead() {
        let text: [UInt8] = Array("DB_PASSWORD=hunter2x\n".utf8)
        var little: [UInt8] = [0xFF, 0xFE]
        var big: [UInt8] = [0xFE, 0xFF]
        for byte in text {
            little += [byte, 0]
            big += [0, byte]
        }
        for bytes in [little, big] {
            #expect(PlaintextCheck.findings(in: bytes, file: ".env", path: ".env", policy: nil).count == 1)
        }
    }

    @Test func anEditLeavesNoNewSecretInTheClear() throws {
        var rule = try policy.rule(for: "secret.yaml").encryption
        rule.groups = [[alice.publicRecipient.description]]
        let bytes = try SopsFile.encrypt(Array(manifest.utf8), as: .yaml, rule: rule)
        var identities = Identities()
        identities.all = [alice]
        let open = try SopsFile(parsing: bytes, as: .yaml).open(with: identities)
        for slip in ["stringdata:\n  c: hunter2\n", "password: hunter2\n"] {
            #expect(throws: SecretsError.self) {
                try open.edited(to: Array((manifest + slip).utf8), path: "s.yaml")
            }
        }
        let fine = try open.edited(to: Array((manifest + "type: Opaque\n").utf8), path: "s.yaml")
        #expect(String(decoding: fine, as: UTF8.self).contains("type: Opaque"))
    }
}
