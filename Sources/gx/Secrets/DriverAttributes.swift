import Git
import Glibc
import Secrets

/// The lines of `.git/info/attributes` that give encrypted files their diff and merge drivers: a part of the file
/// between two marks, so that what others wrote there stays.
struct DriverAttributes {
    private static let begin = "# begin: gx secrets install"
    private static let end = "# end: gx secrets install"

    private let file: String

    init(_ repository: Repository) { file = "\(repository.commonDirectory)/info/attributes" }

    /// Puts these files, by their paths in the repository, in the place of those that were there.
    func write(_ paths: [String]) throws {
        try write(read().others, paths.map(Self.line))
    }

    /// Adds a file, if the clone is set up.
    func add(_ path: String) throws {
        let (others, own) = try read()
        guard let own, !own.contains(Self.line(path)) else { return }
        try write(others, own + [Self.line(path)])
    }

    /// The lines of others, and gx's own; nil where there is no such part.
    private func read() throws -> (others: [String], own: [String]?) {
        guard Files.exists(file) else { return ([], nil) }
        let text = try String(decoding: Files.read(file).unwiped, as: UTF8.self)
        var others: [String] = []
        var own: [String]?
        var isOwn = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            switch line {
            case Self.begin: (isOwn, own) = (true, [])
            case Self.end where isOwn: isOwn = false
            default: if isOwn { own?.append(line) } else { others.append(line) }
            }
        }
        while others.last == "" { others.removeLast() }
        return (others, own)
    }

    private func write(_ others: [String], _ own: [String]) throws {
        let lines = others + [Self.begin] + own + [Self.end, ""]
        _ = unsafe mkdir(String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)]), 0o777)
        try Files.replace(file) { (sink) throws(SecretsError) in
            try sink.write(Array(lines.joined(separator: "\n").utf8).span)
        }
    }

    private static func line(_ path: String) -> String {
        "\(pattern(path)) diff=gx-secrets merge=gx-secrets"
    }

    /// A path as a pattern that means only itself, quoted as in C.
    private static func pattern(_ path: String) -> String {
        var text = "/"
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["):
                text += "\\\\\(Character(UnicodeScalar(byte)))"
            case UInt8(ascii: "\\"): text += "\\\\\\\\"
            case UInt8(ascii: "\""): text += "\\\""
            case 0x21...0x7E, 0x20: text.unicodeScalars.append(UnicodeScalar(byte))
            default:
                let octal = String(byte, radix: 8)
                text += "\\" + String(repeating: "0", count: 3 - octal.count) + octal
            }
        }
        return "\"\(text)\""
    }
}
