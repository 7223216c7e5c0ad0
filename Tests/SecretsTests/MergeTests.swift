import Testing

@testable import Secrets

@Suite struct MergeTests {
    let alice: X25519.Identity
    let bob: X25519.Identity
    var identities = Identities()

    init() throws {
        alice = try X25519.Identity.generate()
        bob = try X25519.Identity.generate()
        identities.all = [alice]
    }

    private let text =
        "# comment\na: one\nb: two\nc:\n  d: three\n  e: four\nlist:\n  - x\n  - q\nnone: null\n"

    private func file(_ text: String) throws -> OpenFile {
        let rule = EncryptionRule(recipients: [
            alice.publicRecipient.description, bob.publicRecipient.description,
        ])
        return try reopened(SopsFile.encrypt(Array(text.utf8), as: .yaml, rule: rule))
    }

    private func reopened(_ bytes: [UInt8]) throws -> OpenFile {
        try SopsFile(parsing: bytes, as: .yaml).open(with: identities)
    }

    private func edited(_ file: OpenFile, _ edit: (String) -> String) throws -> OpenFile {
        try reopened(file.replacing(with: Array(edit(file.plaintext().text).utf8)))
    }

    private func merged(_ base: OpenFile, _ ours: OpenFile, _ theirs: OpenFile) throws -> OpenFile {
        let merge = try SecretMerge.merge(base: base, ours: ours, theirs: theirs)
        guard merge.conflicts.isEmpty else { throw SecretsError(.conflict, "conflict") }
        return try reopened(merge.bytes)
    }

    private func conflict(_ base: OpenFile, _ ours: OpenFile, _ theirs: OpenFile) throws -> [String]? {
        let conflicts = try SecretMerge.merge(base: base, ours: ours, theirs: theirs).conflicts
        return conflicts.isEmpty ? nil : conflicts.map(\.label)
    }

