import Testing
import YAML

/// The file after the edits, as text.
func edit(_ text: String, as syntax: Syntax = .yaml, _ edits: Edit...) throws -> String {
    let file = try YAMLFile(parsing: Array(text.utf8), as: syntax)
    return String(decoding: try file.applying(edits).bytes, as: UTF8.self)
}

/// Shows what is there instead.
func expect(_ actual: String, _ expected: String, at location: SourceLocation = #_sourceLocation) {
    #expect(actual == expected, sourceLocation: location)
}

/// Why an edit is refused, or nil.
func refusal(_ text: String, as syntax: Syntax = .yaml, _ edits: Edit...) throws -> YAMLError.Code? {
    let file = try YAMLFile(parsing: Array(text.utf8), as: syntax)
    do {
        _ = try file.applying(edits)
        return nil
    } catch {
        return error.code
    }
}

func replace(_ path: String, _ value: Value) throws -> Edit { .replace(path: try Path(path), with: value) }
func insert(_ path: String, _ value: Value) throws -> Edit { .insert(path: try Path(path), value: value) }
func remove(_ path: String) throws -> Edit { .remove(path: try Path(path)) }

@Suite struct Replacing {
    @Test(arguments: [
        ("a: v1 # c\n", "a: v2 # c\n"), ("a: 'v1'\n", "a: 'v2'\n"), ("a: \"v1\"", "a: \"v2\""),
        ("a:\n", "a: v2\n"),
        ("a: # c\n", "a: v2 # c\n"), ("a: &x v1\n", "a: &x v2\n"), ("a: !!str v1\n", "a: !!str v2\n"),
        ("a: &x\n", "a: &x v2\n"),
        ("{a: v1, b: 1}", "{a: v2, b: 1}"), ("{a, b}", "{a: v2, b}"), ("{a: }", "{a: v2 }"),
        ("{a: , b: 1}", "{a: v2 , b: 1}"), ("{a: # c\n}", "{a: v2 # c\n}"),
        ("a: null\r\nb: 1\r\n", "a: v2\r\nb: 1\r\n"), ("\u{FEFF}ü: ü\na: v1", "\u{FEFF}ü: ü\na: v2"),
        ("? a\n: v1\n", "? a\n: v2\n"), ("a: |\n  v1\n", "a: |-\n  v2\n"),
        ("a: |- # c\n    v1\n\nb: 1\n", "a: |- # c\n    v2\n\nb: 1\n"),
        ("a: one\n  two\nb: 1\n", "a: v2\nb: 1\n"), ("a: [x]\n", "a: v2\n"),
        ("a: # c\n  b: 1\n  c: 2\nd: 1\n", "a: v2 # c\nd: 1\n"),
        ("a:\n- 1\n- 2", "a: v2"),
    ])
    func keepsTheStyle(before: String, after: String) throws {
        expect(try edit(before, replace("a", "v2")), after)
    }

    /// Strings that some reader would take for something else.
    @Test(arguments: [
        "1.10", "1e3", "0x1F", "017", "0o17", "0b11", "yes", "No", "on", "y", "null", "~", "2024-01-01",
        "2024-1-1",
        "2024-01-01T00:00:00Z", "2001-12-14 21:59:43", "1_000", "12:30:45", "190:20:30.15", "-1", "+.5",
        ".inf", ".NaN",
        "<<", "=", "true", "", "1_0.5", "-0b1", "0X1f", "1e", "- a", "-", "? a", ": a", "a: b", "a:", "a #b",
        "#a", "&a", "*a",
        "!a", "|", ">", "%a", "@a", "`a", "[a", "{a", "}a", ",a", "'a", "a ", " a", "a\tb", "a\nb", "--- a",
        "...", "\u{85}",
        "\u{2028}", "a\u{FEFF}", "\u{1}", "\u{7F}",
    ])
    func quotesWhatWouldNotBeAString(text: String) throws {
        for before in ["k: {a: v1, b: x}\n", "k:\n  a: v1\n"] {
            let after = try edit(before, replace("k.a", .scalar(text)))
            let file = try YAMLFile(parsing: Array(after.utf8))
            #expect(file.documents[0].root?["k"]?["a"]?.string == text)
            #expect(file.documents[0].root?["k"]?["a"]?.scalar?.style != .plain || text == "1e")
        }
    }

