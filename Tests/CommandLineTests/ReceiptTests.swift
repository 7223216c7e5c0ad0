import System
import TestSupport
import Testing
import YAML

@testable import gx

private let isPossible = ["ssh-keygen", "python3"].allSatisfy(Project.canRun)

/// Receipts are what the programs and formats of others take them for.
@Suite(.enabled(if: isPossible)) struct ReceiptTests {
    private let folder = ScratchFolder()
    private let digest = String(repeating: "ab", count: 32)

    init() throws {
        let scratch = try ScratchRepository(in: folder, name: "shop")
        try scratch.write(
            "gx.yaml", "version: 1\nenvironments: {prod: {}}\nlayout: ['envs/{env}/{app}/**']\n")
        for version in [1, 2] {
            try scratch.write(
                "envs/prod/api/pod.yaml",
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: api}
                spec: {containers: [{name: main, image: "acme/api:\(version)@sha256:\(digest)"}]}

                """)
            try scratch.commit("Deploy \(version), PROJ-\(version)")
        }
        try folder.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "ada@example.com", "-f", "key"])
        try folder.run(
            "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "eve@example.com", "-f", "other"])
        let key = try #require(try folder.read(folder.path + "/key.pub")).split(separator: " ").prefix(2)
        try folder.write(folder.path + "/signers", "ada@example.com \(key.joined(separator: " "))\n".utf8)
    }

    private func gx(_ place: String, _ words: String...) throws -> Subprocess.Output {
        try Subprocess(
            Project.gx, words, purpose: "test", environment: folder.environment,
            directory: folder.path + place
        ).run()
    }

    private func make(_ key: String = "key") throws {
        let made = try gx(
            "/shop", "trace", "receipt", "prod/api", "--key", "../\(key)", "--out", "../receipt.json")
        #expect(made.status == 0, "\(made.message)")
    }

    private func verified() throws -> Subprocess.Output {
        try gx("", "trace", "receipt", "--verify", "receipt.json", "--signers", "signers")
    }

    @Test func anotherReaderOfTheFormatsVerifiesIt() throws {
        try make()
        let script = """
            import base64, json, subprocess
            envelope = json.load(open("receipt.json"))
            assert envelope["payloadType"] == "application/vnd.in-toto+json"
            body = base64.b64decode(envelope["payload"])
            kind = envelope["payloadType"].encode()
            signed = b" ".join([b"DSSEv1", str(len(kind)).encode(), kind, str(len(body)).encode(), body])
            open("signature", "wb").write(base64.b64decode(envelope["signatures"][0]["sig"]))
            subprocess.run(["ssh-keygen", "-Y", "verify", "-f", "signers", "-I", "ada@example.com", "-n", "dsse",
                "-s", "signature"], input=signed, check=True, capture_output=True)
            statement = json.loads(body)
            assert statement["_type"] == "https://in-toto.io/Statement/v1"
            print(statement["subject"][0]["name"], statement["subject"][0]["digest"]["sha256"])
            print(statement["subject"][1]["digest"]["gitCommit"], *statement["predicate"]["issues"])
            """
        let commit = try folder.run("git", ["rev-parse", "HEAD"], in: folder.path + "/shop")
        #expect(try folder.run("python3", ["-c", script]) == "acme/api \(digest)\n\(commit) PROJ-2")
    }

    @Test func itHoldsWithoutARepository() throws {
        try make()
        let answer = try verified()
        #expect(answer.status == 0)
        #expect(answer.text.hasPrefix("yes: prod/api of "))
        #expect(answer.text.contains("signed by ada@example.com"))
    }

    /// Any character of the payload and of the signature.
    @Test(arguments: ["payload", "sig"])
    func aChangedByteIsNoticed(_ field: String) throws {
        try make()
        let text = try #require(try folder.read(folder.path + "/receipt.json"))
        let start = try #require(text.firstRange(of: "\"\(field)\": \"")?.upperBound)
        for offset in [40, 200, 301] {
            let place = text.index(start, offsetBy: offset)
            let other: Character = text[place] == "A" ? "B" : "A"
            let changed = text.replacingCharacter(at: place, with: other)
            try folder.write(folder.path + "/receipt.json", changed.utf8)
            #expect(try verified().status != 0)
        }
    }

    @Test func aKeyOfNobodyIsNoGoodOne() throws {
        try make("other")
        let answer = try verified()
        #expect(answer.status == 1)
        #expect(answer.text.hasPrefix("no: receipt.json does not hold"))
        try folder.write(folder.path + "/receipt.json", "{}".utf8)
        #expect(try verified().status == 2)
    }
}

extension String {
    fileprivate func replacingCharacter(at place: Index, with other: Character) -> String {
        String(self[..<place]) + String(other) + String(self[index(after: place)...])
    }
}
