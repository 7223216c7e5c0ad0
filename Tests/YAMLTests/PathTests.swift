import Testing
import YAML

@Suite struct Paths {
    @Test(arguments: [
        "spec.template.spec.containers[name=api].image", "a[0]", "[0][1]", "*", "a.*.b", "a[*].b", "**",
        "**.env[name=FEATURE_FLAGS]", "images[name=ghcr.io/acme/api].newTag", "resources[*]?ref", ".",
        "a.\"b.c\".d", "\"app.kubernetes.io/name\"", "a.\"x\\\"y\\\\z\"", "[name=\"a]b\"]", "a.\"\"",
        "größe.x",
        "[\"a b\"=\"\"]", "**?ref", "\"**\"", "\"a*\"", "a.\"\\u202e\"",
    ])
    func describesItself(text: String) throws {
        let path = try Path(text)
        #expect(try Path(path.description) == path)
        #expect(!text.contains("\\u") || path.steps.count == 2)
        if !text.contains("\\u202e") { #expect(path.description == text) }
    }

    @Test func equalForms() throws {
        #expect(try Path("a[\"b.c\"]") == Path("a.\"b.c\""))
        #expect(try Path("a['it''s']") == Path("a.\"it's\""))
        #expect(try Path("[name='x.y']") == Path("[name=x.y]"))
        #expect(try Path("a.\"\\u00e9\\ud83d\\ude00\"").steps.last == .key("é😀"))
    }

    @Test(arguments: [
        ("", 1), ("a.", 3), ("a..b", 3), ("a[", 3), ("a[x]", 3), ("a[-1]", 3), ("a[0", 4), ("a[0]b", 5),
        ("a*", 2), ("***", 3), ("a.\"b", 3), ("a?", 3), ("a?x.y", 4), ("a[b=]", 5), ("a b", 2), (".a", 1),
    ])
    func saysWhereItStopsToMakeSense(text: String, character: Int) {
        #expect {
            try Path(text)
        } throws: {
            guard let error = $0 as? YAMLError else { return false }
            return error.code == .path && "\(error)".hasSuffix("at character \(character)")
        }
    }

    private let deployment = """
        kind: Deployment
        metadata:
          labels: {app.kubernetes.io/name: api}
        spec:
          replicas: 2
          template:
            spec:
              initContainers:
              - name: init
                image: init:1
              containers:
              - name: api
                image: api:1
                env:
                - {name: FEATURE_FLAGS, value: a}
              - name: proxy
                image: proxy:2
        """

    private func matches(_ path: String, in text: String) throws -> [String] {
        let file = try YAMLFile(parsing: Array(text.utf8))
        return try file.documents.flatMap { try Path(path).matches(in: $0) }.map { $0.string ?? "\($0.path)" }
    }

    @Test(arguments: [
        ("spec.replicas", ["2"]),
        ("spec.template.spec.containers[name=proxy].image", ["proxy:2"]),
        ("spec.template.spec.containers[1].image", ["proxy:2"]),
        ("spec.template.spec.*[*].image", ["init:1", "api:1", "proxy:2"]),
        ("**.image", ["init:1", "api:1", "proxy:2"]),
        ("**.**.image", ["init:1", "api:1", "proxy:2"]),
        ("**.env[name=FEATURE_FLAGS].value", ["a"]),
        ("metadata.labels.\"app.kubernetes.io/name\"", ["api"]),
        ("kind?ref", ["Deployment"]),
        ("**[name=api]", ["spec.template.spec.containers[0]"]),
        ("spec.nothing", []), ("kind.x", []), ("spec.template.spec.containers[2]", []), ("kind[0]", []),
    ])
    func find(path: String, expected: [String]) throws {
        #expect(try matches(path, in: deployment) == expected)
    }

    @Test func aliasesAreFollowedButNotByDeep() throws {
        let text = "a: &a {image: x}\nb: *a\nc: {<<: *a, y: 1}\n"
        #expect(try matches("b.image", in: text) == ["x"])
        #expect(try matches("c.image", in: text) == ["x"])
        #expect(try matches("**.image", in: text) == ["x"])
        #expect(try matches("*.image", in: text) == ["x"])
        #expect(try matches("*.y", in: text) == ["1"])
    }

    @Test func nodesKnowTheirPath() throws {
        let file = try YAMLFile(parsing: Array(deployment.utf8))
        for node in try Path("**").matches(in: file.documents[0]) {
            #expect(node.path.matches(in: file.documents[0]) == [node])
            #expect(try Path(node.path.description) == node.path)
        }
    }
}

@Suite struct ScalarTypes {
    @Test(arguments: [
        ("", ScalarType.null), ("~", .null), ("null", .null), ("nULL", .string), ("true", .bool),
        ("yes", .string),
        ("1", .int), ("-07", .int), ("0o17", .int), ("0x1F", .int), ("0x", .string), ("0o8", .string),
        ("1.10", .float),
        ("1.", .float), (".5", .float), (".", .string), ("-a", .string), ("1e3", .float), ("1e", .string),
        ("+.inf", .float), (".NaN", .float), ("+.nan", .string), ("1.2.3", .string), ("1_000", .string),
        ("12:30", .string),
    ])
    func coreSchema(text: String, type: ScalarType) throws {
        let file = try YAMLFile(parsing: Array("a: \(text)\nb: '\(text)'\n".utf8))
        #expect(file.documents[0].root?["a"]?.scalar?.type == type)
        #expect(file.documents[0].root?["b"]?.scalar?.type == .string)
    }
}
