import Foundation
import System
import Testing

@testable import Secrets
@testable import YAML

/// Files that the reference program wrote, where `GX_SOPS_FIXTURES` names their folder.
@Suite(.enabled(if: Fixture.folder != nil)) struct SopsFixtureTests {
    @Test(arguments: Fixture.all) func decryptsToWhatItsProgramPrints(fixture: Fixture) throws {
        let open = try fixture.open()
        let plain = try open.plaintext().array
        #expect(try fixture.isSame(plain, fixture.expected), "\(String(decoding: plain, as: UTF8.self))")
    }

    @Test(arguments: Fixture.all) func strangersDoNotReadIt(fixture: Fixture) throws {
        var strangers = Identities()
        strangers.all = [try X25519.Identity.generate()]
        let file = try SopsFile(parsing: fixture.bytes, as: fixture.format)
        let error = #expect(throws: SecretsError.self) { try file.open(with: strangers) }
        #expect(error?.kind == .noMatch)
    }
}

struct Fixture: CustomTestStringConvertible {
    static var folder: String? { ProcessInfo.processInfo.environment["GX_SOPS_FIXTURES"] }

    let version: String
    let name: String

    static var all: [Fixture] {
        guard let folder else { return [] }
        return ["3.9.4", "3.13.1"].flatMap { version in
            ((try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(version)")) ?? []).sorted()
                .filter { $0 != "decrypted" }.map { Fixture(version: version, name: $0) }
        }
    }

    var testDescription: String { "\(version)/\(name)" }
    var format: FileFormat { FileFormat(path: name) }
    var bytes: [UInt8] { get throws { try Self.read("\(version)/\(name)") } }
    var expected: [UInt8] { get throws { try Self.read("\(version)/decrypted/\(name)") } }

    static func read(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder ?? "")/\(path)")))
    }

    static func identities(_ names: [String] = ["alice", "bob"]) throws -> Identities {
        var identities = Identities()
        for name in names {
            identities.add(
                try Identities.read(file: "\(folder ?? "")/identities/\(name).txt") { _ in
                    secret("")
                })
        }
        return identities
    }

    func open() throws -> OpenFile {
        try SopsFile(parsing: bytes, as: format).open(with: Self.identities())
    }

    /// Whether both files have the same values, whatever their style.
    func isSame(_ a: [UInt8], _ b: [UInt8]) throws -> Bool {
        switch format {
        case .yaml, .json:
            let syntax: Syntax = format == .json ? .json : .yaml
            func values(_ bytes: [UInt8]) throws -> [JSON] {
                try YAMLFile(parsing: bytes, as: syntax).documents.compactMap { $0.root.map { JSON($0) } }
            }
            return try values(a) == values(b)
        case .dotenv, .ini, .binary: return a == b
        }
    }
}
