internal import Git
internal import Glibc
internal import System

/// What can be kept in an index file.
protocol IndexContent {
    init()
    /// Visits the columns in the order in which files have them.
    mutating func visit(_ visitor: inout some ColumnVisitor)
    /// Visits those of which a file has all rows or none.
    mutating func visitPlaces(_ visitor: inout some ColumnVisitor)
    /// Before all is written anew.
    mutating func settle()
    /// Whether what a file holds leads nowhere but into itself.
    var isSound: Bool { get }
}

/// Tables on disk, little-endian as every machine that gx runs on: a base, and a file with what came since, which
/// is written anew until it is worth a new base. Each is a header, the sizes of its columns, and their rows, each column
/// at a multiple of eight bytes. A file that is damaged, truncated, of another version, or that follows another base is
/// as good as none.
struct IndexFile<Content: IndexContent> {
    private typealias Header = IndexFileHeader

    /// What a file says of a column.
    private struct Size: BitwiseCopyable {
        /// How many rows of the file before stay.
        var kept: UInt64
        /// Of its own rows.
        var bytes: UInt64
    }

    private let name: String
    private let path: String
    private let configuration: UInt64
    /// What the tables were read from.
    private var base: (file: MappedFile, checksum: UInt64)?

    /// - Parameters:
    ///   - name: The file's.
    ///   - configuration: What the tables depend on besides history.
    init(_ name: String, in folder: String, configuration: UInt64) {
        let path = "\(folder)/\(name)"
        // The first configuration has the plain name, any other one a file of its own. What is damaged is nobody's.
        let isOthers =
            Self.configuration(of: path).map { other in
                other != configuration && Self.open(path, of: other, after: 0) != nil
            } ?? false
        self.path = isOthers ? "\(path)-\(String(configuration, radix: 16))" : path
        (self.name, self.configuration) = (name, configuration)
    }

    /// The configuration that a file is for; nil where there is no such file.
    private static func configuration(of path: String) -> UInt64? {
        guard let file = MappedFile(path), file.count >= MemoryLayout<Header>.size else { return nil }
        let header = file.load(0, as: Header.self)
        let current = Header(configuration: 0, base: 0)
        return header.magic == current.magic && header.version == current.version ? header.configuration : nil
    }

    /// Lets the oldest indexes of other configurations go, beyond four.
    private func forgetOthers() {
        let (folder, own) =
            path.lastIndex(of: "/").map {
                (String(path[..<$0]), String(path[path.index(after: $0)...]))
            } ?? (".", path)
        let bases = fileNames(in: folder).filter {
            ($0 == name || $0.hasPrefix("\(name)-")) && !$0.hasSuffix("-news") && !$0.contains(".")
        }
        guard bases.count > 4 else { return }
        let others = bases.filter { $0 != own }.map {
            (name: $0, time: modificationTime(of: "\(folder)/\($0)"))
        }
        .sorted { ($0.time ?? 0, $0.name) > ($1.time ?? 0, $1.name) }
        for other in others.dropFirst(3) {
            unsafe unlink("\(folder)/\(other.name)")
            unsafe unlink("\(folder)/\(other.name)-news")
        }
    }

    private var pathOfNews: String { path + "-news" }

    // MARK: Reading

    /// The tables; nil where there are none that hold.
    mutating func read() -> Content? {
        guard let (first, checksum) = Self.open(path, of: configuration, after: 0) else { return nil }
        guard let tables = Self.content(of: first) else { return nil }
        var extended = tables
        if let (file, _) = Self.open(pathOfNews, of: configuration, after: checksum) {
            var reader = Reader(file)
            extended.visit(&reader)
            // What goes on from a base is checked with it, once.
            if !reader.isDamaged, extended.isSound {
                base = (first, checksum)
                return extended
            }
        }
        guard tables.isSound else { return nil }
        base = (first, checksum)
        return tables
    }

    /// What a base holds, sound or not; nil where its columns are not there.
    private static func content(of base: MappedFile) -> Content? {
        var content = Content()
        var reader = Reader(base)
        content.visit(&reader)
        content.visitPlaces(&reader)
        return reader.isDamaged ? nil : content
    }

    /// What the bytes of a base hold that came from elsewhere; nil where that does not hold.
    static func content(of bytes: [UInt8], configuration: UInt64) -> Content? {
        guard let file = MappedFile(bytes), let (base, _) = check(file, of: configuration, after: 0),
            let content = content(of: base), content.isSound
        else { return nil }
        return content
    }

    private static func open(
        _ path: String, of configuration: UInt64, after base: UInt64
    ) -> (file: MappedFile, checksum: UInt64)? {
        MappedFile(path).flatMap { check($0, of: configuration, after: base) }
    }

