import Testing
import YAML

/// Shows every value of a file with its exact bytes: `path => source`.
private func outline(_ text: String, as syntax: Syntax = .yaml) throws -> [String] {
    let file = try YAMLFile(parsing: Array(text.utf8), as: syntax)
    return try file.documents.flatMap { document in
        try Path("**").matches(in: document).map { node in
            "\(node.path) => \(String(decoding: file.bytes[node.span], as: UTF8.self))"
        }
    }
}

@Suite struct Spans {
    @Test func plainQuotedAndFlowScalarsAreExact() throws {
        #expect(
            try outline("a: one two # c\nb: 'it''s'\nc: \"x\\ty\"   \nd: [1, {e: f}]\n") == [
                ". => a: one two # c\nb: 'it''s'\nc: \"x\\ty\"   \nd: [1, {e: f}]",
                "a => one two", "b => 'it''s'", "c => \"x\\ty\"", "d => [1, {e: f}]", "d[0] => 1",
                "d[1] => {e: f}", "d[1].e => f",
            ])
    }

    @Test(arguments: ["\u{FEFF}", ""], ["\n", "\r\n"])
    func offsetsAreBytes(mark: String, lineBreak: String) throws {
        let lines = ["# größe 🙂", "ключ: 'значение' # ☃", "b: ✓", "list:", "- ü", "- x"]
        let values = try outline(mark + lines.joined(separator: lineBreak))
        #expect(
            values.dropFirst() == [
                "ключ => 'значение'", "b => ✓", "list => - ü\(lineBreak)- x", "list[0] => ü", "list[1] => x",
            ])
    }

    @Test func blockScalarsEndWithTheirText() throws {
        let text = """
            a: |  # comment
              one
                two

            # not text
            b: >-
              folded
              line


            c: |+
              kept

            d: |2
                indented
            e: |-

            f: end
            """
        #expect(
            try outline(text).dropFirst() == [
                "a => |  # comment\n  one\n    two", "b => >-\n  folded\n  line", "c => |+\n  kept\n",
                "d => |2\n    indented", "e => |-", "f => end",
            ])
    }

    @Test func aBlockCollectionEndsWithItsLastValue() throws {
        let text = "a:\n  b: 1 # one\n  # about c\n\n# end\nc:\n- x:  \n- \n"
        #expect(
            try outline(text).dropFirst() == [
                "a => b: 1", "a.b => 1", "c => - x:  \n-", "c[0] => x:", "c[0].x => ", "c[1] => ",
            ])
    }

    @Test func emptyValuesStandAfterTheirColonOrKey() throws {
        let file = try YAMLFile(parsing: Array("a:   # x\nb: {c, d: }\n? e\n# x\n? f\n".utf8))
        let root = try #require(file.documents.first?.root)
        #expect(root["a"]?.span == 2..<2)
        #expect(root["b"]?["c"]?.span == 14..<14)
        #expect(root["e"]?.span == 24..<24)
    }

    @Test func anchorsAndTagsAreNotPartOfTheSpan() throws {
        let text = "a: &x !!str 1\nb: !t &y # c\n  k: v\nc: &z\n- 1\nd: &e\ne: &q [1]\nf: &w\n  - 2\n"
        #expect(
            try outline(text).dropFirst() == [
                "a => 1", "b => k: v", "b.k => v", "c => - 1", "c[0] => 1", "d => ", "e => [1]", "e[0] => 1",
                "f => - 2", "f[0] => 2",
            ])
        let root = try #require(try YAMLFile(parsing: Array(text.utf8)).documents.first?.root)
        #expect(root["a"]?.tag == "tag:yaml.org,2002:str")
        #expect(root["a"]?.anchor == "x")
        #expect(root["a"]?.scalar?.type == .string)
        #expect(root["b"]?.tag == "!t")
    }
}

@Suite struct Documents {
    @Test func streams() throws {
        let file = try YAMLFile(parsing: Array("a: 1\n---\n- b\n--- \n---\n# nothing\n".utf8))
        #expect(file.documents.count == 4)
        #expect(file.documents[1].root?.items.first?.string == "b")
        #expect(file.documents[1].root?.path.description == ".")
    }

