import Testing
import YAML

/// Files of `NAME=value` lines.
@Suite struct VariableTests {
    private func file(_ text: String) throws -> YAMLFile {
        try YAMLFile(parsing: Array(text.utf8), as: Syntax(path: "versions.env"))
    }

    private func edit(_ name: String, _ value: String) throws -> Edit {
        .replace(path: try Path(name), with: .scalar(value))
    }

    @Test func namesAndValues() throws {
        let text = "# remark\nWEB=1.20\n\n  API=a=b \r\nALONE\nNONE="
        let root = try #require(try file(text).documents.first?.root)
        #expect(root.entries.map(\.key.string) == ["WEB", "API", "NONE"])
        #expect(root.entries.map(\.value.string) == ["1.20", "a=b ", ""])
        #expect(root["WEB"]?.scalar?.type == .string)
    }

    @Test("An edit changes the value and no other byte")
    func bytes() throws {
        let edited = try file("A=1\r\n# A=0\nWEB=1.20").applying([try edit("WEB", "1.30")])
        #expect(String(decoding: edited.bytes, as: UTF8.self) == "A=1\r\n# A=0\nWEB=1.30")
    }

    @Test("What can't stand on a line is refused")
    func refused() throws {
        #expect(throws: YAMLError.self) { try file("WEB=1\n").applying([try edit("WEB", "1\nAPI=2")]) }
        #expect(throws: YAMLError.self) { try file("WEB=1\n").applying([try edit("API", "2")]) }
    }
}
