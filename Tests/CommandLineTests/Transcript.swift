/// A Markdown document with examples that are run: each block fenced as ```` ```console ````, and each
/// HTML comment that starts with `<!-- console`, for what readers need not see.
///
/// In a block, `$ ` starts a command, which goes on after a `\` at the end of a line and through here
/// documents. What follows is all that it prints, and `? N` its exit status if that is not 0. An output
/// line that would look like one of these (or like the end of the block) is written with `\` before it.
/// Empty lines before the next command or the end of the block are for the reader.
struct Transcript {
    /// A command and what it does.
    struct Step: Equatable {
        /// The line of the document on which the command starts, from 1.
        var line: Int
        var command: [String]
        var result: Result
    }

    struct Result: Equatable {
        var output: [String]
        var status: Int32 = 0
    }

    private enum Part {
        case text(String)
        case step(Step)
    }

    private var parts: [Part] = []

    var steps: [Step] {
        parts.compactMap { if case .step(let step) = $0 { step } else { nil } }
    }

    init(_ document: String) throws {
        var lines = Lines(document)
        while let line = lines.next() {
            parts.append(.text(line))
            guard let end = Self.end(ofBlock: line) else { continue }
            while let line = lines.next() {
                if let command = line.without("$ ") {
                    parts.append(.step(try Step(command, &lines, end)))
                } else {
                    parts.append(.text(line))
                    if line == end { break }
                    guard line.isEmpty else {
                        throw Malformed(line: lines.number, "output before any command")
                    }
                }
                guard !lines.atEnd else { throw Malformed(line: lines.number, "the block has no end") }
            }
        }
    }

    private static func end(ofBlock line: String) -> String? {
        switch line {
        case "```console": "```"
        case "<!-- console": "-->"
        default: nil
        }
    }

    /// The document with these results in place of those of its steps.
    func document(with results: [Result]) -> String {
        var results = results[...]
        return parts.flatMap { part in
            switch part {
            case .text(let line): [line]
            case .step(let step): step.lines(with: results.popFirst() ?? step.result)
            }
        }
        .joined(separator: "\n")
    }

    struct Malformed: Error, CustomStringConvertible {
        var description: String
        init(line: Int, _ reason: String) { description = "line \(line): \(reason)" }
    }
}

extension Transcript.Step {
    fileprivate init(_ first: String, _ lines: inout Lines, _ end: String) throws {
        line = lines.number
        command = try Self.command(startingWith: first, &lines)
        result = Transcript.Result(output: [])
        while let next = lines.peek(), next != end, next.without("$ ") == nil {
            _ = lines.next()
            if let status = next.without("? ") {
                guard let status = Int32(status) else {
                    throw Transcript.Malformed(line: lines.number, "no exit status: \(status)")
                }
                result.status = status
                return
            }
            result.output.append(next.without("\\") ?? next)
        }
        // Empty lines at the end belong to the document.
        while result.output.last?.isEmpty == true {
            result.output.removeLast()
            lines.back()
        }
    }

    private static func command(startingWith first: String, _ lines: inout Lines) throws -> [String] {
        var command = [first]
        var delimiters = hereDocuments(first)
        while command.last?.hasSuffix("\\") == true || !delimiters.isEmpty {
            guard let next = lines.next() else {
                throw Transcript.Malformed(line: lines.number, "the command has no end")
            }
            command.append(next)
            if delimiters.isEmpty {
                delimiters = hereDocuments(next)
            } else if next == delimiters.first {
                delimiters.removeFirst()
            }
        }
        return command
    }

    /// The words that end the here documents that a line of shell starts.
    private static func hereDocuments(_ line: String) -> [String] {
        line.matches(of: /<<-?\s*(['"]?)(\w+)\1/).map { String($0.output.2) }
    }

    fileprivate func lines(with result: Transcript.Result) -> [String] {
        let output = result.output.map { line in
            let looksSpecial =
                ["$ ", "? ", "\\", "```"].contains { line.hasPrefix($0) } || line == "-->"
            return looksSpecial ? "\\" + line : line
        }
        return ["$ " + command[0]] + command.dropFirst() + output
            + (result.status == 0 ? [] : ["? \(result.status)"])
    }
}

/// The lines of a document, one after the other.
private struct Lines {
    private let lines: [String]
    /// How many have been taken: the number of the last one, from 1.
    private(set) var number = 0

    init(_ document: String) {
        lines = document.lines
    }

    var atEnd: Bool { number == lines.count }

    func peek() -> String? { atEnd ? nil : lines[number] }

    mutating func next() -> String? {
        guard let line = peek() else { return nil }
        number += 1
        return line
    }

    mutating func back() { number -= 1 }
}

extension String {
    /// Without line feeds. A carriage return stays: to Swift it is one character with the line feed after it.
    var lines: [String] {
        utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            String(Substring($0))
        }
    }

    /// The rest after a prefix; nil without it.
    fileprivate func without(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
