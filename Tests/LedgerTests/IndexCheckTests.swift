import Git
import Manifests
import System
import TestSupport
import Testing

@testable import Ledger

/// Index files that were made on purpose, with the checksum that they should have.
@Suite struct IndexCheckTests {
    private static func repaired(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for index in 32..<40 { bytes[index] = 0 }
        var checksum = Checksum()
        // The header first, and then all that follows it: the lanes begin anew with each.
        for part in [bytes[..<40], bytes[40...]] {
            unsafe part.withUnsafeBytes { unsafe checksum.add($0) }
        }
        for index in 0..<8 { bytes[32 + index] = UInt8(truncatingIfNeeded: checksum.value >> (8 * index)) }
        return bytes
    }

    /// Whatever four bytes say: the index holds, or is as good as none.
    @Test func wildNumbersLeadNowhere() throws {
        let scratch = try ScratchRepository(
            configuration: """
                version: 1
                environments: { dev: {}, prod: { after: dev } }
                layout: ["envs/{env}/{app}/**"]

                """)
        for version in 1...4 {
            for environment in ["dev", "prod"] {
                try scratch.write(
                    "envs/\(environment)/api/values.yaml",
                    "image: { repository: x.io/api, tag: v\(version) }\n")
                try scratch.commit("PROJ-\(version): v\(version) to \(environment) (#\(version))")
            }
        }
        _ = try scratch.ledger(index: true)
        let path = scratch.path + "/.git/gx/ledger"
        let good = try #require(try readFile(path))
        #expect(Self.repaired(good) == good)
        let wild: [[UInt8]] = [
            [255, 255, 255, 255], [0, 0, 0, 128], [255, 255, 255, 127], [7, 0, 0, 0], [0, 1, 0, 0],
        ]
        for offset in stride(from: 40, to: good.count - 4, by: 4) {
            var bytes = good
            bytes.replaceSubrange(offset..<offset + 4, with: wild[offset / 4 % wild.count])
            try scratch.folder.write(path, Self.repaired(bytes))
            let ledger = try scratch.ledger(index: true)
            for number in 0..<ledger.count {
                _ = ledger[number]
                _ = ledger.mentions(of: number)
            }
        }
    }
}