    @Test func differentValues() throws {
        let base = try file(text)
        let ours = try edited(base) { $0.replacing("a: one", with: "a: 1") }
        let theirs = try edited(base) { $0.replacing("d: three", with: "d: 3").replacing("- q", with: "- z") }
        let result = try merged(base, ours, theirs)
        #expect(
            try result.plaintext().text
                == text.replacing("a: one", with: "a: 1").replacing("d: three", with: "d: 3").replacing(
                    "- q", with: "- z"))
        // Only the time and the MAC are new: every value is as one of the sides has it.
        let known = Set((ours.values + theirs.values).compactMap(\.ciphertext))
        #expect(result.values.compactMap(\.ciphertext).allSatisfy(known.contains))
    }

    @Test func theSameChangeOnBothSides() throws {
        let base = try file(text)
        let ours = try edited(base) { $0.replacing("a: one", with: "a: 1") }
        let theirs = try edited(base) { $0.replacing("a: one", with: "a: 1") }
        #expect(try merged(base, ours, theirs).plaintext().text == ours.plaintext().text)
    }

    @Test func theSameValueDifferently() throws {
        let base = try file(text)
        let ours = try edited(base) {
            $0.replacing("a: one", with: "a: 1").replacing("e: four", with: "e: 4")
        }
        let theirs = try edited(base) {
            $0.replacing("a: one", with: "a: uno").replacing("  e: four\n", with: "")
        }
        #expect(try conflict(base, ours, theirs) == ["a", "c.e"])
    }

    @Test func keysThatComeAndGo() throws {
        let base = try file(text)
        let ours = try edited(base) { $0.replacing("b: two\n", with: "") }
        let theirs = try edited(base) { $0.replacing("  e: four\n", with: "  e: four\n  new: five\n") }
        let result = try merged(base, ours, theirs).plaintext().text
        #expect(
            result
                == text.replacing("b: two\n", with: "").replacing(
                    "  e: four\n", with: "  e: four\n  new: five\n"))
        let without = try edited(base) { $0.replacing("c:\n  d: three\n  e: four\n", with: "") }
        #expect(
            try merged(base, edited(base) { $0.replacing("a: one", with: "a: 1") }, without).plaintext().text
                .contains("c:") == false)
    }

    @Test func commentsAndListsOfOneSideAreKept() throws {
        let base = try file(text)
        let ours = try edited(base) { $0.replacing("a: one", with: "a: 1") }
        let theirs = try edited(base) {
            $0.replacing("# comment", with: "# better").replacing("  - q\n", with: "  - q\n  - z\n")
        }
        let expected = try theirs.plaintext().text.replacing("a: one", with: "a: 1")
        #expect(try merged(base, ours, theirs).plaintext().text == expected)
        #expect(try merged(base, theirs, ours).plaintext().text == expected)
        let other = try edited(base) { $0.replacing("# comment", with: "# other") }
        #expect(try conflict(base, other, theirs) == ["comments, order or empty values"])
    }

    @Test func readers() throws {
        let carol = try X25519.Identity.generate().publicRecipient.description
        let base = try file(text)
        let ours = try edited(base) { $0.replacing("a: one", with: "a: 1") }
        let added = try reopened(base.adding(reader: carol))
        let more = try merged(base, ours, added)
        #expect(Set(more.file.recipients) == Set(base.file.recipients + [carol]))
        #expect(try more.plaintext().text == ours.plaintext().text)

        let removed = try reopened(
            base.rotated(to: EncryptionRule(recipients: [alice.publicRecipient.description])))
        for result in [
            try merged(base, ours, removed), try merged(base, removed, ours),
            try merged(base, added, removed),
        ] {
            #expect(!result.file.recipients.contains(bob.publicRecipient.description))
            var bobs = Identities()
            bobs.all = [bob]
            #expect(throws: SecretsError.self) { try result.file.open(with: bobs) }
            #expect(!result.dataKey.equals(base.dataKey))
        }
        #expect(try merged(base, removed, ours).plaintext().text == ours.plaintext().text)
        #expect(
            try Set(merged(base, added, removed).file.recipients) == [
                alice.publicRecipient.description, carol,
            ])
    }

    // MARK: Conflicts

    @Test func aConflictLosesNothingElse() throws {
        let base = try file("a: 1x\nb: 1x\nc: 1x\nd: 1x\n")
        let ours = try edited(base) {
            $0.replacing("a: 1x", with: "a: ours").replacing("c: 1x", with: "c: ours")
        }
        let theirs = try edited(base) {
            $0.replacing("a: 1x", with: "a: theirs").replacing("b: 1x", with: "b: theirs")
        }
        let merge = try SecretMerge.merge(base: base, ours: ours, theirs: theirs)
        #expect(merge.conflicts.map(\.label) == ["a"])
        let left = try reopened(merge.bytes)
        #expect(try left.plaintext().text == "a: ours\nb: theirs\nc: ours\nd: 1x\n")
        let conflict = try #require(merge.conflicts.first)
        let taken = try reopened(SecretMerge.settle(conflict, as: theirs, in: left))
        #expect(try taken.plaintext().text == "a: theirs\nb: theirs\nc: ours\nd: 1x\n")
        let kept = try reopened(SecretMerge.settle(conflict, as: ours, in: left))
        #expect(try kept.plaintext().text == left.plaintext().text)
    }

    @Test func whatOneSideTookOutAndTheOtherChanged() throws {
        let base = try file("a: 1x\nb: 1x\n")
        let ours = try edited(base) { $0.replacing("a: 1x\n", with: "") }
        let theirs = try edited(base) { $0.replacing("a: 1x", with: "a: theirs") }
        let merge = try SecretMerge.merge(base: base, ours: ours, theirs: theirs)
        #expect(merge.conflicts.map(\.label) == ["a"])
        let left = try reopened(merge.bytes)
        #expect(try left.plaintext().text == "b: 1x\n")
        let conflict = try #require(merge.conflicts.first)
        #expect(
            try reopened(SecretMerge.settle(conflict, as: theirs, in: left)).plaintext().text
                == "b: 1x\na: theirs\n")
    }

    @Test func itemsAreKnownByTheirNames() throws {
        let people = "users:\n  - name: ann\n    pw: same\n  - name: bob\n    pw: same\n"
        let base = try file(people)
        let ours = try edited(base) { $0.replacing("bob\n    pw: same", with: "bob\n    pw: new") }
        let theirs = try edited(base) {
            $0.replacing("users:\n", with: "users:\n  - name: zed\n    pw: same\n")
        }
        let expected =
            "users:\n  - name: zed\n    pw: same\n  - name: ann\n    pw: same\n  - name: bob\n    pw: new\n"
        #expect(try merged(base, ours, theirs).plaintext().text == expected)
        #expect(try merged(base, theirs, ours).plaintext().text == expected)
        let without = try edited(base) { $0.replacing("  - name: ann\n    pw: same\n", with: "") }
        #expect(
            try merged(base, ours, without).plaintext().text == "users:\n  - name: bob\n    pw: new\n")
    }

    @Test func bothSidesAddItems() throws {
        let base = try file("ports:\n  - a\n  - b\n")
        let ours = try edited(base) { $0.replacing("  - a\n", with: "  - first\n  - a\n") }
        let theirs = try edited(base) { $0.replacing("  - b\n", with: "  - b\n  - last\n") }
        #expect(
            try merged(base, ours, theirs).plaintext().text == "ports:\n  - first\n  - a\n  - b\n  - last\n")
    }

    @Test(
        arguments: [
            ("  - b\n  - a\n", "  - a\n  - c\n"), ("  - x\n  - b\n", "  - z\n  - b\n"),
        ]) func listsThatCannotBePutTogether(ours: String, theirs: String) throws
    {
        let base = try file("list:\n  - a\n  - b\n")
        let mine = try edited(base) { _ in "list:\n\(ours)" }
        let yours = try edited(base) { _ in "list:\n\(theirs)" }
        let merge = try SecretMerge.merge(base: base, ours: mine, theirs: yours)
        #expect(merge.conflicts.map(\.label).first == "list")
        #expect(try reopened(merge.bytes).plaintext().text == "list:\n\(ours)")
        let conflict = try #require(merge.conflicts.first)
        let taken = try reopened(SecretMerge.settle(conflict, as: yours, in: reopened(merge.bytes)))
        #expect(try taken.plaintext().text == "list:\n\(theirs)")
    }
}
