import Git
import TestSupport
import Testing

@testable import gx

@Suite struct CheckedFilesTests {
    /// A tag may name a file or a folder, and no commit: what is pushed with it is looked at all the same.
    @Test func tagsOfNoCommitAreLookedAt() throws {
        let scratch = try ScratchRepository()
        try scratch.write(
            "a/key.yaml",
            "kind: Secret\napiVersion: v1\nmetadata: {name: a}\nstringData: {password: 4tb8-rk2q}\n")
        try scratch.write("a/b.yaml", "x: 1\n")
        try scratch.commit("Start")
        let none = String(repeating: "0", count: 40)
        for (name, count) in [("HEAD:a/key.yaml", 1), ("HEAD:a", 2)] {
            let id = try scratch.git("rev-parse", name)
            for line in ["\(none) \(id) refs/tags/x", "refs/tags/x \(id) refs/tags/x \(none)"] {
                let files = try CheckedFiles(scratch.repository(), .pushed(line))
                var found: [String] = []
                try files.forEachFinding { item, _ in found.append(item.path) }
                #expect(files.items.count == count && found.count == 1, "\(line)")
            }
        }
        #expect(throws: Failure.self) {
            try CheckedFiles(
                scratch.repository(), .pushed("\(none) \(String(repeating: "ab", count: 20)) refs/tags/x"))
        }
    }
}
