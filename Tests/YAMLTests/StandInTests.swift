import Testing
import YAML

/// What stands in the place of a file is called so.
@Suite struct StandInTests {
    @Test func namesConflicts() {
        let text = "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> other\n"
        let error = #expect(throws: YAMLError.self) { try YAMLFile(parsing: Array(text.utf8)) }
        #expect(error?.code == .conflict && error?.position == Position(line: 2, column: 1))
    }

    @Test(arguments: [
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "\0GITCRYPT\0\u{1}\u{2}",
    ])
    func namesStandIns(_ text: String) {
        let error = #expect(throws: YAMLError.self) { try YAMLFile(parsing: Array(text.utf8)) }
        #expect(error?.code == .stored && error?.hint != nil)
    }
}
