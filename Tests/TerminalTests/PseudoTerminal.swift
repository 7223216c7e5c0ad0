import Glibc
import Terminal

/// A terminal that a test plays the user of.
struct PseudoTerminal {
    private let user: Int32
    /// The side that a program takes for its terminal.
    let program: Int32

    private init() throws {
        // Linux's own way, since Glibc's module does not show posix_openpt and its kin.
        user = Glibc.open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var locked: Int32 = 0
        var number: Int32 = 0
        guard user >= 0, ioctl(user, Self.setLock, &locked) == 0, ioctl(user, Self.getNumber, &number) == 0
        else { throw Failure(code: errno) }
        program = Glibc.open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        guard program >= 0 else { throw Failure(code: errno) }
    }

    private static let setLock: UInt = 0x4004_5431  // TIOCSPTLCK
    private static let getNumber: UInt = 0x8004_5430  // TIOCGPTN

    /// Runs `body` with a terminal that is open until it returns.
    static func open<Result>(_ body: (PseudoTerminal) async throws -> Result) async throws -> Result {
        let terminal = try PseudoTerminal()
        defer {
            close(terminal.program)
            close(terminal.user)
        }
        return try await body(terminal)
    }

    struct Failure: Error { var code: Int32 }

    var screen: Screen { Screen(descriptor: program) { _ in "xterm" } }

    var prompt: Prompt {
        Prompt(input: program, on: screen) { [program] in
            let bytes = Array($0.utf8)
            write(program, bytes, bytes.count)
        }
    }

    func type(_ keys: String) {
        let bytes = Array(keys.utf8)
        write(user, bytes, bytes.count)
    }

    /// What the user sees by now.
    func seen() -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(user, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    var echoes: Bool {
        var mode = termios()
        return tcgetattr(program, &mode) == 0 && mode.c_lflag & tcflag_t(ECHO) != 0
    }

    func resize(columns: UInt16) {
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(program, UInt(TIOCSWINSZ), &size)
    }
}
