internal import System
internal import YAML

/// Parses all files a few times and says what processor time one pass takes.
func parse(_ sample: Sample) throws(ProofError) {
    var refused: [String: Int] = [:]
    var nodes = 0
    var best = UInt64.max
    for _ in 0..<5 {
        refused = [:]
        nodes = 0
        let start = processorTime()
        for (path, bytes) in sample.files {
            do {
                let file = try YAMLFile(parsing: bytes, as: Syntax(path: path))
                nodes += file.documents.count
            } catch {
                refused["\(error.code)", default: 0] += 1
            }
        }
        best = min(best, processorTime() - start)
    }
    let size = sample.files.reduce(0) { $0 + $1.bytes.count }
    print(
        "\(sample.files.count) files, \(size) bytes, \(nodes) documents in \(best / 1000) µs; refused: \(refused)"
    )
}

/// Replaces `count` scalars, and inserts and removes a quarter as often, each time in the file as it was:
/// picks a file, then a node in it. Writes the Nth edited file to `DIRECTORY/N`, and a line of JSON for
/// every edit to standard output.
func edit(_ sample: Sample, seed: UInt64, count: UInt64, into directory: String) throws(ProofError) {
    var generator = SeededGenerator(seed: seed)
    var files: [(path: String, file: YAMLFile, values: [(document: Int, node: Node)])] = []
    for (path, bytes) in sample.files {
        do throws(YAMLError) {
            let file = try YAMLFile(parsing: bytes, as: Syntax(path: path))
            if file.looksLikeTemplate { throw YAMLError(.template, "parses, but is a template") }
            let values = file.documents.flatMap { document in
                everywhere.matches(in: document).map { (document.index, $0) }
            }
            if !values.isEmpty { files.append((path, file, values)) }
        } catch {
            print(["file": .string(path), "unparsed": .string(error.code.rawValue)] as JSON)
        }
    }
    guard !files.isEmpty else { return }
    for number in 0..<count + count / 2 {
        let (path, file, values) = files[Int.random(in: files.indices, using: &generator)]
        let isWanted: ((document: Int, node: Node)) -> Bool =
            if number < count {
                { $0.node.kind == .scalar }
            } else if number < count + count / 4 {
                { $0.node.kind != .scalar && $0.node.kind != .alias || $0.node.scalar?.type == .null }
            } else {
                { $0.node.parent != nil }
            }
        guard let (document, node) = values.filter(isWanted).randomElement(using: &generator) else {
            continue
        }
        let (edit, description) =
            number < count
            ? replacing(node, in: document, using: &generator)
            : number < count + count / 4
                ? inserting(into: node, in: document, using: &generator)
                : (.remove(document: document, path: node.path), ["kind": "remove", "path": json(node.path)])
        var fields: JSON = ["file": .string(path), "number": .int(Int(number)), "document": .int(document)]
        fields = fields.adding(description)
        do {
            try save(try file.applying([edit]).bytes, at: "\(directory)/\(number)")
        } catch let error as YAMLError {
            fields = fields.adding(["refused": .string(error.code.rawValue), "message": .string("\(error)")])
        } catch {
            throw ProofError(message: "\(error)")
        }
        print(fields)
    }
}

private func replacing(
    _ node: Node, in document: Int, using generator: inout SeededGenerator
) -> (Edit, JSON) {
    let old = node.string ?? ""
    let (kind, new) = replacement(for: node, reading: old, using: &generator)
    return (
        .replace(document: document, path: node.path, with: .scalar(new)),
        ["kind": .string(kind), "path": json(node.path), "old": .string(old), "new": .string(new)]
    )
}

private func inserting(
    into node: Node, in document: Int, using generator: inout SeededGenerator
) -> (Edit, JSON) {
    let isSequence = node.kind == .sequence || node.kind == .scalar && Bool.random(using: &generator)
    let step: Path.Step =
        isSequence ? .index(Int.random(in: 0...node.items.count, using: &generator)) : .key("gx new")
    let text = value(using: &generator)
    let value: Value =
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: .mapping([Value.Entry("a", .scalar(text)), Value.Entry(text, ["x", [:]])])
        case 1: .sequence([.scalar(text), ["k": ["b", []]]])
        default: .scalar(text)
        }
    let path = node.path.appending(step)
    return (
        .insert(document: document, path: path, value: value),
        ["kind": "insert", "path": json(path), "new": json(value)]
    )
}