    @Test(arguments: [
        "v1.10.0", "1.2.3", "sha256:0123", "a:b", "a#b", "a b", "-a", ":a", "?a", "2024-01-01-abc",
        "it's",
        "größe", "🙂", "a\"b\\c", "x-yes", "1.2.3-4_5", "0.1.0e", "e3", "12ab", "a?b",
    ])
    func leavesPlainWhatIsAString(text: String) throws {
        expect(try edit("a: v1\n", replace("a", .scalar(text))), "a: \(text)\n")
    }

    @Test func inBracketsMoreIsQuoted() throws {
        expect(try edit("[v1]", replace("[0]", "a,b")), "[\"a,b\"]")
        expect(try edit("[v1]", replace("[0]", "a?b")), "[\"a?b\"]")
        expect(try edit("[v1]", replace("[0]", "nginx:1.2")), "[nginx:1.2]")
    }

    @Test func escapesInQuotes() throws {
        expect(try edit("a: 'x'", replace("a", "it's")), "a: 'it''s'")
        expect(try edit("a: 'x'", replace("a", "a\nb")), "a: \"a\\nb\"")
        expect(try edit("a: \"x\"", replace("a", "\"\\\té🙂\u{85}")), "a: \"\\\"\\\\\\té🙂\\u0085\"")
        expect(try edit("a: x", replace("a", "a: \"b\"")), "a: 'a: \"b\"'")
    }

    @Test func typedValuesArePlain() throws {
        expect(try edit("a: 1 # c\n", replace("a", .literal("2"))), "a: 2 # c\n")
        expect(try edit("a: 'x'\n", replace("a", .literal("true"))), "a: true\n")
        expect(try edit("a: 1\n", replace("a", "2")), "a: \"2\"\n")
    }

    @Test func whatIsThereAlreadyStays() throws {
        expect(try edit("a:   \"v\\u0031\"  \n", replace("a", "v1")), "a:   \"v\\u0031\"  \n")
        expect(try edit("a: 1.10\n", replace("a", "1.10")), "a: \"1.10\"\n")
        expect(try edit("a: yes\n", replace("a", "yes")), "a: \"yes\"\n")
    }

    @Test(arguments: [
        "one\ntwo\n", "one\n\n  two\nthree", "a\n\n\nb\n\n", "x", "\tx\n", "  x\n", "\nx\n", "ü: #\n", "",
        "a\n  \nb\n",
    ])
    func literalBlocks(text: String) throws {
        for before in [
            "k:\n- a: |  # c\n     old\n     text\n\n  b: 1\n", "k:\r\n- a: |+2\r\n    old\r\n  b: 1\r\n",
            "k: [{a: 1}]\n",
        ] {
            let after = try edit(before, replace("k[0].a", .scalar(text)))
            let file = try YAMLFile(parsing: Array(after.utf8))
            #expect(file.documents[0].root?["k"]?[0]?["a"]?.string == text)
            #expect(file.documents[0].root?["k"]?[0]?["b"]?.string == (before.contains("b:") ? "1" : nil))
            #expect(!before.contains("# c") || after.contains("  # c\n"))
        }
    }

    @Test func foldedBlocks() throws {
        let before = "a: >-  # c\n  one\n  two\n\n  three\nb: 1\n"
        expect(try edit(before, replace("a", "x y\nz")), "a: >-  # c\n  x y\n\n  z\nb: 1\n")
        expect(try edit(before, replace("a", "x\n\n\ny\n")), "a: >  # c\n  x\n\n\n\n  y\nb: 1\n")
        #expect(try refusal(before, replace("a", "x\n  y")) == .unwritable)
        #expect(try refusal("a: |\n  x\n", replace("a", "x\u{1}")) == .unwritable)
    }

    @Test func parametersOfURLs() throws {
        let before = "resources:\n- https://github.com/a/b//c?x=1&ref=v1 # c\n- ../base\n"
        expect(try edit(before, replace("resources[0]?ref", "v2")), before.replacing("v1", with: "v2"))
        #expect(try refusal(before, replace("resources[1]?ref", "v2")) == .notFound)
        #expect(try refusal(before, replace("resources[0]?ref", "v2&x")) == .notFound)
        #expect(URLQuery.value(of: "ref", in: "https://x/y?aref=1&ref=2#f") == "2")
        #expect(URLQuery.value(of: "x", in: "https://x/y?ref=2#x=1") == nil)
    }

