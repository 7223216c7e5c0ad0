internal import System

/// age's ASCII armor: strict PEM, 64 columns, with CRLF and surrounding white space tolerated.
enum Armor {
    static let begin = "-----BEGIN AGE ENCRYPTED FILE-----"
    static let end = "-----END AGE ENCRYPTED FILE-----"
    static let columns = 64
    static let bytesPerLine = 48
    /// How much white space may stand before and after.
    static let whitespaceLimit = 1024

    static func isWhitespace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

    /// Whether the input is armored, judged by its first bytes that are not white space.
    static func isArmored(_ input: Input) throws(SecretsError) -> Bool {
        let head = try input.peek(whitespaceLimit + begin.utf8.count)
        return head.drop(while: isWhitespace).starts(with: "-----BEGIN".utf8)
    }

    static func encode(_ bytes: [UInt8]) throws(SecretsError) -> String {
        let sink = MemorySink()
        let armor = ArmorSink(sink)
        try armor.write(bytes.span)
        try armor.finish()
        return sink.bytes.withSpan { String(decoding: [UInt8]($0), as: UTF8.self) }
    }
}

/// Decodes armor as it is read.
final class ArmorSource: ByteSource {
    private let input: Input
    private var decoded: ArraySlice<UInt8> = []
    private var started = false
    private var ended = false

    init(_ input: Input) { self.input = input }

    func read(into buffer: inout MutableSpan<UInt8>) throws(SecretsError) -> Int {
        var filled = 0
        while filled < buffer.count {
            if decoded.isEmpty {
                try decodeLine()
                if decoded.isEmpty { break }
            }
            buffer[filled] = decoded.removeFirst()
            filled += 1
        }
        return filled
    }

    private func decodeLine() throws(SecretsError) {
        guard !ended else { return }
        if !started {
            try skipWhitespace()
            guard try line() == Array(Armor.begin.utf8) else {
                throw malformed("it does not start with \(Armor.begin)")
            }
            started = true
        }
        let text = try line()
        if text == Array(Armor.end.utf8) { return try finish() }
        guard !text.isEmpty, text.count <= Armor.columns, let bytes = Base64.decode(text) else {
            throw malformed("a line is not canonical Base64 of at most \(Armor.columns) columns")
        }
        if bytes.count < Armor.bytesPerLine {
            guard try line() == Array(Armor.end.utf8) else { throw malformed("a short line is not the last") }
            try finish()
        }
        decoded = bytes[...]
    }

    private func finish() throws(SecretsError) {
        try skipWhitespace()
        guard try input.isAtEnd else { throw malformed("something follows its end") }
        ended = true
    }

    private func skipWhitespace() throws(SecretsError) {
        let space = try input.peek(Armor.whitespaceLimit).prefix(while: Armor.isWhitespace).count
        input.skip(space)
    }

    private func line() throws(SecretsError) -> [UInt8] {
        guard var line = try input.line(limit: Armor.columns + 2)?.bytes else {
            throw malformed("it is cut short")
        }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line
    }

    private func malformed(_ what: String) -> SecretsError {
        SecretsError(.armor, "malformed armor: \(what)")
    }
}

/// Encodes armor as it is written; `finish` writes its end.
final class ArmorSink: ByteSink {
    private let sink: any ByteSink
    private var pending: [UInt8] = []
    private var started = false

    init(_ sink: any ByteSink) { self.sink = sink }

    func write(_ bytes: Span<UInt8>) throws(SecretsError) {
        pending += [UInt8](bytes)
        try encode(lines: pending.count / Armor.bytesPerLine)
    }

    func finish() throws(SecretsError) {
        try encode(lines: (pending.count + Armor.bytesPerLine - 1) / Armor.bytesPerLine)
        try sink.write(Array("\(Armor.end)\n".utf8).span)
    }

    private func encode(lines: Int) throws(SecretsError) {
        var text: [UInt8] = []
        if !started { text += "\(Armor.begin)\n".utf8 }
        started = true
        for line in 0..<lines {
            let start = line * Armor.bytesPerLine
            let bytes = pending[start..<min(start + Armor.bytesPerLine, pending.count)]
            text += Base64.encode(Array(bytes).span)
            text.append(UInt8(ascii: "\n"))
        }
        pending.removeFirst(min(lines * Armor.bytesPerLine, pending.count))
        try sink.write(text.span)
    }
}