private func json(_ value: Value) -> JSON {
    switch value {
    case .scalar(let text), .literal(let text): .string(text)
    case .mapping(let entries): .object(entries.map { JSON.Field($0.key, json($0.value)) })
    case .sequence(let items): .array(items.map(json))
    }
}

private let everywhere = Path(steps: [.deep])

private func json(_ path: Path) -> JSON {
    .array(
        path.steps.map {
            switch $0 {
            case .key(let key): .string(key)
            case .index(let index): .int(index)
            default: .null
            }
        })
}

extension JSON {
    fileprivate func adding(_ more: JSON) -> JSON { .object((fields ?? []) + (more.fields ?? [])) }
}

/// What to write instead. Block scalars keep their number of lines half of the time.
private func replacement(
    for node: Node, reading old: String, using generator: inout SeededGenerator
) -> (kind: String, text: String) {
    var new = old
    while new == old { new = value(using: &generator) }
    let style = node.scalar?.style
    guard style == .literal || style == .folded else { return ("line", new) }
    var lines = old.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let words = lines.indices.filter { !lines[$0].isEmpty }
    guard Bool.random(using: &generator), let index = words.randomElement(using: &generator) else {
        return ("block to line", new)
    }
    lines[index] =
        lines[index].prefix { $0 == " " } + "changed \(UInt16.random(in: 0...9999, using: &generator)) # x: y"
    return (style == .literal ? "literal block" : "folded block", lines.joined(separator: "\n"))
}

/// Tags, digests and texts that are easily misread.
private func value(using generator: inout SeededGenerator) -> String {
    let a = Int.random(in: 0..<30, using: &generator)
    let b = Int.random(in: 0..<100, using: &generator)
    let bits = String(generator.next(), radix: 16)
    let nasty = [
        "yes", "no", "on", "null", "~", "true", "", " ", "1.10", "1e3", "0x1F", "017", "1_000", "12:30:45",
        "2024-01-01", "a: b", "a #b", "#x", "- a", "[a", "{a}", "&a", "*a", "!a", "|", ">", "%a", "@a",
        "it's",
        "say \"hi\"", "back\\slash", "größe", "🙂 ok", "日本", "a\tb", "two\nlines\n", "\u{85}", "\u{FEFF}x",
        " lead", "trail ", "a,b", "?", "-", ":", "x:", "--- a", "...", "${VAR}", "$(VAR)", "0", "-1", ".5",
        "<<", "=",
    ]
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: return "v\(a).\(b).\(a)"
    case 1: return "\(a).\(b)"
    case 2: return String(bits.prefix(7))
    case 3: return "ghcr.io/acme/api:\(a).\(b).0@sha256:" + String(repeating: bits, count: 4).prefix(64)
    default: return nasty.randomElement(using: &generator) ?? ""
    }
}

/// Damages files and reads them; what still parses is edited. That nothing traps is the proof.
func mutate(_ sample: Sample, seed: UInt64, count: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let small = sample.files.filter { 1...20_000 ~= $0.bytes.count }
    let hints = Array("\n\n\n\r\t     :::---??[]{},,&*!||>>'\"%@`##<\\~ab1\u{85}é🙂".utf8)
    var parsed = 0
    var edited = 0
    for _ in 0..<count {
        guard let (path, original) = small.randomElement(using: &generator) else { return }
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let start = Int.random(in: 0...bytes.count, using: &generator)
            let end = min(bytes.count, start + Int.random(in: 0...4, using: &generator))
            let inserted = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                hints.randomElement(using: &generator) ?? 0
            }
            bytes.replaceSubrange(start..<end, with: inserted)
        }
        guard let file = try? YAMLFile(parsing: bytes, as: Syntax(path: path)) else { continue }
        parsed += 1
        for document in file.documents {
            _ = document.duplicateKeys
            let nodes = everywhere.matches(in: document)
            guard let node = nodes.randomElement(using: &generator) else { continue }
            _ = (node.comment, node.position, node.value)
            let edits: [Edit] = [
                .replace(document: document.index, path: node.path, with: .scalar(value(using: &generator))),
                .replace(document: document.index, path: node.path, with: ["a": ["b", ["c": "d\ne"]]]),
                .insert(document: document.index, path: node.path.appending(.key("new")), value: "x"),
                .insert(document: document.index, path: node.path.appending(.index(0)), value: ["x": "y"]),
                .remove(document: document.index, path: node.path),
            ]
            for edit in edits {
                if (try? file.applying([edit])) != nil { edited += 1 }
            }
        }
    }
    print("\(count) damaged files, \(parsed) parsed, \(edited) edits proven")
}