    private static func check(
        _ file: MappedFile, of configuration: UInt64, after base: UInt64
    ) -> (file: MappedFile, checksum: UInt64)? {
        guard file.count >= MemoryLayout<Header>.size, file.count % 8 == 0 else {
            return nil
        }
        let header = file.load(0, as: Header.self)
        let expected = Header(configuration: configuration, base: base)
        guard header.magic == expected.magic, header.version == expected.version,
            header.configuration == configuration, header.base == base
        else { return nil }
        var checksum = Checksum(of: header)
        unsafe checksum.add(file.bytes(MemoryLayout<Header>.size..<file.count))
        return checksum.value == header.checksum ? (file, header.checksum) : nil
    }

    /// Gives columns what a file says of them.
    private struct Reader: ColumnVisitor {
        private let file: MappedFile
        private var position = MemoryLayout<Header>.size
        private(set) var isDamaged = false

        init(_ file: MappedFile) { self.file = file }

        mutating func visit<Row>(_ column: inout Column<Row>) {
            let start = position + MemoryLayout<Size>.size
            guard !isDamaged, start <= file.count, case let size = file.load(position, as: Size.self),
                size.bytes <= UInt64(file.count - start), size.kept <= UInt64(column.count),
                column.take(keeping: Int(size.kept), from: file, start..<start + Int(size.bytes))
            else {
                isDamaged = true
                return
            }
            position = start + (Int(size.bytes) + 7) / 8 * 8
        }
    }

    // MARK: Writing

    /// Writes what came since the base, or all of it where that is much.
    func write(_ tables: Content) throws(SystemError) {
        var tables = tables
        if let base {
            var news = Writer(after: base.file)
            tables.visit(&news)
            if news.bytes.count <= base.file.count / 4 {
                return try write(news.bytes, to: pathOfNews, after: base.checksum)
            }
        }
        try write(Self.body(of: tables), to: path, after: 0)
        forgetOthers()
    }

    private static func body(of content: Content) -> [UInt8] {
        var content = content
        var all = Writer(after: nil)
        content.settle()
        content.visit(&all)
        content.visitPlaces(&all)
        return all.bytes
    }

    /// The bytes of a base, to be read elsewhere.
    static func bytes(of content: Content, configuration: UInt64) -> [UInt8] {
        let body = body(of: content)
        let header = header(body, configuration, after: 0)
        return unsafe withUnsafeBytes(of: header) { unsafe Array($0) } + body
    }

    private static func header(_ body: [UInt8], _ configuration: UInt64, after base: UInt64) -> Header {
        var header = Header(configuration: configuration, base: base)
        var checksum = Checksum(of: header)
        unsafe body.withUnsafeBytes { unsafe checksum.add($0) }
        header.checksum = checksum.value
        return header
    }

    /// Takes down what columns have besides the rows of a file.
    private struct Writer: ColumnVisitor {
        private let base: MappedFile?
        private(set) var bytes: [UInt8] = []

        init(after base: MappedFile?) { self.base = base }

        mutating func visit<Row>(_ column: inout Column<Row>) {
            let kept = base.map { column.kept(from: $0) } ?? 0
            let size = Size(
                kept: UInt64(kept), bytes: UInt64((column.count - kept) * MemoryLayout<Row>.stride))
            unsafe withUnsafeBytes(of: size) { unsafe bytes.append(contentsOf: $0) }
            column.withRows(in: kept..<column.count) { rows in
                unsafe rows.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
            }
            bytes.append(contentsOf: repeatElement(0, count: -bytes.count & 7))
        }
    }

    /// Writes a file beside `path` and renames it: whoever reads meanwhile has the old one or the new one whole.
    private func write(_ body: [UInt8], to path: String, after base: UInt64) throws(SystemError) {
        let header = Self.header(body, configuration, after: base)
        let temporary = "\(path).\(getpid())"
        let descriptor = unsafe Glibc.open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemError.system("write \(temporary)") }
        let isWritten =
            unsafe withUnsafeBytes(of: header) { unsafe Self.writeAll($0, to: descriptor) }
            && body.withUnsafeBytes { unsafe Self.writeAll($0, to: descriptor) }
        let isClosed = close(descriptor) == 0
        guard isWritten, isClosed, unsafe rename(temporary, path) == 0 else {
            let error = SystemError.system("write \(path)")
            unsafe unlink(temporary)
            throw error
        }
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

struct IndexFileHeader: BitwiseCopyable {
    /// Raised whenever what is written, or what it says of the same history, is another.
    static let currentVersion: UInt64 = 10

    /// `gxledger`
    var magic: UInt64 = 0x7265_6765_6c78_6767
    var version = currentVersion
    /// What the tables depend on besides history: a file of another is as good as none.
    var configuration: UInt64
    /// The checksum of the file that this one goes on from; 0 for a base.
    var base: UInt64
    /// Of all that follows the header, and of the header without this field.
    var checksum: UInt64 = 0
}

extension Checksum {
    /// Begins with a header, without what it says of the checksum.
    fileprivate init(of header: IndexFileHeader) {
        var header = header
        header.checksum = 0
        self.init()
        unsafe withUnsafeBytes(of: header) { unsafe add($0) }
    }
}
