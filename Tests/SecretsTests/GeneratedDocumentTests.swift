import Foundation
import Testing

@testable import Secrets
@testable import YAML

/// Documents with everything that YAML has survive encryption, an edit and decryption. `GX_GENERATED` says how many.
@Suite struct GeneratedDocumentTests {
    static let count = ProcessInfo.processInfo.environment["GX_GENERATED"].flatMap { Int($0) } ?? 300

    @Test func survive() throws {
        let identity = try X25519.Identity.generate()
        var identities = Identities()
        identities.all = [identity]
        let rule = EncryptionRule(recipients: [identity.publicRecipient.description])
        var generator = DocumentGenerator(seed: 20_261_121)
        for number in 0..<Self.count {
            let text = generator.document()
            let encrypted = try SopsFile.encrypt(Array(text.utf8), as: .yaml, rule: rule)
            let open = try SopsFile(parsing: encrypted, as: .yaml).open(with: identities)
            let plain = try open.plaintext().text
            guard try values(plain) == values(text), comments(plain) == comments(text) else {
                Issue.record("document \(number):\n\(text)\ndecrypts to:\n\(plain)")
                return
            }
            #expect(try open.replacing(with: Array(plain.utf8)) == encrypted, "document \(number):\n\(text)")

            let edited = plain.replacing("k0: ", with: "kx: ", maxReplacements: 1)
            let resealed = try open.replacing(with: Array(edited.utf8))
            let reopened = try SopsFile(parsing: resealed, as: .yaml).open(with: identities)
            #expect(try reopened.plaintext().text == edited, "document \(number):\n\(text)")
        }
    }

    /// Paths with types and values, as the format sees them. A whole float reads back as an integer.
    private func values(_ text: String) throws -> [String] {
        let store = try SopsFile(parsing: Array(text.utf8), as: .yaml).store
        let empty = store.entries.filter { $0.kind == .empty }.map {
            "\($0.key ?? "-") is \(store.text(of: $0))"
        }
        return try store.located(by: .standard).places.filter { $0.entry.kind == .value }.map {
            let value = try store.plainValue(of: $0.entry)
            return "\($0.path.text) \(value.type == .float ? .int : value.type) \(value.text)"
        } + empty
    }

    /// The generator's comments begin with `#~`, which its values never have.
    private func comments(_ text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            line.firstRange(of: "#~").map { String(line[$0.lowerBound...]) }
        }
    }
}

/// Random YAML in many styles.
struct DocumentGenerator {
    private var state: UInt64
    private var keys = 0

    init(seed: UInt64) { state = seed }

    private mutating func random(_ count: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % count
    }

    private mutating func pick<T>(_ all: [T]) -> T { all[random(all.count)] }

    mutating func document() -> String {
        (0..<(1 + random(8) / 6)).map { _ in
            keys = 0
            return map(indent: 0, depth: 0)
        }.joined(separator: "---\n")
    }

    private mutating func comment(_ indent: Int) -> String {
        guard random(4) == 0 else { return "" }
        return String(repeating: " ", count: indent) + "#~"
            + pick(["", " why: \"quoted\"", " żółć 🙂", "\ttab", " # twice", " {a: b}"]) + "\n"
    }

    private mutating func lineComment() -> String { random(5) == 0 ? pick([" #~ end", "  #~"]) : "" }

    private mutating func key() -> String {
        keys += 1
        let name = "k\(keys - 1)"
        return pick([name, name, name, "'\(name) quoted'", "\"\(name)\\tescaped\"", "\(name)-ż/ł.x"])
    }

    private mutating func map(indent: Int, depth: Int) -> String {
        let pad = String(repeating: " ", count: indent)
        var text = ""
        for _ in 0..<(1 + random(5)) {
            text += comment(indent)
            let name = key()
            let inner = indent + pick([2, 4])
            switch depth < 12 ? random(10) : 9 {
            case 0: text += "\(pad)\(name):\(lineComment())\n" + map(indent: inner, depth: depth + 1)
            case 1:
                text +=
                    "\(pad)\(name):\(lineComment())\n"
                    + list(indent: pick([indent, inner]), depth: depth + 1)
            case 2: text += "\(pad)\(name): \(flow(depth: depth))\(lineComment())\n"
            case 3: text += "\(pad)\(name): " + block(indent: inner)
            default: text += "\(pad)\(name): \(scalar())\(lineComment())\n"
            }
        }
        return text
    }

    private mutating func list(indent: Int, depth: Int) -> String {
        let pad = String(repeating: " ", count: indent)
        var text = ""
        for _ in 0..<(1 + random(depth == 1 && random(20) == 0 ? 200 : 4)) {
            text += comment(indent)
            switch random(6) {
            case 0:
                let inner = map(indent: indent + 2, depth: depth + 1)
                let start = inner.firstIndex { $0 != " " } ?? inner.startIndex
                text += inner[start] == "#" ? "\(pad)-\n\(inner)" : "\(pad)- \(inner[start...])"
            case 1: text += "\(pad)- " + block(indent: indent + 2)
            case 2: text += "\(pad)- \(flow(depth: depth))\n"
            default: text += "\(pad)- \(scalar())\(lineComment())\n"
            }
        }
        return text
    }

    private mutating func flow(depth: Int) -> String {
        switch depth < 6 ? random(5) : random(3) {
        case 0: return "[]"
        case 1: return "{}"
        case 2: return "[\(flowScalar()), \(flowScalar())]"
        case 3: return "{\(key()): \(flow(depth: depth + 2)), \(key()): \(flowScalar())}"
        default: return "[\(flow(depth: depth + 2)), \(flowScalar())]"
        }
    }

    private mutating func flowScalar() -> String {
        pick(["plain", "'a, b'", "\"[x]\"", "7", "true", "null", "a b"])
    }

    private mutating func scalar() -> String {
        pick([
            "plain", "two words", "'it''s'", "\"tab\\there\"", "\"\\u0000\\x1b[31m\"",
            "\"żółć — 漢字 \\U0001F642\"", "żółć 🙂",
            "0", "-7", "5432", "0x1F", "0o17", "+12", "0.25", "-1.5", "1e3", "9007199254740993", "true",
            "False", "null", "~", "",
            "\"\"", "''", "yes", "On", "'123'", "\"true\"", "'null'", "1.2.3", "v1.10", "a:b", "http://x/y#z",
            "\" lead\"",
            "\"trail \"", "\"line1\\nline2\\n\"", "\"\\n\\nx\"", "\"a\\r\\nb\"", "\"---\"",
            "- not a list".replacing("- ", with: "-"),
            "\"#no comment\"", "'{{ x }}'", "2024-01-01T00:00:00Z", "'2024-01-01'",
            String(repeating: "long ", count: 50) + "end",
            "<<x", "\"\\u2028\\u0085\"", "!!str 5", "'ENC'", "\"|\"", "\">\"", "'%'", "'@a'", "'`'",
            "\"? a\"",
        ])
    }

    private mutating func block(indent: Int) -> String {
        let pad = String(repeating: " ", count: indent)
        let header = pick(["|", "|-", "|+", ">", ">-"])
        let lines = (0..<(1 + random(4))).map { _ in
            pick([
                "text", "  indented", "# no comment", "a: b", "żółć", "tab\tinside", "", "-----BEGIN X-----",
            ])
        }
        let body = lines.map { $0.isEmpty ? "\n" : "\(pad)\($0)\n" }.joined()
        return "\(header)\n\(pad)first\n\(body)"
    }
}
