import Foundation
import Testing

@testable import Secrets

/// The published age test vectors, where `GX_AGE_VECTORS` names their folder.
@Suite(.enabled(if: AgeVector.folder != nil)) struct AgeVectorTests {
    @Test func everyVectorGivesItsOutcome() throws {
        let vectors = try AgeVector.all()
        #expect(!vectors.isEmpty)
        for vector in vectors {
            if vector.isPostQuantum {
                #expect(throws: SecretsError.self, "\(vector.name)") { try vector.parsedIdentities() }
                continue
            }
            let sink = MemorySink()
            var outcome = "success"
            do throws(SecretsError) {
                let file = MemorySource(secret(vector.file))
                let source: any ByteSource = vector.isArmored ? ArmorSource(Input(file)) : file
                try AgeFile.decrypt(from: source, to: sink, identities: vector.parsedIdentities())
            } catch {
                outcome = error.expectation
            }
            #expect(outcome == vector.field("expect").first, "\(vector.name)")
            if let payload = vector.field("payload").first {
                let digest = Crypto.sha256(sink.bytes.array.span).map { String(format: "%02x", $0) }.joined()
                #expect(digest == payload, "\(vector.name)")
            }
        }
    }

    @Test func postQuantumIsRefusedByName() throws {
        let hybrid = try AgeVector.all().filter(\.isPostQuantum)
        #expect(!hybrid.isEmpty)
        for vector in hybrid {
            let error = #expect(throws: SecretsError.self) { try vector.parsedIdentities() }
            #expect(
                error?.kind == .unsupported && error?.message.contains("post-quantum") == true,
                "\(vector.name)")
        }
    }
}

private struct AgeVector {
    static var folder: String? { ProcessInfo.processInfo.environment["GX_AGE_VECTORS"] }

    let name: String
    let fields: [(key: String, value: String)]
    let file: [UInt8]

    static func all() throws -> [AgeVector] {
        let folder = folder ?? ""
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map {
            try AgeVector(name: $0, bytes: Array(Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)"))))
        }
    }

    init(name: String, bytes: [UInt8]) throws {
        self.name = name
        var fields: [(String, String)] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 10) {
            let line = String(decoding: rest[..<end], as: UTF8.self)
            rest = rest[(end + 1)...]
            guard let colon = line.firstRange(of: ": ") else { break }
            fields.append((String(line[..<colon.lowerBound]), String(line[colon.upperBound...])))
        }
        self.fields = fields
        let isCompressed = fields.contains { $0 == ("compressed", "zlib") }
        let inflate = "undef $/; binmode STDIN; binmode STDOUT; print uncompress(<STDIN>)"
        file =
            isCompressed
            ? try run("perl", "-MCompress::Zlib", "-e", inflate, input: Array(rest)).output : Array(rest)
    }

    func field(_ key: String) -> [String] { fields.filter { $0.key == key }.map(\.value) }

    var isArmored: Bool { field("armored") == ["yes"] }
    var isPostQuantum: Bool { field("identity").contains { $0.hasPrefix("AGE-SECRET-KEY-PQ-") } }

    func parsedIdentities() throws(SecretsError) -> [any AgeIdentity] {
        var identities: [any AgeIdentity] = []
        for text in field("identity") { identities.append(try Identities.parse(text)) }
        return identities + field("passphrase").map { Scrypt.Identity(secret($0)) }
    }
}

extension SecretsError {
    /// The word that the vectors have for it.
    fileprivate var expectation: String {
        switch kind {
        case .header: "header failure"
        case .headerMAC: "HMAC failure"
        case .payload: "payload failure"
        case .armor: "armor failure"
        case .noMatch: "no match"
        default: "\(kind): \(message)"
        }
    }
}
