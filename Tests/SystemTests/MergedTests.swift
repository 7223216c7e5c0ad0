import System
import Testing

@Suite struct MergedTests {
    @Test func oneElementStandsForAllOfItsKeyWhereTheFirstStood() {
        let rows = [("b", [1]), ("a", [2]), ("b", [3]), ("c", []), ("a", [4])]
        let merged = rows.merged(by: \.0) { $0.1 += $1.1 }
        #expect(merged.map(\.0) == ["b", "a", "c"])
        #expect(merged.map(\.1) == [[1, 3], [2, 4], []])
    }
}
