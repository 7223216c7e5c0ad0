import Testing

@testable import gx

/// The documents for programs are listed in docs/formats.md, and their keys are spelled in one way. What they say is
/// held by transcripts.
@Suite struct SchemaTests {
    @Test func eachDocumentIsInTheReference() throws {
        let text = try Project.read("docs/formats.md")
        for schema in Schema.allCases {
            #expect(text.contains("`\(schema.rawValue)`"), "\(schema.rawValue) is not in docs/formats.md")
        }
    }

    @Test func noKeyOfAnAnswerHasTwoWordsWithALineBetween() throws {
        let transcripts = try Project.files(in: "Tests/Transcripts", ".md") + Project.files(in: "docs", ".md")
        let keys = try transcripts.flatMap { file in
            try Project.read(file).matches(of: #/"(?<key>[a-z]+_[a-z_]+)": /#).map { String($0.key) }
        }
        #expect(Set(keys).subtracting(["takes_away"]) == [])
    }
}
