import Terminal
import Testing

/// Several tables as one.
@Suite struct JoinedTableTests {
    private func table(_ titles: [String], _ rows: [String]...) -> Table {
        Table(rows, titles.indices.map { index in Column(titles[index]) { Text($0[index]) } })
    }

    private func lines(_ table: Table) -> [String] {
        table.rendered(color: false).split(separator: "\n").map(String.init)
    }

    @Test func aColumnThatSomeHaveStandsWhereTheyHaveIt() {
        let joined = Table.joined(
            [
                ("a", table(["APP", "dev", "prod"], ["api", "2", "1"])),
                ("b", table(["APP", "dev", "qa", "prod", "dr"], ["pay", "4", "3", "2", "1"])),
            ], as: "REPOSITORY")
        #expect(
            lines(joined) == [
                "REPOSITORY  APP  dev  qa  prod  dr", "a           api  2        1",
                "b           pay  4    3   2     1",
            ])
    }

    @Test func columnsOfOneTitleStayApart() {
        let joined = Table.joined(
            [("a", table(["AT", "AT"], ["1", "2"])), ("b", table(["AT", "AT"], ["3", "4"]))], as: "OF")
        #expect(lines(joined) == ["OF  AT  AT", "a   1   2", "b   3   4"])
    }

    @Test func newestFirstKeepsRowsOfOneTimeAsTheyAre() {
        let times = table(["TIME", "N"], ["10", "a"], ["12", "b"], ["10", "c"], ["12", "d"])
        #expect(
            lines(times.newestFirst(by: "TIME")) == ["TIME  N", "12    b", "12    d", "10    a", "10    c"])
        #expect(lines(times.newestFirst(by: "TIME", limit: 1)) == ["TIME  N", "12    b"])
    }
}
