internal import Glibc

/// Questions to the user, where there is one: standard input and standard error are both a terminal.
public struct Prompt {
    private let input: Int32
    private let screen: Screen
    private let write: (String) -> Void

    /// - Parameters:
    ///   - input: the descriptor that answers are read from.
    ///   - screen: where questions are shown: standard error's.
    ///   - write: writes there.
    public init(input: Int32 = 0, on screen: Screen, write: @escaping (String) -> Void) {
        self.input = input
        self.screen = screen
        self.write = write
    }

    public var isAvailable: Bool { isatty(input) == 1 && screen.isTerminal }

    /// Asks a yes-or-no question until it is answered; an empty answer is no.
    /// Returns nil at the end of the input, or where nobody can be asked.
    public func confirm(_ question: Text) -> Bool? {
        guard isAvailable else { return nil }
        while true {
            write(question.rendered(color: screen.color) + " [y/N] ")
            guard let line = readLine() else {
                write("\n")
                return nil
            }
            if let answer = Self.answer(line) { return answer }
        }
    }

    static func answer(_ line: some StringProtocol) -> Bool? {
        switch line.lowercased().filter({ !$0.isWhitespace }) {
        case "y", "yes": true
        case "", "n", "no": false
        default: nil
        }
    }

    /// Asks for something that must not be seen: what is typed is not echoed. Backspace and ^U edit.
    /// Returns nil where nobody can be asked, and on ^D with nothing typed. ^C puts the terminal back
    /// and interrupts the program. Wiping the bytes is the caller's.
    public func secret(_ question: Text) -> [UInt8]? {
        guard isAvailable else { return nil }
        var saved = termios()
        guard unsafe tcgetattr(input, &saved) == 0 else { return nil }
        var silent = saved
        // Signals off, so that ^C arrives as a byte and no handler has to restore the terminal.
        silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        silent.c_cc.5 = 0  // VTIME: a read waits
        silent.c_cc.6 = 1  // VMIN: for one byte
        guard unsafe tcsetattr(input, TCSAFLUSH, &silent) == 0 else { return nil }
        write(question.rendered(color: screen.color) + " ")
        let typed = readSilently()
        unsafe tcsetattr(input, TCSAFLUSH, &saved)
        write("\n")
        switch typed {
        case .line(let bytes): return bytes
        case .end: return nil
        case .interrupted:
            raise(SIGINT)
            return nil
        }
    }

    private enum Typed {
        case line([UInt8])
        case end
        case interrupted
    }

    private func readSilently() -> Typed {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16384)  // growing leaves copies of a secret behind
        while let byte = readByte() {
            switch byte {
            case 0x0A, 0x0D: return .line(bytes)
            case 0x03: return .interrupted
            case 0x04 where bytes.isEmpty: return .end
            case 0x04: return .line(bytes)
            case 0x15: bytes.removeAll(keepingCapacity: true)
            case 0x08, 0x7F:
                // A character's continuation bytes go with it.
                while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
            default: bytes.append(byte)
            }
        }
        return .end
    }

    private func readLine() -> String? {
        var bytes: [UInt8] = []
        while let byte = readByte() {
            if byte == 0x0A { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return nil
    }

    private func readByte() -> UInt8? {
        var byte: UInt8 = 0
        while true {
            let count = unsafe read(input, &byte, 1)
            if count == 1 { return byte }
            if count < 0 && errno == EINTR { continue }
            return nil
        }
    }
}
