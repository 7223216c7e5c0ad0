import Glibc
import Secrets
import Testing

@Suite struct FilesTests {
    /// As root, a rename would put a file where the device was.
    @Test func aDeviceIsWrittenTo() throws {
        try Files.replace("/dev/null") { (sink) throws(SecretsError) in try sink.write([1, 2, 3].span) }
        var status = stat()
        #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    }
}
