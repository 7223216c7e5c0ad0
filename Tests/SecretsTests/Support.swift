import Foundation

@testable import Secrets

/// A folder of its own for one test, removed afterwards.
final class Scratch {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "gx-secrets-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

    func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: file(name))))
    }

    func text(_ name: String) throws -> String { String(decoding: try read(name), as: UTF8.self) }
}

struct Outcome {
    let status: Int32
    let output: [UInt8]
    let error: String
    var text: String { String(decoding: output, as: UTF8.self) }
}

/// Runs a program of the system on its own, with a small environment.
func run(_ arguments: String..., input: [UInt8] = [], environment: [String: String] = [:]) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C"].merging(environment) { $1 }
    let scratch = try Scratch()
    let stdin = try scratch.write("stdin", input)
    try scratch.write("stdout", "")
    try scratch.write("stderr", "")
    process.standardInput = FileHandle(forReadingAtPath: stdin)
    process.standardOutput = FileHandle(forWritingAtPath: scratch.file("stdout"))
    process.standardError = FileHandle(forWritingAtPath: scratch.file("stderr"))
    try process.run()
    process.waitUntilExit()
    return Outcome(
        status: process.terminationStatus, output: try scratch.read("stdout"),
        error: try scratch.text("stderr"))
}

func isInstalled(_ program: String) -> Bool {
    (try? run("sh", "-c", "command -v \(program)").status) == 0
}

func secret(_ bytes: [UInt8]) -> SecretBytes { SecretBytes(copying: bytes.span) }
func secret(_ text: String) -> SecretBytes { secret(Array(text.utf8)) }

extension SecretBytes {
    var array: [UInt8] { withSpan { span in span.indices.map { span[$0] } } }
    var text: String { String(decoding: array, as: UTF8.self) }
}

/// Bytes that look random and are the same every time.
func sample(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 33)
    }
}

func encrypt(_ bytes: [UInt8], to recipients: [any AgeRecipient], armor: Bool = false) throws -> [UInt8] {
    let sink = MemorySink()
    try AgeFile.encrypt(from: MemorySource(secret(bytes)), to: sink, recipients: recipients, armor: armor)
    return sink.bytes.array
}

func decrypt(_ bytes: [UInt8], with identities: [any AgeIdentity]) throws -> [UInt8] {
    let sink = MemorySink()
    try AgeFile.decrypt(from: MemorySource(secret(bytes)), to: sink, identities: identities)
    return sink.bytes.array
}