    @Test func collections() throws {
        expect(
            try edit("a: 1 # c\nb: 2", replace("a", ["x": ["1", "w"]])),
            "a: # c\n  x:\n  - \"1\"\n  - w\nb: 2")
        expect(
            try edit("a:\n  b: 1\n  c: 2\nd: 1", replace("a", ["x": "w", "z": "q"])),
            "a:\n  x: w\n  z: q\nd: 1")
        expect(
            try edit("- a: 1\n  b: 2\n- c\n", replace("[0]", ["x": "w", "z": "q"])), "- x: w\n  z: q\n- c\n"
        )
        expect(try edit("a:\n- x\n- y\n", replace("a", ["k": "v"])), "a:\n  k: v\n")
        expect(try edit("a: [x, y]\n", replace("a", ["p", "q"])), "a: [p, q]\n")
        expect(try edit("a:\n  b: 1\n", replace("a", [:])), "a: {}\n")
    }

    @Test func refusals() throws {
        #expect(try refusal("a: &x v1\nb: *x\n", replace("a", "v2")) == .shared)
        #expect(try refusal("a: &x {c: v1}\nb: *x\n", replace("a.c", "v2")) == .shared)
        #expect(try refusal("a: {c: &x v1}\nb: *x\n", replace("a", "v2")) == .shared)
        #expect(try refusal("a: &x v1\nb: *x\n", replace("b", "v2")) == .alias)
        #expect(try refusal("a: &x {c: v1}\nb: *x\n", replace("b.c", "v2")) == .alias)
        #expect(try refusal("a: &x {c: v1}\nb: {<<: *x}\n", replace("b.c", "v2")) == .alias)
        #expect(try refusal("a: v1\na: v1\n", replace("a", "v2")) == .duplicateKey)
        #expect(try refusal("a: {b: v1}\na: {c: v1}\n", replace("a.c", "v2")) == .duplicateKey)
        #expect(try refusal("a: v1\nb: v1\n", replace("*", "v2")) == .ambiguous)
        #expect(try refusal("a: v1\n", replace("b", "v2")) == .notFound)
        #expect(try refusal("a: v1\nb: {{ .Values.x }}\n", replace("a", "v2")) == .template)
        #expect(try refusal("a: !!int 1\n", replace("a", "v2")) == .unproven)
        #expect(try refusal("a: 1\n", replace("a", .literal("1\nb: 2"))) == .unproven)
        #expect(try refusal("a: 1\n", .replace(document: 1, path: Path("a"), with: "x")) == .notFound)
    }

    @Test func severalAtOnceAndInOrder() throws {
        let before = "a: 1\nb:\n- x\n- y\n---\na: 2\n"
        let after = try edit(
            before, replace("a", "p"), replace("b[1]", "q"),
            .replace(document: 1, path: Path("a"), with: "r"),
            replace("b[0]", "s"))
        #expect(after == "a: p\nb:\n- s\n- q\n---\na: r\n")
        expect(try edit("a: [x, y, z]\n", remove("a[0]"), remove("a[0]"), replace("a[0]", "w")), "a: [w]\n")
        expect(
            try edit("a: 1\n", insert("b", "2"), insert("b2", "x"), insert("c.d", "3"), replace("c.d", "4")),
            "a: 1\nb: \"2\"\nb2: x\nc:\n  d: \"4\"\n")
        expect(try edit("a: 1\n", replace("a", "x"), replace("a", "w")), "a: w\n")
    }

    @Test func comments() throws {
        let before = "image: x:1 # {\"$imagepolicy\": \"flux:app\"}\nb: 1\n"
        let path = try Path("image")
        let held = try edit(
            before, .comment(path: path, from: "# {\"$imagepolicy\": \"flux:app\"}", to: "# held"))
        #expect(held == "image: x:1 # held\nb: 1\n")
        expect(
            try edit(before, .comment(path: path, from: "# {\"$imagepolicy\": \"flux:app\"}", to: "")),
            "image: x:1\nb: 1\n")
        expect(try edit("a: 1\r\n", .comment(path: Path("a"), from: "", to: "# c")), "a: 1 # c\r\n")
        #expect(try refusal(before, .comment(path: path, from: "# other", to: "# x")) == .notFound)
        #expect(try refusal(before, .comment(path: Path("b"), from: "", to: "x")) == .unwritable)
        #expect(try refusal(before, .comment(path: Path("b"), from: "", to: "# x\nc: 2")) == .unwritable)
    }
}

