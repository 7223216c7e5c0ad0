import Git
import System
import Testing

/// The Python that has DuckDB: `GX_PYTHON`, else `python3`.
private var python: String { ProcessEnvironment()["GX_PYTHON"] ?? "python3" }

private var hasDuckDB: Bool {
    (try? Subprocess(python, ["-c", "import duckdb"], purpose: "test").run())?.status == 0
}

/// What `docs/leadtime.md` says to ask a warehouse has the answers of `gx leadtime`.
@Suite(.enabled(if: hasDuckDB)) struct WarehouseTests {
    @Test func duckDBAgrees() throws {
        let output = try Subprocess(
            python, [Project.path("Tests/Proofs/leadtime_duckdb.py"), Project.gx], purpose: "test"
        ).run()
        #expect(output.status == 0, "\(output.text)\(output.message)")
    }
}
