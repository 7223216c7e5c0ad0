import System
import TestSupport
import Testing

@testable import Ledger

@Suite struct ColumnTests {
    /// What gx writes has no rows that begin in the file and end behind it; a crafted file may.
    @Test func rowsThatAFileBeginsAndOthersEndAreRead() throws {
        let folder = ScratchFolder()
        try folder.write(folder.path + "/column", [1, 2, 3, 4, 5, 6, 7, 8])
        let file = try #require(MappedFile(folder.path + "/column"))
        var column = Column<UInt8>()
        let isTaken = column.take(keeping: 0, from: file, 0..<4)
        #expect(isTaken)
        column.append(contentsOf: [50, 60])
        #expect(column.withRun(2..<6) { rows in rows.indices.map { rows[$0] } } == [3, 4, 50, 60])
        #expect(column.withRun(1..<3) { rows in rows.indices.map { rows[$0] } } == [2, 3])
        #expect(column.withRun(4..<6) { rows in rows.indices.map { rows[$0] } } == [50, 60])
    }
}
