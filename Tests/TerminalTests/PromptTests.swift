import Dispatch
import Glibc
import System
import Terminal
import Testing

@Suite struct PromptTests {
    @Test(arguments: [
        ("y\n", true), ("YES\n", true), ("n\n", false), ("\n", false), ("maybe\ny\n", true), ("\u{4}", nil),
    ])
    func confirmation(_ keys: String, _ expected: Bool?) async throws {
        try await PseudoTerminal.open { terminal in
            terminal.type(keys)
            #expect(terminal.prompt.confirm("push to origin?") == expected)
        }
    }

    @Test func aQuestionIsAskedOfATerminalOnly() async throws {
        let null = open("/dev/null", O_RDWR)
        defer { close(null) }
        try await PseudoTerminal.open { terminal in
            let noScreen = Screen(isTerminal: false, width: nil, color: false)
            for prompt in [
                Prompt(input: null, on: terminal.screen, write: { _ in Issue.record("asked") }),
                Prompt(input: terminal.program, on: noScreen, write: { _ in Issue.record("asked") }),
            ] {
                #expect(!prompt.isAvailable)
                #expect(prompt.confirm("push?") == nil)
                #expect(prompt.secret("passphrase:") == nil)
            }
        }
    }

    /// The terminal's queue is emptied when echo goes off, so the keys are typed once that has happened.
    @Test(arguments: [
        ("hunter2\r", "hunter2"), ("wrong\u{15}right\n", "right"), ("abé\u{7f}\u{7f}c\n", "ac"),
        ("half\u{4}", "half"), ("\u{4}", nil),
    ])
    func aSecretIsNotEchoed(_ keys: String, _ expected: String?) async throws {
        try await PseudoTerminal.open { terminal in
            async let typed = blocking { terminal.prompt.secret("passphrase:") }
            while terminal.echoes { try await Task.sleep(for: .milliseconds(1)) }
            #expect(terminal.seen() == "passphrase: ")
            terminal.type(keys)
            let secret = await typed
            #expect(secret == expected.map { Array($0.utf8) })
            #expect(terminal.echoes)
            #expect(terminal.seen() == "\r\n")
        }
    }

    /// Waits for what blocks a thread on one of its own, so that the tests' few threads stay free.
    private func blocking<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "reader").async { continuation.resume(returning: body()) }
        }
    }
}
