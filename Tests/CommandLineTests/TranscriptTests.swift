import Foundation
import Testing

/// Runs every example of README.md, docs/ and Tests/Transcripts/, and compares what gx prints with what the
/// page says. `GX_UPDATE_TRANSCRIPTS=1` writes into the pages what gx prints now: read the difference.
@Suite struct TranscriptTests {
    @Test(arguments: try Project.pages)
    func examplesPrintWhatThePageSays(_ page: String) throws {
        let file = Project.root.appending(path: page)
        let transcript = try Transcript(String(contentsOf: file, encoding: .utf8))
        let results = try Sandbox(gx: Project.gx).run(transcript.steps)
        if Project.isUpdating {
            try transcript.document(with: results).write(to: file, atomically: true, encoding: .utf8)
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
                    fileID: "gx/\(page)", filePath: file.path, line: step.line, column: 1))
        }
    }
}

/// Where things are.
enum Project {
    static let root = URL(filePath: #filePath).appending(path: "../../..").standardized

    static var isUpdating: Bool {
        ProcessInfo.processInfo.environment["GX_UPDATE_TRANSCRIPTS"] == "1"
    }

    /// The program under test: `GX_BINARY`, or the one that was built beside these tests.
    static var gx: URL {
        if let path = ProcessInfo.processInfo.environment["GX_BINARY"] { return URL(filePath: path) }
        return URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "gx")
    }

    /// The Markdown pages with examples, relative to the root.
    static var pages: [String] {
        get throws {
            ["README.md"].filter { FileManager.default.fileExists(atPath: root.appending(path: $0).path) }
                + (try pages(in: "docs")) + (try pages(in: "Tests/Transcripts"))
        }
    }

    private static func pages(in folder: String) throws -> [String] {
        let path = root.appending(path: folder).path
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: path)
            .filter { $0.hasSuffix(".md") }.sorted().map { "\(folder)/\($0)" }
    }
}
