import System
import Testing

@testable import Secrets
@testable import YAML

@Suite struct SopsFileTests {
    let alice: X25519.Identity
    let bob: X25519.Identity

    init() throws {
        alice = try X25519.Identity.generate()
        bob = try X25519.Identity.generate()
    }

    private func rule(_ selection: (String, String)? = nil) throws -> EncryptionRule {
        EncryptionRule(
            recipients: [alice, bob].map(\.publicRecipient.description),
            selection: try selection.flatMap { pair in try Selection.parse { $0 == pair.0 ? pair.1 : nil } })
    }

    private func identities(_ all: X25519.Identity...) -> Identities {
        var identities = Identities()
        identities.all = all
        return identities
    }

    private func encrypt(
        _ text: String, as format: FileFormat = .yaml, _ selection: (String, String)? = nil
    ) throws -> String {
        String(
            decoding: try SopsFile.encrypt(Array(text.utf8), as: format, rule: rule(selection)), as: UTF8.self
        )
    }

    private func open(_ text: String, as format: FileFormat = .yaml) throws -> OpenFile {
        try SopsFile(parsing: Array(text.utf8), as: format).open(with: identities(bob))
    }

    private func decrypt(_ text: String, as format: FileFormat = .yaml) throws -> String {
        try open(text, as: format).plaintext().text
    }

    // MARK: Round trips

    static let plain: [(FileFormat, String)] = [
        (
            .yaml,
            "# top\ndb:\n  host: db.internal # here\n  port: 5432\n  ratio: 0.25\n  on: yes\n  tls: true\n  none: null\n  empty: \"\"\n  list: []\nusers:\n  # first\n  - name: ann\n    password: pa:ss\n  - plain\nend: \"tab\\there\"\n"
        ),
        (.yaml, "a: one\n---\nb: two\n# last\n---\nc: three\n"),
        (.yaml, "a: {b: x, c: [y, 1]}\nblock: |\n  line one\n\n  line two\nkeep: |+\n  text\n\nnext: z\n"),
        (
            .yaml,
            "a:\n  b: |\n      deep\n      text\n\n    # deeper than b\n  c: |\n     x\n  # as deep as c\n"
        ),
        (.yaml, "a: b"), (.yaml, "  a: b\n  c: d\n---\n e:\n  - f\n"),
        (.yaml, "\u{FEFF}a: b\r\nc:\r\n  - d\r\n"),
        (
            .json,
            "{\n\t\"name\": \"api\",\n\t\"nested\": {\"a\": [1, true, null, \"x\", 1.5]},\n\t\"empty\": \"\"\n}\n"
        ),
        (.json, "{\"a\": \"b\"}"),
        (.dotenv, "A=one\n# comment\nB=\nC=with=equals\nMULTI=line1\\nline2\n"),
        (.ini, "[db]\nhost = db.internal\npassword=hunter2\n\n; a comment\n[cache]\nttl = 60\n"),
        (.binary, "anything\nat all"),
        (.binary, ""),
    ]