@Suite struct Inserting {
    @Test func mappings() throws {
        expect(try edit("a: 1\n", insert("b", "x")), "a: 1\nb: x\n")
        expect(try edit("a: 1", insert("b", "x")), "a: 1\nb: x")
        expect(
            try edit("a:\r\n  b: 1\r\n# end\r\nc: 2\r\n", insert("a.d", "x")),
            "a:\r\n  b: 1\r\n  d: x\r\n# end\r\nc: 2\r\n")
        expect(
            try edit("- name: a # c\n\n# next\n- name: b\n", insert("[name=a].image", "x")),
            "- name: a # c\n  image: x\n\n# next\n- name: b\n")
        expect(try edit("a: |\n  text\n\nb: 1\n", insert("c", "x")), "a: |\n  text\n\nb: 1\nc: x\n")
        expect(
            try edit("b: 1\na: |\n  text\n", insert("c", "x\ny\n")), "b: 1\na: |\n  text\nc: |\n  x\n  y\n")
        expect(try edit("'a': 1\n", insert("b", "x")), "'a': 1\n'b': x\n")
        expect(try edit("a: 1\n", insert("true", "x")), "a: 1\n\"true\": x\n")
        expect(try edit("a: 1\n", insert("\"a.b/c\"", "x")), "a: 1\na.b/c: x\n")
        expect(try edit("a: {b: 1}\n", insert("a.c", "x")), "a: {b: 1, c: x}\n")
        expect(try edit("a: { b: 1 }\n", insert("a.c", ["d": ["e"]])), "a: { b: 1, c: {d: [e]} }\n")
    }

    @Test func emptyPlaces() throws {
        expect(try edit("a: {}\nb: 1\n", insert("a.c", "x")), "a:\n  c: x\nb: 1\n")
        expect(try edit("a: {} # c\nb: 1\n", insert("a.c", "x")), "a: # c\n  c: x\nb: 1\n")
        expect(try edit("a:\nb: 1\n", insert("a.c", "x")), "a:\n  c: x\nb: 1\n")
        expect(try edit("a: null # c\n", insert("a[0]", "x")), "a: # c\n- x\n")
        expect(try edit("x:\n  - 1\na: []\n", insert("a[0]", "x")), "x:\n  - 1\na:\n  - x\n")
        expect(try edit("- {}\n- 1\n", insert("[0].a", "x")), "- a: x\n- 1\n")
        expect(try edit("-\n", insert("[0].a", ["b": "c"])), "- a:\n    b: c\n")
        expect(try edit("{}\n", insert("a", "x")), "a: x\n")
        expect(try edit("", insert("a.b", "x")), "a:\n  b: x\n")
        expect(try edit("# only a comment", insert("a", "x")), "# only a comment\na: x\n")
        expect(try edit("---\n# c\n", insert("a", "x")), "---\n# c\na: x\n")
        expect(try edit("[{a: {}}]\n", insert("[0].a.b", "x")), "[{a: {b: x}}]\n")
        expect(try edit("a: &x {}\n", insert("a.b", "x")), "a: &x\n  b: x\n")
    }

    @Test func parents() throws {
        expect(try edit("a:\n    b: 1\n", insert("c.d.e", "x")), "a:\n    b: 1\nc:\n    d:\n        e: x\n")
        expect(try edit("a: 1\n", insert("b[0].c", "x")), "a: 1\nb:\n- c: x\n")
        expect(
            try edit("images:\n- name: a\n  newTag: v1\n", insert("images[name=b].newTag", "v2")),
            "images:\n- name: a\n  newTag: v1\n- name: b\n  newTag: v2\n")
        expect(
            try edit("a: 1\n", insert("images[name=b].newTag", "v2")),
            "a: 1\nimages:\n- name: b\n  newTag: v2\n")
    }

