import FoundationEssentials
import Git
import System

/// The project's files, and how it is tested.
enum Project {
    /// The folder of Package.swift.
    private static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

    /// Whether files that tests compare with are to be written anew: `GX_UPDATE_TRANSCRIPTS=1`.
    static var isUpdating: Bool { ProcessEnvironment()["GX_UPDATE_TRANSCRIPTS"] == "1" }

    /// The program under test: `GX_BINARY`, or the one that was built beside these tests.
    static var gx: String {
        ProcessEnvironment()["GX_BINARY"] ?? path(besideTests: "gx")
    }

    private static func path(besideTests name: String) -> String {
        CommandLine.arguments[0].split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/" + name
    }

    /// The full path of a file.
    static func path(_ file: String) -> String { root + "/" + file }

    static func has(_ file: String) -> Bool { FileManager.default.fileExists(atPath: path(file)) }

    static func read(_ file: String) throws -> String {
        try String(contentsOfFile: path(file), encoding: .utf8)
    }

    static func write(_ file: String, _ text: String) throws {
        try text.write(toFile: path(file), atomically: true, encoding: .utf8)
    }

    /// The files of a folder whose names end so, in order; none where there is no such folder.
    static func files(in folder: String, _ suffix: String) throws -> [String] {
        guard has(folder) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: path(folder))
            .filter { $0.hasSuffix(suffix) }.sorted().map { "\(folder)/\($0)" }
    }

    /// Whether this machine has a program.
    static func canRun(_ program: String) -> Bool {
        (ProcessEnvironment()["PATH"] ?? "").split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
        }
    }
}
