import Glibc
import Terminal
import Testing

@Suite struct ScreenTests {
    private func screen(
        _ descriptor: Int32, _ choice: ColorChoice = .auto, _ variables: [String: String] = ["TERM": "xterm"]
    ) -> Screen {
        Screen(descriptor: descriptor, color: choice) { variables[$0] }
    }

    @Test func aTerminalIsColouredAndHasAWidth() async throws {
        try await PseudoTerminal.open { terminal in
            terminal.resize(columns: 132)
            let screen = screen(terminal.program)
            #expect(screen.isTerminal && screen.color && screen.canRedraw)
            #expect(screen.width == 132)
        }
    }

    @Test func theEnvironmentIsHeeded() async throws {
        try await PseudoTerminal.open { terminal in
            terminal.resize(columns: 132)
            #expect(screen(terminal.program, .auto, ["TERM": "xterm", "COLUMNS": "70"]).width == 70)
            #expect(screen(terminal.program, .auto, ["TERM": "xterm", "COLUMNS": "-1"]).width == 132)
            #expect(!screen(terminal.program, .auto, ["TERM": "xterm", "NO_COLOR": "1"]).color)
            #expect(screen(terminal.program, .auto, ["TERM": "xterm", "NO_COLOR": ""]).color)
            let dumb = screen(terminal.program, .auto, ["TERM": "dumb"])
            #expect(!dumb.color && !dumb.canRedraw && dumb.isTerminal)
        }
    }

    @Test func aChoiceOutweighsTheEnvironment() async throws {
        try await PseudoTerminal.open { terminal in
            #expect(screen(terminal.program, .always, ["NO_COLOR": "1"]).color)
            #expect(!screen(terminal.program, .never).color)
        }
    }

    @Test func whatIsNoTerminalHasNeitherColourNorWidth() {
        let null = open("/dev/null", O_RDWR)
        defer { close(null) }
        let screen = screen(null, .auto, ["TERM": "xterm", "COLUMNS": "70"])
        #expect(!screen.isTerminal && !screen.color && !screen.canRedraw && screen.width == nil)
    }
}