    @Test(arguments: plain) func whatIsEncryptedDecryptsToTheSame(format: FileFormat, text: String) throws {
        let encrypted = try encrypt(text, as: format)
        for secret in ["db.internal", "pa:ss", "hunter2", "line one", "first", "anything"] {
            #expect(!encrypted.contains(secret), "\(secret) in \(encrypted)")
        }
        let opened = try decrypt(encrypted, as: format)
        let normal = text.hasSuffix("\n") || ![.yaml, .ini, .dotenv].contains(format) ? text : text + "\n"
        switch format {
        case .yaml, .json:
            let syntax: Syntax = format == .json ? .json : .yaml
            #expect(
                try YAMLFile(parsing: Array(opened.utf8), as: syntax).documents.map {
                    $0.root.map { JSON($0) }
                }
                    == YAMLFile(parsing: Array(text.utf8), as: syntax).documents.map {
                        $0.root.map { JSON($0) }
                    })
            #expect(comments(opened) == comments(text))
        case .dotenv, .ini, .binary: #expect(opened == normal)
        }
        // Encrypting what was decrypted changes nothing at all.
        let again = try open(encrypted, as: format).replacing(with: Array(opened.utf8))
        #expect(String(decoding: again, as: UTF8.self) == encrypted)
    }

    private func comments(_ text: String) -> [Substring] {
        text.split(separator: "\n").filter { $0.contains("#") }.map {
            $0[($0.firstIndex(of: "#") ?? $0.startIndex)...]
        }
        .map { $0.last == "\r" ? $0.dropLast() : $0 }
    }

    @Test func everythingButValuesStaysByteForByte() throws {
        let text =
            "# not secret?\nkind:   Secret   # kind\nstringData:\n   'a':   \"one\"\n   b: two\n\n\nmetadata: {name:  x}\n"
        let encrypted = try encrypt(text, ("encrypted_regex", "^(data|stringData)$"))
        let lines = encrypted.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0...2].elementsEqual(["# not secret?", "kind:   Secret   # kind", "stringData:"]))
        #expect(lines[3].hasPrefix("   'a':   ENC["))
        #expect(lines[4].hasPrefix("   b: ENC["))
        #expect(lines[5...7].elementsEqual(["", "", "metadata: {name:  x}"]))
        #expect(try decrypt(encrypted) == text.replacing("\"one\"", with: "one"))
    }

    @Test func anEditOfOneValueIsASmallDiff() throws {
        let text = "a: one\nb: two\nlist:\n  - x\n  - x\nport: 1.0\n# comment\nc: three\n"
        let encrypted = try encrypt(text)
        let plain = try decrypt(encrypted)
        let edited = try open(encrypted).replacing(with: Array(plain.replacing("b: two", with: "b: 2").utf8))
        let before = encrypted.split(separator: "\n")
        let after = String(decoding: edited, as: UTF8.self).split(separator: "\n")
        let changed = zip(before, after).filter { $0 != $1 }.map {
            $0.0.split(separator: ":")[0].trimmingPrefix(while: \.isWhitespace)
        }
        #expect(before.count == after.count)
        #expect(Set(changed).subtracting(["lastmodified"]) == ["b", "mac"])
        #expect(
            try decrypt(String(decoding: edited, as: UTF8.self)) == plain.replacing("b: two", with: "b: 2"))
    }

    // MARK: Rules

    @Test(arguments: [
        ("unencrypted_suffix", "_plain", ["a", "secret_x", "deep.b_y"]),
        ("encrypted_suffix", "_x", ["secret_x"]),
        ("encrypted_regex", "^(deep|a)$", ["a", "deep.b_y"]),
        ("unencrypted_regex", "_", ["a"]),
        ("encrypted_comment_regex", "sops:enc", ["a"]),
        ("unencrypted_comment_regex", "sops:enc", ["b_plain", "secret_x", "deep.b_y"]),
    ]) func selection(rule: String, pattern: String, selected: [String]) throws {
        let text = "# sops:enc\na: 1\nb_plain: 2\nsecret_x: 3\ndeep:\n  b_y: 4\n"
        let values = try open(encrypt(text, (rule, pattern))).values.filter { !$0.isComment && $0.isSelected }
        #expect(values.map(\.path.text) == selected)
        #expect(values.allSatisfy { $0.ciphertext != nil })
    }

    @Test func rulesThatWouldLeaveEverythingInTheOpenAreRefused() throws {
        for pair in [
            ("encrypted_regex", "^password$"), ("encrypted_regex", "("), ("encrypted_regex", "a(?=b)"),
            ("encrypted_suffix", "_none"),
            ("encrypted_comment_regex", "never"),
        ] {
            let error = #expect(throws: SecretsError.self, "\(pair)") { try encrypt("a: 1\n", pair) }
            #expect(error?.kind == .policy)
        }
        #expect(throws: SecretsError.self) {
            try Selection.parse { ["encrypted_regex", "encrypted_suffix"].contains($0) ? "a" : nil }
        }
    }

    /// As Go's YAML writer leaves `<<`.
    @Test func aMergeKeyWithItsTag() throws {
        let text = "base: &b {role: web}\ncopy:\n  !!merge <<: *b\n  more: x\n"
        for selection in [("encrypted_regex", "^more$"), ("unencrypted_regex", "^base$")] {
            let opened = try open(encrypt(text, selection))
            #expect(opened[[.key("copy"), .key("more")]]?.plain.text == "x")
            #expect(opened[[.key("copy"), .key("<<"), .key("role")]]?.plain.text == "web")
        }
    }

    /// The encrypted text is a string, whatever the tag said of the plain one.
    @Test func aTagGoesWithTheValue() throws {
        let text = "p: !!binary aGVsbG8=\nq: !!str 5\nr: &a !!str x\ns: !!str &b y z\nt: [!!str 1]\n"
        let encrypted = try encrypt(text)
        #expect(
            !encrypted.contains("!!") && encrypted.contains("r: &a ENC[") && encrypted.contains("s: &b ENC["))
        #expect(try decrypt(encrypted) == "p: hello\nq: \"5\"\nr: &a x\ns: &b y z\nt: [\"1\"]\n")
    }

    @Test func commentsOfAnINIFileAreOfWhatComesNext() throws {
        let text = "; first\n[one]\n; of a\na = x\n; second\n[two]\nb = y\n; last\n"
        let encrypted = try encrypt(text, as: .ini)
        let comments = try open(encrypted, as: .ini).values.filter(\.isComment)
        #expect(comments.map(\.plain.text) == ["first", "of a", "second", "last"])
        #expect(comments.map(\.path.text) == ["one", "one", "two", "two"])
        #expect(try decrypt(encrypted, as: .ini) == text)
        let more = try open(encrypted, as: .ini).applying([
            SecretChange(path: [.key("one"), .key("c")], value: PlainValue(.str, "z"))
        ])
        #expect(
            try decrypt(String(decoding: more, as: UTF8.self), as: .ini)
                == text.replacing("a = x\n", with: "a = x\nc = z\n"))
    }

    /// The program of the format leaves the block alone, where there was nothing.
    @Test(arguments: ["{}\n", "{}", "--- {}\n", "# why\n{}\n", "{} # why\n", "{}\n---\na: b\n"])
    func aFileOfNothingTakesWhatIsSet(text: String) throws {
        let encrypted = try encrypt(text)
        let decrypted = try decrypt(encrypted)
        #expect(decrypted.contains("{}") && decrypted.contains("why") == text.contains("why"), "\(decrypted)")
        let changed = try open(encrypted).applying([
            SecretChange(path: [.key("new"), .key("key")], value: PlainValue(.str, "v"))
        ])
        let opened = try open(String(decoding: changed, as: UTF8.self))
        #expect(opened[[.key("new"), .key("key")]]?.plain.text == "v")
        let emptied = try opened.applying([SecretChange(path: [.key("new")], value: nil)])
        #expect(try open(String(decoding: emptied, as: UTF8.self))[[.key("new"), .key("key")]] == nil)
    }

    // MARK: What is refused

    @Test(arguments: [
        "a: 1\na: 2\n", "1: a\n", "true: a\n", "- a\n", "text\n",
        "a: 99999999999999999999\n",
        "a: 0.10000000000000000001\n", "a: .inf\n", "a: 2024-01-01\n", "a: {{ .Values.x }}\n",
        "a: !custom x\n",
        "a: !!int 1\n", "sops: x\na: b\n", "{a: b}\n", "a: b\n---\n",
        "a: ENC[AES256_GCM,data:x]\n", "# nothing else\n", "", "\ra: b\n", "a: 1e999\n",
        "a: | # why\n  text\n", "? [a]\n: b\n",
    ]) func yamlThatIsRefused(text: String) {
        #expect(throws: SecretsError.self) { try encrypt(text) }
    }

    @Test(arguments: [
        (FileFormat.json, "[1]"), (.json, "{\"a\": 1, \"a\": 2}"), (.json, "{\"a\": 9007199254740993}"),
        (.json, "{"),
        (.dotenv, "A\n"), (.dotenv, "A=1\nA=2\n"), (.dotenv, "sops_mac=x\n"), (.ini, "[a]\nb = \"c\n"),
        (.ini, "[a]\nb = c ; d\n"),
        (.ini, "[a]\nb=1\nb=2\n"), (.ini, "x\n"), (.ini, "[a\n"),
    ]) func otherFormatsThatAreRefused(format: FileFormat, text: String) {
        #expect(throws: SecretsError.self) { try encrypt(text, as: format) }
    }

    @Test func errorsDoNotShowValues() {
        for text in [
            "a: &hunter2 x\nb: *hunter2\n", "password: 99999999999999999999\n", "A hunter2\n", "\"hunter2\n",
        ] {
            for format in FileFormat.allCases where format != .binary {
                let error = #expect(throws: SecretsError.self, "\(format)") {
                    _ = try encrypt(text, as: format)
                    throw SecretsError(.format, "accepted")
                }
                #expect(error?.description.contains("hunter2") == false, "\(error?.description ?? "")")
                #expect(error?.description.contains("999999") == false)
            }
        }
    }

    @Test(arguments: [FileFormat.yaml, .json, .dotenv, .ini]) func aNewFileWithOneValue(format: FileFormat)
        throws
    {
        let path: [PathStep] = format == .ini ? [.key("x"), .key("a")] : [.key("a")]
        let bytes = try SopsFile.encrypt(secret("hunter2"), at: path, as: format, rule: rule())
        #expect(try open(String(decoding: bytes, as: UTF8.self), as: format)[path]?.plain.text == "hunter2")
    }

    // MARK: Tampering

    private let document = "a: one\nb: two\nc_unencrypted: three\nn: 7\nlist:\n  - x\n  - y\n"

    private func refusesToOpen(
        _ text: String, _ kinds: Set<SecretsError.Kind> = [.value], _ what: String = ""
    ) {
        let error = #expect(throws: SecretsError.self, "\(what)") { try open(text) }
        #expect(error.map { kinds.contains($0.kind) } == true, "\(what): \(error?.description ?? "")")
    }

    private func line(_ key: String, of text: String) -> Substring {
        text.split(separator: "\n").first { $0.hasPrefix("\(key): ") } ?? ""
    }

    @Test func changedCiphertextsAreNoticed() throws {
        let encrypted = try encrypt(document)
        let value = String(line("a", of: encrypted).dropFirst(3))
        let parsed = try EncryptedValue(parsing: Array(value.utf8)[...])
        func with(data: [UInt8]? = nil, iv: [UInt8]? = nil, tag: [UInt8]? = nil, type: ValueType? = nil)
            -> String
        {
            EncryptedValue(
                data: data ?? parsed.data, iv: iv ?? parsed.iv, tag: tag ?? parsed.tag,
                type: type ?? parsed.type
            ).text
        }
        func flip(_ bytes: [UInt8]) -> [UInt8] { [bytes[0] ^ 1] + bytes.dropFirst() }
        for (what, text) in [
            ("data", with(data: flip(parsed.data))), ("iv", with(iv: flip(parsed.iv))),
            ("tag", with(tag: flip(parsed.tag))),
            ("short tag", with(tag: Array(parsed.tag.prefix(15)))), ("no tag", with(tag: [])),
            ("long tag", with(tag: parsed.tag + [0])),
            ("short iv", with(iv: Array(parsed.iv.prefix(12)))),
            ("truncated", with(data: Array(parsed.data.dropLast()))),
            ("type", with(type: .int)), ("bool", with(type: .bool)), ("time", with(type: .time)),
            ("comment", with(type: .comment)),
            ("unknown type", value.replacing("type:str", with: "type:nil")),
            ("trailing", value + "x"), ("trailing bracket", value + "]"),
            ("padding", value.replacing("==,type", with: "=,type")),
            ("white space", value.replacing("data:", with: "data: ")), ("plain", "one"),
        ] {
            refusesToOpen(encrypted.replacing(value, with: "'\(text)'"), [.value], what)
        }
        // Where the bytes fit another type too nothing can tell: the MAC covers bytes, and no types.
        #expect(try decrypt(encrypted.replacing(value, with: with(type: .bytes))).hasPrefix("a: one"))
        let number = line("n", of: encrypted)
        let asText = encrypted.replacing(number, with: number.replacing("type:int", with: "type:str"))
        #expect(try decrypt(asText).contains("n: \"7\""))
    }

    @Test func movedRenamedAndMissingValuesAreNoticed() throws {
        let encrypted = try encrypt(document)
        let a = String(line("a", of: encrypted))
        let b = String(line("b", of: encrypted))
        refusesToOpen(encrypted.replacing(a, with: "a: \(b.dropFirst(3))"), [.value], "moved")
        refusesToOpen(
            encrypted.replacing("\na: ", with: "\nz: ").replacing(a, with: "z: \(a.dropFirst(3))"), [.value],
            "renamed")
        refusesToOpen(encrypted.replacing(a + "\n", with: ""), [.mac], "taken out")
        refusesToOpen(encrypted.replacing("three", with: "four"), [.mac], "clear value")
        refusesToOpen(encrypted.replacing("a: ", with: "a_unencrypted: "), [.mac], "made clear")
        let items = encrypted.split(separator: "\n").filter { $0.hasPrefix("  - ENC") }
        refusesToOpen(
            encrypted.replacing("\(items[0])\n\(items[1])", with: "\(items[1])\n\(items[0])"), [.mac],
            "swapped items")
        refusesToOpen(
            encrypted.replacing("unencrypted_suffix: _unencrypted", with: "encrypted_regex: ^nothing$"),
            [.mac], "another rule")
        refusesToOpen(encrypted + "extra_unencrypted: x\n", [.mac], "added")
    }

    @Test func aBrokenMacIsNoticedBeforeAnythingIsWritten() throws {
        let encrypted = try encrypt(document)
        let mac = encrypted.split(separator: "\n").first { $0.contains("mac: ") } ?? ""
        let time = encrypted.split(separator: "\n").first { $0.contains("lastmodified: ") } ?? ""
        refusesToOpen(encrypted.replacing(mac + "\n", with: ""), [.mac], "no mac")
        refusesToOpen(encrypted.replacing(mac, with: "  mac: ''"), [.mac], "empty mac")
        refusesToOpen(
            encrypted.replacing(time, with: "  lastmodified: \"2020-01-01T00:00:00Z\""), [.mac], "other time")
        refusesToOpen(
            encrypted.replacing(mac, with: "  mac: \(line("a", of: encrypted).dropFirst(3))"), [.mac],
            "another value as mac")
    }

    @Test func encryptedCommentsAreTheirContainers() throws {
        let encrypted = try encrypt("a:\n  # inside\n  b: x\n# outside\nc: y\n")
        let comments = try open(encrypted).values.filter(\.isComment)
        #expect(comments.map(\.plain.text) == [" inside", " outside"])
        #expect(comments.map { String(decoding: $0.context, as: UTF8.self) } == ["a:", ":"])
        let marked = encrypted.split(separator: "\n").filter { $0.contains("#ENC") }
        // Where a comment stands is not authenticated; what it says is.
        #expect(throws: Never.self) {
            try open(encrypted.replacing(marked[0], with: marked[1].drop { $0 == " " }))
        }
        // Also where nothing else is bound to what it is bound to.
        #expect(throws: Never.self) {
            try open(
                encrypted.replacing(marked[1] + "\n", with: "").replacing(
                    marked[0], with: "  " + marked[1]))
        }
        let broken = marked[0].replacing("data:", with: "data:AAAA")
        refusesToOpen(encrypted.replacing(marked[0], with: broken))
    }

    /// As the real sops binds them; `Tests/Proofs/sops_parity.py` asks it.
    @Test(arguments: [
        ("a:\n  - # c\n    - x\n", ["c": "a:"]),
        ("a:\n  - # c\n    k: x\n", ["c": "a:"]),
        ("a:\n  # b\n  - # c\n    # d\n    - x\n", ["b": "a:", "c": "a:", "d": "a:"]),
        ("a:\n  - # c\n  - x\n", ["c": "a:"]),
        ("k:\n  a:\n    - # c\nb: 1\n", ["c": "k:"]),
        ("k:\n  - m:\n      - # c\n    n: 1\n", ["c": "k:"]),
        ("k:\n  - - # c\n  - x\n", ["c": "k:"]),
        ("r:\n  - a\n  - # c\n  - # d\nb: 1\n", ["c": ":", "d": ":"]),
        ("r:\n  - a\n  -\n    # c\nb: 1\n", ["c": ":"]),
        ("k:\n  - m:\n      - y\n    # c\nb: 1\n", ["c": "k:m:"]),
        ("r:\n  k:\n    n: y\n  # c\nb: 1\n", ["c": "r:k:"]),
        ("r:\n  k:\n    n: y\n  # c\n\nb: 1\n", ["c": "r:"]),
        ("r:\n  k:\n    n: y\n  # c\n", ["c": "r:k:"]),
        ("r:\n  k:\n    n: y\n    # c\n  # d\nb: 1\n", ["c": "r:k:", "d": "r:"]),
        ("k:\n  - y\n  # c\n\n  # d\nb: 1\n", ["c": "k:", "d": ":"]),
        ("r:\n  - k\n# c\n  - b\n", ["c": "r:"]),
        ("a:\n  b:\n    c: 1\n  # c\n---\n# d\nx: 1\n", ["c": "a:b:", "d": ":"]),
        ("r:\n  k: [a, b]\n    # c\nb: 1\n", ["c": "r:"]),
    ]) func commentsAreThoseOfTheirPlace(text: String, places: [String: String]) throws {
        let comments = try open(encrypt(text)).values.filter(\.isComment)
        let found = comments.map {
            (String($0.plain.text.dropFirst()), String(decoding: $0.context, as: UTF8.self))
        }
        #expect(Dictionary(uniqueKeysWithValues: found) == places, "\(text)")
    }

    // MARK: Keys

    @Test func rotationShutsOutThoseWhoAreNotInTheRule() throws {
        let encrypted = try encrypt(document)
        let rotated = try open(encrypted).rotated(
            to: EncryptionRule(recipients: [bob.publicRecipient.description]))
        let file = try SopsFile(parsing: rotated, as: .yaml)
        #expect(file.recipients == [bob.publicRecipient.description])
        #expect(throws: SecretsError.self) { try file.open(with: identities(alice)) }
        #expect(try file.open(with: identities(bob)).plaintext().text == decrypt(encrypted))
        let old = Set(encrypted.split(separator: "\n").filter { $0.contains("ENC[") })
        #expect(
            old.isDisjoint(
                with: String(decoding: rotated, as: UTF8.self).split(separator: "\n").filter {
                    $0.contains("ENC[")
                }))
    }

    @Test func aRogueRecipientInTheFileGetsNoNewKey() throws {
        let mallory = try X25519.Identity.generate()
        let encrypted = try encrypt(document).replacing(
            alice.publicRecipient.description, with: mallory.publicRecipient.description)
        let rotated = try open(encrypted).rotated(to: rule())
        #expect(try SopsFile(parsing: rotated, as: .yaml).recipients == rule().recipients)
        #expect(throws: SecretsError.self) {
            try SopsFile(parsing: rotated, as: .yaml).open(with: identities(mallory))
        }
    }

    @Test(arguments: [FileFormat.yaml, .json, .dotenv, .ini, .binary]) func anotherReader(format: FileFormat)
        throws
    {
        let carol = try X25519.Identity.generate()
        let text =
            [
                FileFormat.yaml: "a: b\n", .json: "{\n  \"a\": \"b\"\n}\n", .dotenv: "a=b\n",
                .ini: "[x]\na = b\n", .binary: "b",
            ][format] ?? ""
        let encrypted = try encrypt(text, as: format)
        let added = try open(encrypted, as: format).adding(reader: carol.publicRecipient.description)
        let file = try SopsFile(parsing: added, as: format)
        #expect(file.recipients.count == 3)
        for identity in [alice, bob, carol] {
            #expect(try file.open(with: identities(identity)).plaintext().text == text)
        }
    }

    @Test func keyGroups() throws {
        let carol = try X25519.Identity.generate()
        var rule = try rule()
        rule.groups = [alice, bob, carol].map { [$0.publicRecipient.description] }
        rule.threshold = 2
        let file = try SopsFile(
            parsing: SopsFile.encrypt(Array("a: b\n".utf8), as: .yaml, rule: rule), as: .yaml)
        for pair in [[alice, bob], [bob, carol], [alice, carol]] {
            var two = Identities()
            two.all = pair
            #expect(try file.open(with: two).plaintext().text == "a: b\n")
        }
        let error = #expect(throws: SecretsError.self) { try file.open(with: identities(carol)) }
        #expect(error?.message.contains("1 of the 2 key groups") == true)
    }

    @Test func shamir() throws {
        let secret = SecretBytes(taking: sample(32))
        for (count, threshold) in [(2, 2), (3, 2), (5, 3), (255, 200)] {
            let shares = try Shamir.split(secret, into: count, threshold: threshold)
            #expect(try Shamir.combine(Array(shares.suffix(threshold))).array == secret.array)
            if threshold > 2 {
                #expect(try Shamir.combine(Array(shares.prefix(threshold - 1))).array != secret.array)
            }
        }
        #expect(throws: SecretsError.self) { try Shamir.split(secret, into: 2, threshold: 3) }
        #expect(throws: SecretsError.self) { try Shamir.combine([secret, secret]) }
        for value in UInt8(1)...255 { #expect(Shamir.multiply(value, Shamir.inverse(value)) == 1) }
        #expect(Shamir.multiply(0x57, 0x83) == 0xC1)
    }

    @Test func keyServicesStayAndAreNamed() throws {
        let encrypted = try encrypt(document).replacing(
            "sops:\n",
            with: "sops:\n  pgp:\n    - fp: ABC\n      enc: xyz\n      created_at: \"2024-01-01T00:00:00Z\"\n"
        )
        #expect(try decrypt(encrypted).hasPrefix("a: one"))
        let file = try SopsFile(parsing: Array(encrypted.utf8), as: .yaml)
        let stranger = #expect(throws: SecretsError.self) { try file.open(with: Identities()) }
        #expect(stranger?.hint?.contains("PGP") == true)
        let added = try open(encrypted).adding(reader: X25519.Identity.generate().publicRecipient.description)
        #expect(String(decoding: added, as: UTF8.self).contains("fp: ABC"))
        #expect(throws: SecretsError.self) { try open(encrypted).rotated(to: rule()) }
    }
}
