import Git
import System
import TestSupport
import Testing

/// Whose signature counts is said by the keys that are given, and by nothing on this machine.
@Suite struct SignatureTests {
    private let repository: ScratchRepository

    init() throws { repository = try ScratchRepository() }

    private func key(_ name: String) throws -> SigningKey { try SigningKey(name, in: repository.folder) }

    private func sign(_ message: String, by file: String?) throws -> ObjectID {
        let settings = file.map {
            ["-c", "gpg.format=ssh", "-c", "user.signingKey=\($0)", "-c", "commit.gpgSign=true"]
        }
        try repository.folder.run(
            "git", (settings ?? []) + ["commit", "-q", "--allow-empty", "-m", message], in: repository.path)
        return try repository.id("HEAD")
    }

    @Test func theKeysThatAreGivenCount() throws {
        let (ada, mallory) = (try key("ada"), try key("mallory"))
        let commits = try [
            sign("by Ada", by: ada.file), sign("by Mallory", by: mallory.file), sign("by nobody", by: nil),
        ]
        // What this machine trusts does not matter.
        try repository.folder.write("\(repository.folder.path)/all", "\(mallory.signer)\n".utf8)
        try repository.git("config", "gpg.ssh.allowedSignersFile", "\(repository.folder.path)/all")
        let signatures = try Signatures(repository.repository(), keys: [Array(ada.signer.utf8)])
        try signatures.verify(commits)
        #expect(try commits.map(signatures.signer) == ["ada@example.com", nil, nil])
        let both = try Signatures(
            repository.repository(), keys: [Array(ada.signer.utf8), Array(mallory.signer.utf8)])
        #expect(try commits.map(both.signer) == ["ada@example.com", "mallory@example.com", nil])
        #expect(try commits.map(Signatures(repository.repository(), keys: []).signer) == [nil, nil, nil])
    }

    @Test func aKeyCountsForItsTime() throws {
        let ada = try key("ada")
        let commit = try sign("by Ada", by: ada.file)
        let words = ada.signer.split(separator: " ", maxSplits: 1)
        func signer(_ option: String) throws -> String? {
            try Signatures(
                repository.repository(), keys: [Array("\(words[0]) \(option) \(words[1])".utf8)]
            ).signer(of: commit)
        }
        #expect(try signer("valid-before=\"20000101\"") == nil)
        #expect(try signer("valid-after=\"20000101\"") == "ada@example.com")
    }

    @Test func bytesAreSignedForTheirPurposeAndTime() throws {
        let ada = try key("ada")
        try repository.sign(by: ada)
        let place = try repository.repository()
        let bytes = Array("it succeeded".utf8)
        let signature = try Signing(place).sign(bytes, for: "gx").text
        func signer(
            _ keys: String, _ text: String = "it succeeded", for purpose: String = "gx", in year: Int = 2026
        ) throws -> String? {
            try Signatures(place, keys: [Array(keys.utf8)]).signer(
                of: Array(text.utf8), signature, for: purpose,
                at: #require(Timestamp(iso8601: "\(year)-01-01T00:00:00Z")))
        }
        #expect(try signer(ada.signer) == "ada@example.com")
        #expect(try signer(ada.signer, "it failed") == nil)
        #expect(try signer(ada.signer, for: "git") == nil)
        #expect(try signer(key("eve").signer) == nil)
        let words = ada.signer.split(separator: " ", maxSplits: 1)
        let late = "\(words[0]) valid-before=\"20260601\" \(words[1])"
        #expect(try signer(late) == "ada@example.com")
        #expect(try signer(late, in: 2027) == nil)
    }

    @Test(.enabled(if: ScratchFolder.canRun("gpg"))) func keysOfOpenPGPCountToo() throws {
        let home = "\(repository.folder.path)/gnupg"
        try repository.folder.run("mkdir", ["-m", "700", home])
        let gpg = ["--homedir", home, "--batch", "--pinentry-mode", "loopback", "--passphrase", ""]
        try repository.folder.run(
            "gpg", gpg + ["--quick-gen-key", "Ada <Ada@example.com>", "ed25519", "sign", "never"])
        let key = try repository.folder.run("gpg", gpg + ["--armor", "--export"])
        try repository.folder.run(
            "git",
            ["-c", "user.signingKey=ada@example.com", "commit", "-q", "-S", "--allow-empty", "-m", "by Ada"],
            in: repository.path, environment: ["GNUPGHOME": home])
        try repository.folder.run("gpgconf", ["--homedir", home, "--kill", "all"])
        let commit = try repository.id("HEAD")
        #expect(
            try Signatures(repository.repository(), keys: [Array(key.utf8)]).signer(of: commit)
                == "ada@example.com")
        #expect(try Signatures(repository.repository(), keys: []).signer(of: commit) == nil)
    }
}