    @Test func aliasesAndMerges() throws {
        let text = "base: &b {x: 1, y: 2}\nother: &o {y: 3, z: 4}\nuse:\n  <<: [*b, *o]\n  x: 5\nsame: *b\n"
        let root = try #require(try YAMLFile(parsing: Array(text.utf8)).documents.first?.root)
        let use = try #require(root["use"])
        #expect(["x", "y", "z", "q"].map { use[$0]?.string } == ["5", "2", "4", nil])
        #expect(root["same"]?.kind == .alias)
        #expect(root["same"]?["x"]?.string == "1")
        #expect(root["base"]?.isAliased == true)
        #expect(root["same"]?.path.description == "same")
    }

    @Test func duplicateKeysAreFound() throws {
        let file = try YAMLFile(parsing: Array("a: 1\nb: {c: 1, 'c': 2}\na: 2\n".utf8))
        #expect(file.documents[0].duplicateKeys.map(\.keyTextForTest) == ["a@3", "c@2"])
    }

    @Test func trailingComments() throws {
        let text =
            "a: x # {\"$imagepolicy\": \"f:a\"}\nb: 'x#y' \nc: [1, 2] # d\ne: | # f\n  g # h\ni: j# k\n"
        let root = try #require(try YAMLFile(parsing: Array(text.utf8)).documents.first?.root)
        #expect(root["a"]?.comment == "# {\"$imagepolicy\": \"f:a\"}")
        #expect(root["b"]?.comment == nil)
        #expect(root["c"]?[1]?.comment == "# d")
        #expect(root["e"]?.comment == "# f")
        #expect(root["i"]?.comment == nil)
    }
}

extension Node {
    fileprivate var keyTextForTest: String { "\(string ?? "")@\(line)" }
}

@Suite struct Limits {
    private func code(_ text: String, as syntax: Syntax = .yaml) -> YAMLError.Code? {
        do {
            _ = try YAMLFile(parsing: Array(text.utf8), as: syntax)
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: [Syntax.yaml, .json]) func depthIsCapped(syntax: Syntax) {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(code(nested(200), as: syntax) == nil)
        #expect(code(nested(201), as: syntax) == .tooDeep)
        #expect(code(String(repeating: "[", count: 1_000_000), as: syntax) == .tooDeep)
    }

    @Test func depthThroughAliasesIsCapped() {
        var text = "a0: &a0 [x]\n"
        for level in 1...250 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        #expect(code(text) == .tooDeep)
    }

    @Test func aliasesDoNotExplode() {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        for level in 1...9 {
            text +=
                "a\(level): &a\(level) ["
                + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",") + "]\n"
        }
        #expect(code(text) == .tooLarge)
    }

    @Test func aNodeCannotContainItself() { #expect(code("a: &a [*a]") == .invalid) }

    @Test func templatesAreRecognised() throws {
        #expect(code("{{- if .Values.a }}\na: 1\n{{- end }}\n") == .template)
        #expect(code("a: {{ .Values.a }}-{{ .Values.b }}\n") == .template)
        #expect(code("a: b: c\n# {{ x }}\n") == .invalid)
        let plain = try YAMLFile(parsing: Array("a: {{ .Values.a }}\n".utf8))
        #expect(plain.looksLikeTemplate)
        let quoted = try YAMLFile(
            parsing: Array("a: '{{ .x }}'\nb: |\n  {{ y }}\nc: { d: {} } # {{ z }}\n".utf8))
        #expect(!quoted.looksLikeTemplate)
    }

    @Test func errorsHaveAPosition() {
        #expect(throws: YAMLError.self) { try YAMLFile(parsing: Array("a: 1\nb: 'x\n".utf8)) }
        do {
            _ = try YAMLFile(parsing: Array("{\"a\": 1,\n \"b\": tru}".utf8), as: .json)
            Issue.record("parsed")
        } catch {
            #expect("\(error)" == "line 2, column 7: expected a value")
        }
    }
}
