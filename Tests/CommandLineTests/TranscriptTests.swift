import System
import Testing

/// Runs every example of README.md, docs/ and Tests/Transcripts/, and compares what gx prints with what the
/// page says. `GX_UPDATE_TRANSCRIPTS=1` writes into the pages what gx prints now: read the difference. `GX_PAGES=hooks,init`
/// runs only pages whose names have one of these words.
@Suite struct TranscriptTests {
    static func pages() throws -> [String] {
        let all =
            try ["README.md"].filter(Project.has) + Project.files(in: "docs", ".md")
            + Project.files(in: "Tests/Transcripts", ".md")
        guard let words = ProcessEnvironment()["GX_PAGES"]?.split(separator: ",") else { return all }
        return all.filter { page in words.contains { page.contains($0) } }
    }

    @Test(arguments: try pages())
    func examplesPrintWhatThePageSays(_ page: String) throws {
        let transcript = try Transcript(Project.read(page))
        let results = try Sandbox(gx: Project.gx).run(transcript.steps)
        if Project.isUpdating {
            try Project.write(page, transcript.document(with: results))
            return
        }
        for (step, result) in zip(transcript.steps, results) where result != step.result {
            Issue.record(
                """
                $ \(step.command.joined(separator: "\n"))
                -- the page says (status \(step.result.status)):
                \(step.result.output.joined(separator: "\n"))
                -- it printed (status \(result.status)):
                \(result.output.joined(separator: "\n"))
                """,
                sourceLocation: SourceLocation(
                    fileID: "gx/\(page)", filePath: Project.path(page), line: step.line, column: 1))
        }
    }
}