    @Test func sequences() throws {
        expect(
            try edit("a:\n  - x # c\n  # end\nb: 1\n", insert("a[1]", "w")),
            "a:\n  - x # c\n  - w\n  # end\nb: 1\n")
        expect(try edit("a:\n- x\n- y\n", insert("a[1]", "z")), "a:\n- x\n- z\n- y\n")
        expect(
            try edit("a:\n- x\n- y\n", insert("a[0]", ["k": "v", "l": "w"])), "a:\n- k: v\n  l: w\n- x\n- y\n"
        )
        expect(try edit("- - x\n", insert("[0][1]", "w")), "- - x\n  - w\n")
        expect(try edit("[a, b]", insert("[2]", "c")), "[a, b, c]")
        expect(try edit("[a, b]", insert("[0]", "c")), "[c, a, b]")
        expect(
            try edit("[\n  a, # one\n  b # two\n]\n", insert("[2]", "c")),
            "[\n  a, # one\n  b, # two\n  c\n]\n")
        expect(
            try edit("[\n  a, # one\n  b, # two\n]\n", insert("[2]", "c")),
            "[\n  a, # one\n  b, # two\n  c,\n]\n")
        expect(try edit("[\n  a, # one\n  b\n]\n", insert("[1]", "c")), "[\n  a, # one\n  c,\n  b\n]\n")
    }

    @Test func refusals() throws {
        #expect(try refusal("a: 1\n", insert("a", "x")) == .exists)
        #expect(try refusal("a: 1\n", insert("a.b", "x")) == .notFound)
        #expect(try refusal("a: [1]\n", insert("a[3]", "x")) == .notFound)
        #expect(try refusal("a: [1]\n", insert("a.b", "x")) == .notFound)
        #expect(try refusal("a: 1\n", insert("b[2]", "x")) == .notFound)
        #expect(try refusal("a: 1\n", insert("**.b", "x")) == .ambiguous)
        #expect(try refusal("a: &x {b: 1}\nc: *x\n", insert("c.d", "x")) == .alias)
        #expect(try refusal("a: &x {b: 1}\nc: *x\n", insert("a.d", "x")) == .shared)
    }
}

@Suite struct RareLineBreaks {
    /// libyaml ends lines there; who splices lines must know all of them. The first was found by a fuzzer.
    @Test(arguments: [
        "  \ncQc: # \ra:   \n#Qcc: #    ", "a: 1\rcQc: 2\r", "cQc: # \u{2028}a: 1\n", "cQc: 1\u{85}a: 2\n",
        "cQc: 1 # \u{2029}a: 2\n",
    ]) func areRefused(text: String) throws {
        for edit in try [remove("a"), remove("cQc"), replace("cQc", "x"), insert("z", "x")] {
            #expect(try refusal(text, edit) == .unwritable)
        }
        #expect(try refusal("cQc: \u{2027}é\r\n", replace("cQc", "x")) == nil)
    }
}

@Suite struct Removing {
    @Test func entries() throws {
        expect(try edit("a: 1\nb: 2 # c\nc: 3\n", remove("b")), "a: 1\nc: 3\n")
        expect(try edit("a: 1\n# about b\nb: 2", remove("b")), "a: 1\n# about b")
        expect(try edit("a: 1\r\nb: 2\r\n", remove("a")), "b: 2\r\n")
        expect(try edit("- name: a\n  b: 1\n- c: 1\n", remove("[0].name")), "- b: 1\n- c: 1\n")
        expect(try edit("- name: a\n  # about b\n  b: 1\n", remove("[0].name")), "- # about b\n  b: 1\n")
        expect(try edit("a:\n  b: |\n    x\n\n  c: 1\n", remove("a.b")), "a:\n\n  c: 1\n")
        expect(try edit("a: # c\n  b: 1\nd: 2\n", remove("a.b")), "a: {} # c\nd: 2\n")
        expect(try edit("a:\n- b\n", remove("a[0]")), "a: []\n")
        expect(try edit("a: {b: 1, c: 2}\n", remove("a.b")), "a: {c: 2}\n")
        expect(try edit("a: {b: 1, c: 2}\n", remove("a.c")), "a: {b: 1}\n")
        expect(try edit("a: {b: 1}\n", remove("a.b")), "a: {}\n")
        expect(try edit("a: &x 1\nb: *x\n", remove("b")), "a: &x 1\n")
        expect(
            try edit("[a, b, c,]\n", remove("[2]")),
            "[a, b,]\n")
        expect(try edit("a:\n- x # c\n- y\n", remove("a[1]")), "a:\n- x # c\n")
        expect(try edit("[\n  a, # one\n  b # two\n]\n", remove("[1]")), "[\n  a # one\n]\n")
        expect(try edit("[\n  a, # one\n  b # two\n]\n", remove("[0]")), "[\n  b # two\n]\n")
    }

