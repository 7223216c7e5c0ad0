import System
import Testing

@testable import Secrets

/// Two lists of one-line files, of which all of one hold a secret and none of the other. The check was made with every
/// other line at hand, and is judged by the rest.
@Suite struct CheckSnippetTests {
    struct Snippet {
        let file: String
        let text: String
        let line: String
    }

    /// `@40@` stands for as many letters and digits, `@h40@` for hexadecimal ones, `@U16@` for capitals; `^…^` for Base64
    /// of what it holds, `|` for line ends in it.
    private static func snippets(_ name: String) throws -> [Snippet] {
        let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
            separator: "/")
        let text = String(decoding: try Files.read("\(folder)/Snippets/\(name).txt").unwiped, as: UTF8.self)
        var generator = Numbers()
        return text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "\t", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            let drawn = drawn(String(parts[1]), &generator)
            let lines = encoded(drawn).replacing("\\\\", with: "\u{1}").replacing("\\n", with: "\n")
                .replacing(
                    "\u{1}", with: "\\")
            return Snippet(file: String(parts[0]), text: lines + "\n", line: String(line))
        }
    }

    private struct Numbers {
        var state: UInt64 = 42
        mutating func next(below count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
    }

    private static func drawn(_ text: String, _ numbers: inout Numbers) -> String {
        var parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        for index in parts.indices {
            let kind = parts[index].first.flatMap { $0.isNumber ? nil : $0 }
            guard index > 0, index < parts.count - 1,
                let count = Int(parts[index].dropFirst(kind == nil ? 0 : 1)),
                !parts[index].isEmpty
            else { continue }
            let alphabet: String? =
                switch kind {
                case nil, "K": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                case "h": "0123456789abcdef"
                case "U": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
                default: nil
                }
            guard let alphabet else { continue }
            let letters: [Character] = Array(alphabet)
            parts[index] =
                "\u{2}"
                + String((0..<count).map { _ -> Character in letters[numbers.next(below: letters.count)] })
                + "\u{2}"
        }
        return parts.joined(separator: "@").replacing("@\u{2}", with: "").replacing("\u{2}@", with: "")
    }

    private static func encoded(_ text: String) -> String {
        let parts = text.split(separator: "^", omittingEmptySubsequences: false)
        guard parts.count > 2 else { return text }
        return parts.enumerated().map { index, part in
            index % 2 == 0
                ? String(part) : Base64.encode(Array((part.replacing("|", with: "\n") + "\n").utf8))
        }.joined()
    }

    private static func isFound(_ snippet: Snippet) -> Bool {
        !PlaintextCheck.findings(
            in: Array(snippet.text.utf8), file: snippet.file, path: snippet.file, policy: nil
        ).isEmpty
    }

    @Test(arguments: [0, 1]) func secretsAreFound(half: Int) throws {
        let all = try Self.snippets("secret")
        let snippets = all.enumerated().filter { $0.offset % 2 == half }.map(\.element)
        let missed = snippets.filter { !Self.isFound($0) }.map(\.line)
        #expect(
            all.count >= 200 && missed.count * 100 <= snippets.count * 3, "missed \(missed.count): \(missed)")
    }

    @Test(arguments: [0, 1]) func whatIsHarmlessPasses(half: Int) throws {
        let all = try Self.snippets("harmless")
        let snippets = all.enumerated().filter { $0.offset % 2 == half }.map(\.element)
        let alarms = snippets.filter { Self.isFound($0) }.map(\.line)
        #expect(all.count >= 200 && alarms.count * 100 <= snippets.count, "\(alarms.count) alarms: \(alarms)")
    }
}
