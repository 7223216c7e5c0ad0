import Foundation
import Testing

@testable import Secrets

/// Both directions against the `age` program, where it is installed.
@Suite(.enabled(if: isInstalled("age") && isInstalled("ssh-keygen"))) struct AgeProgramTests {
    /// Around the ends of chunks, where a stream cipher goes wrong.
    static let sizes = [0, 1, 47, 48, 49, 65_535, 65_536, 65_537, 131_072, 131_073, 300_000]

    let scratch: Scratch
    let identity: X25519.Identity

    init() throws {
        scratch = try Scratch()
        identity = try X25519.Identity.generate()
        try scratch.write("key.txt", identity.secretText.array)
    }

    @Test(arguments: sizes, [false, true]) func x25519(size: Int, armor: Bool) throws {
        let plain = sample(size)
        let ours = try encrypt(plain, to: [identity.publicRecipient], armor: armor)
        #expect(try run("age", "-d", "-i", scratch.file("key.txt"), input: ours).output == plain)
        let arguments = armor ? ["-a"] : []
        try scratch.write("plain", plain)
        let theirs = try run(
            "sh", "-c", "exec age \"$@\" < \(scratch.file("plain"))", "age", "-r",
            identity.publicRecipient.description,
            "-o", scratch.file("theirs"), arguments.first ?? "-e")
        #expect(theirs.status == 0, "\(theirs.error)")
        #expect(try decrypt(scratch.read("theirs"), with: [identity]) == plain)
    }

    @Test func theirKeygenIsOurIdentity() throws {
        let keygen = try run("age-keygen")
        let identities = try Identities.read(secret(keygen.output), name: "key") { _ in secret("") }.usable
        let recipient = try run("age-keygen", "-y", input: keygen.output).text.trimmingCharacters(
            in: .newlines)
        #expect(identities.map(\.recipient) == [recipient])
        let ours = try run("age-keygen", "-y", input: identity.secretText.array).text
        #expect(ours == "\(identity.publicRecipient)\n")
    }

    @Test(arguments: [
        ["ed25519"], ["rsa", "-b", "2048"], ["rsa", "-b", "3072"], ["rsa", "-b", "2048", "-m", "PEM"],
    ])
    func ssh(type: [String]) throws {
        let path = scratch.file("id")
        let made = try run(
            "sh", "-c", "exec ssh-keygen -q -N '' -f \"$0\" -t \"$@\"", path, type[0],
            type.count > 1 ? type[1] : "-C", type.count > 2 ? type[2] : "c", type.count > 3 ? type[3] : "-C",
            type.count > 4 ? type[4] : "c")
        #expect(made.status == 0, "\(made.error)")
        let publicKey = try scratch.text("id.pub")
        let identities = try Identities.read(file: path) { _ in secret("") }.usable
        let words = publicKey.split(separator: " ")
        #expect(identities.first?.recipient == "\(words[0]) \(words[1])")

        let plain = sample(1000)
        let ours = try encrypt(plain, to: [parseRecipient(publicKey)])
        let opened = try run("age", "-d", "-i", path, input: ours)
        #expect(opened.output == plain, "\(opened.error)")
        #expect(try decrypt(ours, with: identities) == plain)
        let theirs = try run("age", "-R", path + ".pub", input: plain).output
        #expect(try decrypt(theirs, with: identities) == plain)
    }

    @Test func severalRecipients() throws {
        let other = try X25519.Identity.generate()
        let ours = try encrypt([1, 2, 3], to: [other.publicRecipient, identity.publicRecipient])
        #expect(try run("age", "-d", "-i", scratch.file("key.txt"), input: ours).output == [1, 2, 3])
        #expect(try decrypt(ours, with: [other]) == [1, 2, 3])
    }

    /// `age` asks for passphrases only at a terminal, so Python gives it one.
    @Test(.enabled(if: isInstalled("python3"))) func passphrase() throws {
        let plain = sample(100)
        let ours = try scratch.write(
            "ours.age", encrypt(plain, to: [Scrypt.Recipient(secret("correct horse"), workFactor: 10)]))
        #expect(try terminal("age", "-d", "-o", scratch.file("opened"), ours, answer: "correct horse") == 0)
        #expect(try scratch.read("opened") == plain)

        let input = try scratch.write("plain", plain)
        #expect(
            try terminal("age", "-p", "-o", scratch.file("theirs.age"), input, answer: "battery staple") == 0)
        let theirs = try scratch.read("theirs.age")
        #expect(try decrypt(theirs, with: [Scrypt.Identity(secret("battery staple"))]) == plain)
        #expect(throws: SecretsError.self) { try decrypt(theirs, with: [Scrypt.Identity(secret("wrong"))]) }
    }

    @Test(.enabled(if: isInstalled("python3"))) func encryptedIdentityFile() throws {
        #expect(
            try terminal(
                "age", "-p", "-a", "-o", scratch.file("key.age"), scratch.file("key.txt"), answer: "open")
                == 0)
        let identities = try Identities.read(file: scratch.file("key.age")) { _ in secret("open") }.usable
        let theirs = try run("age", "-r", identity.publicRecipient.description, input: [7]).output
        #expect(try decrypt(theirs, with: identities) == [7])
        let wrong = try Identities.read(file: scratch.file("key.age")) { _ in secret("shut") }.usable
        #expect(throws: SecretsError.self) { try decrypt(theirs, with: wrong) }
    }

    /// Runs a program at a terminal of its own, answering every prompt with `answer`.
    private func terminal(_ arguments: String..., answer: String) throws -> Int32 {
        let script = """
            import os, pty, sys
            pid, terminal = pty.fork()
            if pid == 0: os.execvp(sys.argv[2], sys.argv[2:])
            seen = b""
            while True:
                try: piece = os.read(terminal, 1024)
                except OSError: break
                if not piece: break
                seen += piece
                if seen.rstrip().endswith(b":"):
                    seen = b""
                    os.write(terminal, sys.argv[1].encode() + b"\\n")
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            """
        let path = try scratch.write("terminal.py", script)
        let quotedArguments = ([path, answer] + arguments).map { "'\($0)'" }.joined(separator: " ")
        return try run("sh", "-c", "exec python3 \(quotedArguments)").status
    }
}
