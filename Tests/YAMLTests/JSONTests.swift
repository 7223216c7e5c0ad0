import System
import Testing
import YAML

@Suite struct JSONValues {
    private func parse(_ text: String) throws -> JSON { try JSON(parsing: Array(text.utf8)) }

    @Test(arguments: [
        "null", "true", "[]", "{}", "-1", "0", "1.5", "\"a\"", "[1,[2,{\"a\":[]}]]",
        "{\"b\":1,\"a\":{\"c\":null}}",
        "\"\\\"\\\\\\n\\u0001/é🙂\"", "9223372036854775807", "1e+100",
    ])
    func comeBackAsWritten(text: String) throws {
        #expect(try parse(text).description == text)
    }

    @Test func escapes() throws {
        #expect(try parse(#""\u0041\u00e9\ud83d\ude00\/\b\f\n\r\t""#) == .string("Aé😀/\u{8}\u{C}\n\r\t"))
    }

    @Test func numbers() throws {
        #expect(
            try parse("[1, -0, 1.0, 1e2, 9223372036854775808]").array?.map(\.int) == [1, 0, nil, nil, nil])
        #expect(try parse("9223372036854775808").double == 9_223_372_036_854_775_808)
        #expect(try parse("7").double == 7)
        #expect(JSON.double(.infinity).description == "null")
    }

    @Test func pretty() throws {
        let value: JSON = ["a": [1, [:], []], "b": ["c": "d"]]
        #expect(
            value.pretty == """
                {
                  "a": [
                    1,
                    {},
                    []
                  ],
                  "b": {
                    "c": "d"
                  }
                }
                """)
        #expect(try parse(value.pretty) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "truex", "01", "-", "1.", ".5", "+1", "1e", "[1,]", "{\"a\":1,}", "{a:1}", "'a'",
        "[1 2]",
        "{\"a\" 1}", "\"a", "\"\t\"", #""\x""#, #""\u12""#, #""\ud800""#, #""\ud800\u0041""#, #""\udc00""#,
        "1 2", "[",
        "{\"a\":1", "// c\n1", "NaN", "{\"a\":1,\"a\":2}",
    ])
    func refused(text: String) {
        #expect(throws: YAMLError.self) { try parse(text) }
    }

    @Test func invalidUTF8IsRefused() {
        #expect(throws: YAMLError.self) { try JSON(parsing: [0x22, 0xFF, 0x22]) }
        #expect(throws: YAMLError.self) { try JSON(parsing: [0x22, 0xED, 0xA0, 0x80, 0x22]) }
    }

    @Test func fieldsAreFound() throws {
        let value = try parse(#"{"ts":"2024","n":1,"b":false,"z":null,"f":2.5}"#)
        #expect(value["ts"]?.string == "2024")
        #expect(value["n"]?.int == 1)
        #expect(value["b"]?.bool == false)
        #expect(value["z"]?.isNull == true)
        #expect(value["f"]?.double == 2.5)
        #expect(value["none"] == nil)
        #expect(value.fields?.map(\.key) == ["ts", "n", "b", "z", "f"])
    }

    @Test func nodesOfJSONHaveExactSpans() throws {
        let text = "\u{FEFF}{\n\t\"größe\": [\"\\ud83d\\ude00\", -1.5e3],\r\n\t\"x\": {}}\n"
        let file = try YAMLFile(parsing: Array(text.utf8), as: .json)
        let root = try #require(file.documents[0].root)
        let spans = [root["größe"]?[0], root["größe"]?[1], root["x"]].map {
            $0.map { String(decoding: file.bytes[$0.span], as: UTF8.self) }
        }
        #expect(spans == [#""\ud83d\ude00""#, "-1.5e3", "{}"])
        #expect(root["größe"]?[0]?.string == "😀")
    }
}
