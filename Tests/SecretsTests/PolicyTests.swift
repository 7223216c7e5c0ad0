import System
import Testing

@testable import Secrets

@Suite struct PolicyTests {
    let alice: String
    let bob: String

    init() throws {
        alice = try X25519.Identity.generate().publicRecipient.description
        bob = try X25519.Identity.generate().publicRecipient.description
    }

    private func policy(_ text: String) throws -> Policy {
        try Policy(parsing: Array(text.replacing("ALICE", with: alice).replacing("BOB", with: bob).utf8))
    }

    private func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self).replacing(alice, with: "ALICE").replacing(bob, with: "BOB")
    }

    private let rules = """
        keys:
          - &alice ALICE
        creation_rules:
          # production
          - path_regex: prod/.*\\.yaml$
            encrypted_regex: ^(data|stringData)$
            age:
              - *alice
              - BOB # bob, on call
          - age: "ALICE,BOB"
            mac_only_encrypted: true

        """

    @Test func theFirstRuleThatMatchesWins() throws {
        let policy = try policy(rules)
        let prod = try policy.rule(for: "envs/prod/a.yaml").encryption
        #expect(prod.recipients == [alice, bob])
        #expect(prod.selection == .encryptedRegex(try GoRegex("^(data|stringData)$")))
        let other = try policy.rule(for: "dev/a.yaml").encryption
        #expect(other.selection == nil && other.macOnlyEncrypted)
        #expect(policy.name(of: alice) == "alice")
        #expect(policy.name(of: bob) == "bob, on call")
    }

    @Test func noRuleIsAnError() throws {
        let policy = try policy("creation_rules:\n  - path_regex: ^x$\n    age: ALICE\n")
        #expect(throws: SecretsError.self) { try policy.rule(for: "y") }
    }

    @Test(arguments: [
        "creation_rules:\n  - path_regex: '('\n    age: ALICE\n",
        "creation_rules:\n  - encrypted_regexp: x\n    age: ALICE\n",
        "creation_rules:\n  - age: age1nonsense\n", "creation_rules:\n  - age: ALICE\n    age: BOB\n",
        "creation_rules: x\n", "- x\n",
        "creation_rules:\n  - age: ALICE\n    encrypted_regex: a\n    encrypted_suffix: b\n",
        "creation_rules:\n  - age: ALICE\n    mac_only_encrypted: maybe\n",
        "creation_rules:\n  - key_groups:\n      - age: [ALICE]\n    shamir_threshold: x\n", "{{ x }}\n",
    ]) func whatWouldBeIgnoredIsRefused(text: String) {
        let error = #expect(throws: SecretsError.self) { try policy(text) }
        #expect(error?.kind == .policy || error?.kind == .key)
    }

    @Test func keyGroupsAndServices() throws {
        let policy = try policy(
            "creation_rules:\n  - shamir_threshold: 2\n    key_groups:\n      - age: [ALICE]\n      - age: [BOB]\n        merge:\n          - pgp: [ABC]\n"
        )
        let rule = try policy.rule(for: "x").encryption
        #expect(rule.groups == [[alice], [bob]])
        #expect(rule.threshold == 2)
        #expect(rule.services == ["PGP"])
    }

    @Test func readersComeAndGoInPlace() throws {
        let carol = try X25519.Identity.generate().publicRecipient.description
        let added = try policy(rules).adding(carol, name: "carol", to: [0, 1])
        #expect(
            text(added).replacing(carol, with: "CAROL")
                == rules.replacing("# bob, on call\n", with: "# bob, on call\n      - CAROL # carol\n")
                .replacing("\"ALICE,BOB\"", with: "\"ALICE,BOB,CAROL\""))
        let without = try Policy(parsing: added).removing(bob, from: [0, 1])
        #expect(
            try Policy(parsing: without).rules.map(\.encryption.recipients) == [
                [alice, carol], [alice, carol],
            ])
        #expect(
            try text(policy(rules).removing(alice, from: [0]))
                == rules.replacing("      - *alice\n", with: ""))
        #expect(throws: SecretsError.self) {
            try policy("creation_rules:\n  - age: ALICE\n").removing(alice, from: [0])
        }
    }

    @Test(arguments: [
        "creation_rules:\n  - age: ALICE\n", "creation_rules:\n  - path_regex: x\n    age: ALICE # alice\n",
        "creation_rules:\n  - path_regex: x\n    age: [ALICE]\n",
        "creation_rules:\n  - path_regex: x\n    age: >-\n      ALICE\n",
    ]) func aNameSurvivesInEveryForm(text: String) throws {
        let before = try policy(text)
        let after = try Policy(parsing: before.adding(bob, name: "bob", to: [0]))
        #expect(after.rules[0].encryption.recipients == [alice, bob])
        #expect(after.name(of: bob) == "bob")
        #expect(after.name(of: alice) == before.name(of: alice))
    }

    @Test(arguments: [
        ("", "^envs/staging/"), ("    path_regex: ^envs/\n", "^envs/staging/"),
        ("    path_regex: secret\\.yaml$\n", "^envs/staging/.*(?:secret\\.yaml$)"),
        ("    path_regex: ^envs/[a-z]+/secret\\.yaml$\n", "^envs/staging/secret\\.yaml$"),
    ]) func aRuleIsSplit(path: String, pattern: String) throws {
        let text = "creation_rules:\n  # all\n  - age:\n      - ALICE # alice\n      - BOB\n\(path)"
        let split = try policy(text).splitting(
            0, for: ["envs/staging/secret.yaml"], besides: ["envs/prod/secret.yaml", "README.md"])
        #expect(split.pattern == pattern)
        #expect(split.policy.rules.count == 2)
        #expect(split.policy.ruleIndex(for: "envs/staging/secret.yaml") == 0)
        #expect(split.policy.ruleIndex(for: "envs/prod/secret.yaml") == 1)
        #expect(split.policy.rules[0].encryption.recipients == [alice, bob])
        #expect(split.policy.name(of: alice) == "alice")
    }

    @Test func recipientsThatCannotBeUsedAreCarriedAlong() throws {
        let plugin = Bech32.encode(prefix: "age1yubikey", sample(33))
        let policy = try policy("creation_rules:\n  - age: [ALICE, \(plugin)]\n  - age: BOB\n")
        #expect(policy.rules[0].encryption.recipients == [alice, plugin])
        #expect(throws: SecretsError.self) {
            try SopsFile.encrypt(Array("a: b\n".utf8), as: .yaml, rule: policy.rules[0].encryption)
        }
    }
}