    @Test func refusals() throws {
        #expect(try refusal("a: {b: &x 1}\nc: *x\n", remove("a")) == .shared)
        #expect(try refusal("a: 1\n", remove(".")) == .unwritable)
        #expect(try refusal("a: 1\n", remove("b")) == .notFound)
    }
}

@Suite struct JSONEdits {
    private let pretty =
        "{\n\t\"a\": \"\\ud83d\\ude00\",\n\t\"b\": {\n\t\t\"c\": [1, 2]\n\t},\n\t\"e\": {}\n}\n"

    @Test func replace() throws {
        expect(
            try edit(pretty, as: .json, YAMLTests.replace("a", "x\"\\\n🙂")),
            pretty.replacing("\\ud83d\\ude00", with: "x\\\"\\\\\\n🙂"))
        expect(try edit("{\"a\":1}", as: .json, YAMLTests.replace("a", .literal("true"))), "{\"a\":true}")
        expect(
            try edit("{\"a\":1}", as: .json, YAMLTests.replace("a", ["x": ["y"]])), "{\"a\":{\"x\": [\"y\"]}}"
        )
        #expect(try refusal("{\"a\":1}", as: .json, YAMLTests.replace("a", .literal("yes"))) == .unproven)
    }

    @Test func insertAndRemove() throws {
        expect(
            try edit(pretty, as: .json, insert("b.d", "x")),
            pretty.replacing("[1, 2]\n", with: "[1, 2],\n\t\t\"d\": \"x\"\n"))
        expect(
            try edit(pretty, as: .json, insert("e.f", "x")),
            pretty.replacing("{}", with: "{\n\t\t\"f\": \"x\"\n\t}"))
        expect(
            try edit(pretty, as: .json, insert("b.c[2]", .literal("3"))),
            pretty.replacing("1, 2", with: "1, 2, 3"))
        expect(try edit("{\"a\":1,\"b\":2}", as: .json, insert("c", "x")), "{\"a\":1,\"b\":2,\"c\":\"x\"}")
        expect(try edit(pretty, as: .json, remove("e")), pretty.replacing(",\n\t\"e\": {}", with: ""))
        expect(
            try edit(pretty, as: .json, remove("a")),
            pretty.replacing("\t\"a\": \"\\ud83d\\ude00\",\n", with: ""))
        expect(try edit("{\"a\":1,\"b\":2}", as: .json, remove("a")), "{\"b\":2}")
    }
}

@Suite struct Comparing {
    private func changes(_ old: String, _ new: String) throws -> [String] {
        let old = try YAMLFile(parsing: Array(old.utf8)).documents[0]
        let new = try YAMLFile(parsing: Array(new.utf8)).documents[0]
        return Document.changes(from: old, to: new).map(\.description)
    }

    @Test func valuesNotForm() throws {
        #expect(try changes("a: {b: 'x', c: 1}\n", "a:\n  c: 1\n  b: x # new\n") == [])
        #expect(try changes("a: 1\n", "a: '1'\n") == ["a"])
        #expect(
            try changes("a: {b: 1, c: [x, y]}\n", "a: {c: [x, z, w], d: {e: 1, f: {}}}\n") == [
                "a.b", "a.c[1]", "a.c[2]", "a.d.e", "a.d.f",
            ])
        #expect(try changes("a: {b: 1}\n", "a: x\n") == ["a.b", "a"])
    }

    @Test func throughAliasesAndMerges() throws {
        #expect(
            try changes("a: &x {r: 1}\nb: *x\nc: {<<: *x}\n", "a: &x {r: 2}\nb: *x\nc: {<<: *x}\n") == [
                "a.r", "b.r", "c.r",
            ])
    }
}
