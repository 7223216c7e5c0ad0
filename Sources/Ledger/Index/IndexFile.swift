internal import Git
internal import Glibc

/// The ledger on disk, little-endian as every machine that gx runs on: a header, then the tables, each at a
/// multiple of eight bytes. A file that is damaged, truncated, or of another version is as good as none.
enum IndexFile {
    private struct Header: BitwiseCopyable {
        /// `gxledger`
        var magic: UInt64 = 0x7265_6765_6c78_6767
        var version: UInt64 = 2
        var configuration: UInt64
        /// Of all that follows the header, and of the header without this field.
        var checksum: UInt64
        var sizes:
            (
                UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64,
                UInt64,
                UInt64
            )
        var reserved: UInt64 = 0
    }

    /// - Parameter configuration: What the tables depend on besides history: a file of another is as good as none.
    static func read(_ path: String, configuration: UInt64) -> Tables? {
        guard let file = MappedFile(path), file.count >= MemoryLayout<Header>.size else { return nil }
        let header = file.load(0, as: Header.self)
        let expected = Header(configuration: configuration, checksum: 0, sizes: header.sizes)
        guard header.magic == expected.magic, header.version == expected.version,
            header.configuration == configuration, file.count % 8 == 0
        else { return nil }
        var checksum = Checksum()
        unsafe checksum.add(file.bytes(MemoryLayout<Header>.size..<file.count))
        guard header.checksum == checksum.value ^ sum(header) else { return nil }
        var tables = Tables()
        var position = MemoryLayout<Header>.size
        func column<Row>(_ size: UInt64, _ type: Row.Type) -> Column<Row>? {
            guard size <= UInt64(file.count - position) else { return nil }
            defer { position += (Int(size) + 7) / 8 * 8 }
            return Column(file, position..<position + Int(size))
        }
        let sizes = header.sizes
        guard let places = column(sizes.0, PlaceRow.self), let commits = column(sizes.1, CommitRow.self),
            let deployments = column(sizes.2, DeploymentRow.self),
            let series = column(sizes.3, SeriesRow.self),
            let mentions = column(sizes.4, MentionRow.self), let states = column(sizes.5, UInt32.self),
            let pinned = column(sizes.6, PinnedRow.self), let strings = column(sizes.7, UInt32.self),
            let text = column(sizes.8, UInt8.self), let units = column(sizes.9, UnitRow.self),
            let uses = column(sizes.10, UInt32.self), let stringPlaces = column(sizes.11, UInt32.self),
            let statePlaces = column(sizes.12, UInt32.self)
        else { return nil }
        tables.places = places
        tables.commits = commits
        tables.deployments = deployments
        tables.series = series
        tables.mentions = mentions
        tables.states = states
        tables.pinned = pinned
        tables.strings = strings
        tables.text = text
        tables.units = units
        tables.uses = uses
        tables.stringPlaces = Lookup(slots: stringPlaces)
        tables.statePlaces = Lookup(slots: statePlaces)
        return tables
    }

    /// Writes a file beside `path` and renames it: whoever reads meanwhile has the old one or the new one whole.
    static func write(_ tables: Tables, to path: String, configuration: UInt64) throws(GitError) {
        var body: [UInt8] = []
        body.reserveCapacity(tables.commits.count * 80 + tables.text.count + 4096)
        func add<Row>(_ column: Column<Row>) -> UInt64 {
            let start = body.count
            unsafe column.write { unsafe body.append(contentsOf: $0) }
            let size = body.count - start
            body.append(contentsOf: repeatElement(0, count: (8 - size % 8) % 8))
            return UInt64(size)
        }
        var header = Header(
            configuration: configuration, checksum: 0,
            sizes: (
                add(tables.places), add(tables.commits), add(tables.deployments), add(tables.series),
                add(tables.mentions), add(tables.states), add(tables.pinned), add(tables.strings),
                add(tables.text), add(tables.units), add(tables.uses), add(tables.stringPlaces.slots),
                add(tables.statePlaces.slots)
            ))
        var checksum = Checksum()
        unsafe body.withUnsafeBytes { unsafe checksum.add($0) }
        header.checksum = checksum.value ^ sum(header)
        let temporary = "\(path).\(getpid())"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw GitError.system("write \(temporary)") }
        let isWritten =
            unsafe withUnsafeBytes(of: header) { unsafe writeAll($0, to: descriptor) }
            && body.withUnsafeBytes { unsafe writeAll($0, to: descriptor) }
        let isClosed = close(descriptor) == 0
        guard isWritten, isClosed, unsafe rename(temporary, path) == 0 else {
            let error = GitError.system("write \(path)")
            unsafe unlink(temporary)
            throw error
        }
    }

    private static func sum(_ header: Header) -> UInt64 {
        var header = header
        header.checksum = 0
        var checksum = Checksum()
        unsafe withUnsafeBytes(of: header) { unsafe checksum.add($0) }
        return checksum.value
    }

    private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var rest = unsafe bytes
        while rest.count > 0 {
            let count = unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            unsafe rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return true
    }
}
