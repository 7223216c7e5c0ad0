import System
import Testing

@testable import Delivery

/// Where tokens go, and where they do not.
@Suite struct TokenTests {
    @Test(arguments: [
        "https://api.github.com", "https://git.example.com:8443/api/v3", "http://127.0.0.1:80",
        "http://localhost/x",
        "http://[::1]:8080/", "HTTP://LOCALHOST",
    ])
    func mayGo(_ url: String) { #expect(HostAddress(url)?.isSafeForTokens == true) }

    @Test(arguments: [
        "http://127.0.0.1:1@forge.example", "http://localhost:x@forge.example",
        "http://localhost.example.com",
        "http://127.0.0.1.nip.io/", "http://forge.example", "https://ann@forge.example",
        "http://localhost\\@forge.example",
        "http://[::1].example", "ftp://localhost", "localhost:80", "http:///x", "http://localhost:80x/",
    ])
    func mayNotGo(_ url: String) { #expect(HostAddress(url)?.isSafeForTokens != true) }

    @Test func areTakenOutOfAnswers() throws {
        let curl = Curl(
            headers: [("Authorization", "Bearer ghp_secret")], environment: ProcessEnvironment(),
            timeout: .seconds(1), user: "ann:passphrase")
        let encoded: String = Base64.encode(Array("ann:passphrase".utf8))
        let text = "Bearer ghp_secret, ghp_secret, ann:passphrase, passphrase, \(encoded)"
        let answer = try curl.answer(
            Subprocess.Output(status: 0, stdout: Array("\(text)\n422".utf8)), from: "https://x")
        #expect(answer.status == 422)
        #expect(!answer.text.contains("ghp_") && !answer.text.contains("passphrase"))
        #expect(!answer.text.contains(encoded))
    }

    @Test func encodesAsHttpDoes() {
        #expect(
            ["", "f", "fo", "foo", "foob"].map { Base64.encode(Array($0.utf8)) } == [
                "", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==",
            ])
    }

    @Test func otherProgramsDoNotHaveThem() {
        let environment = ProcessEnvironment(["GITHUB_TOKEN": "x", "HOME": "/h"]).withoutTokens
        #expect(environment["GITHUB_TOKEN"] == nil && environment["HOME"] == "/h")
    }
}
