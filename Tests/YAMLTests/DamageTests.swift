import Testing
import YAML

/// The same numbers in every run.
private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}

@Suite struct DamagedFiles {
    private static let original = """
        # größe
        a: &x {b: [1, 'two', "thr\\u00e9e"], c: }  # c
        d: *x
        e: |-  # f
          text
            more

        f: >2+
          folded

        ? g
        : !!str h
        list:
        - i: 1
          j: {k, l}
        -
        - - m
        ---
        ünï: {"json": [null, {}]}
        ...

        """

    /// Whatever is in a file: no trap, and an edit that is made is what was asked for.
    @Test(arguments: [Syntax.yaml, .json]) func areReadAndEditedOrRefused(syntax: Syntax) throws {
        var generator = Generator(state: 1)
        let hints = Array("\n\r\t  :-?[]{},&*!|>'\"%@#\\x1\u{85}é".utf8) + [0, 0xFF]
        var proven = 0
        for _ in 0..<400 {
            var bytes = Array(
                (syntax == .yaml ? Self.original : #"{"a": [1, "\u00e9", {"b": null}], "c": {}}"#).utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let start = Int.random(in: 0...bytes.count, using: &generator)
                let end = min(bytes.count, start + Int.random(in: 0...3, using: &generator))
                bytes.replaceSubrange(start..<end, with: [hints.randomElement(using: &generator) ?? 0])
            }
            guard let file = try? YAMLFile(parsing: bytes, as: syntax) else { continue }
            for document in file.documents {
                for node in try Path("**").matches(in: document) {
                    #expect(node.span.upperBound <= bytes.count)
                    _ = (node.comment, node.position, node.value)
                    let edit = Edit.replace(document: document.index, path: node.path, with: "new: value")
                    guard let edited = try? file.applying([edit]) else { continue }
                    #expect(
                        node.path.matches(in: edited.documents[document.index]).map(\.string) == [
                            "new: value"
                        ])
                    proven += 1
                    for edit in [
                        Edit.remove(document: document.index, path: node.path),
                        .insert(
                            document: document.index, path: node.path.appending(.key("n")), value: ["x": "z"]),
                        .insert(document: document.index, path: node.path.appending(.index(0)), value: "z"),
                    ] {
                        guard let edited = try? file.applying([edit]) else { continue }
                        let old = document
                        let new = edited.documents[document.index]
                        #expect(!Document.changes(from: old, to: new).isEmpty)
                    }
                }
            }
        }
        #expect(proven > 50)
    }
}
