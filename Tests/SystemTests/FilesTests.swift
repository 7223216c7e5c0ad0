import System
import TestSupport
import Testing

@Suite struct FilesTests {
    @Test func onlyRegularFilesAreRead() throws {
        let folder = ScratchFolder()
        try folder.write(folder.path + "/file", "text".utf8)
        try folder.run("mkfifo", [folder.path + "/pipe"])
        try folder.run("ln", ["-s", "/dev/zero", folder.path + "/zero"])
        #expect(try readFile(folder.path + "/file") == Array("text".utf8))
        #expect(try readFile(folder.path + "/none") == nil)
        for name in ["pipe", "zero", "."] {
            #expect(throws: SystemError.self) { try readFile(folder.path + "/" + name) }
        }
        #expect(throws: SystemError.self) { try readFile(folder.path + "/file", limit: 3) }
        #expect(throws: SystemError.self) { try readFile("/dev/zero", mayBePipe: true, limit: 100_000) }
    }
}
