import Glibc
import Secrets
import Testing

@Suite struct FilesTests {
    /// A pipe would keep its reader waiting, a device may have no end.
    @Test(.timeLimit(.minutes(1))) func onlyRegularFilesAreRead() throws {
        let folder = "/tmp/gx-files-test-\(getpid())"
        mkdir(folder, 0o700)
        defer { rmdir(folder) }
        #expect(mkfifo(folder + "/pipe", 0o600) == 0)
        defer { unlink(folder + "/pipe") }
        for path in [folder + "/pipe", "/dev/zero", folder] {
            let error = #expect(throws: SecretsError.self) { try Files.read(path) }
            #expect(error?.kind == .file)
        }
        #expect(try Files.read("/dev/null", mayBePipe: true).unwiped == [])
    }

    /// As root, a rename would put a file where the device was.
    @Test func aDeviceIsWrittenTo() throws {
        try Files.replace("/dev/null") { (sink) throws(SecretsError) in try sink.write([1, 2, 3].span) }
        var status = stat()
        #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    }
}
