import System
import Testing

/// What the fuzzers begin with is what gx reads; else they would try nothing.
@Suite struct SeedTests {
    private static let fuzzers = secretsFuzzers.merging(repositoryFuzzers) { first, _ in first }

    @Test(arguments: fuzzers.keys.sorted().filter { $0 != "index" && $0 != "builds" })
    func seedsAreRead(of name: String) throws {
        let folder = String(#filePath.dropLast("SeedTests.swift".count)) + "seeds/\(name)"
        let seeds = fileNames(in: folder)
        #expect(!seeds.isEmpty)
        let fuzzer = try #require(Self.fuzzers[name])
        for seed in seeds {
            let isRead = fuzzer(try #require(try readFile("\(folder)/\(seed)")))
            #expect(isRead, "\(name)/\(seed)")
        }
    }

    @Test func indexesThatAreWrittenAreRead() throws {
        for (name, seeds) in try indexSeeds() {
            let fuzzer = try #require(Self.fuzzers[name])
            #expect(seeds.count == 2)
            for (seed, bytes) in seeds {
                let isRead = fuzzer(bytes)
                #expect(isRead, "\(name)/\(seed)")
            }
        }
    }

    @Test func whatIsNothingIsNotRead() {
        for (name, fuzzer) in Self.fuzzers where name != "messages" {
            let isRead = fuzzer([])
            #expect(!isRead, "\(name)")
        }
    }
}
