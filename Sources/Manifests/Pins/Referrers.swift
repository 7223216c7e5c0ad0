internal import Git
internal import System

/// Which kustomizations lead to a file.
///
/// A repository has thousands, and to parse them all takes longer than everything else that a promotion does. But
/// text that leads somewhere has to end in its name, so a look at their bytes leaves few to be read.
final class Referrers {
    private let checkout: Checkout
    private lazy var kustomizations = findKustomizations()
    /// What the kustomizations name that had to be read, by folder.
    private var references: [String: Set<String>] = [:]

    private struct Candidate {
        let path: String
        let text: Text
        var folder: String { FilePath.folder(of: path) }
    }

    init(_ checkout: Checkout) {
        self.checkout = checkout
    }

    /// The folders whose kustomizations are made of a file, directly or through others.
    func folders(using file: String) throws -> Set<String> {
        var found: Set<String> = []
        var open = [file]
        // A plugin may name values and patches.
        let isForPlugins = !Kustomization.isKustomization(file)
        if !isForPlugins {
            open.append(FilePath.folder(of: file))
            found.insert(FilePath.folder(of: file))
        }
        while let target = open.popLast() {
            let paths = Targets(of: target, in: checkout)
            for candidate in try kustomizations.get() {
                let text = candidate.text
                let mayLead =
                    text.isOpaque || text.hasPlugins && isForPlugins && target == file
                    || paths.mayBeNamed(in: text.bytes, of: candidate.path)
                guard mayLead, case let folder = candidate.folder, !found.contains(folder),
                    try references(of: folder).contains(target)
                else { continue }
                found.insert(folder)
                open.append(folder)
            }
        }
        return found
    }

    private func references(of folder: String) throws -> Set<String> {
        if let known = references[folder] { return known }
        let found = try Kustomization.read(folder, in: checkout)?.references(in: checkout) ?? []
        references[folder] = Set(found)
        return Set(found)
    }

    private func findKustomizations() -> Result<[Candidate], any Error> {
        Result {
            let files = checkout.blobs(where: Kustomization.isKustomization)
            let texts = try Text.all(files.map(\.id), in: checkout)
            return files.compactMap { path, id in texts[id].map { Candidate(path: path, text: $0) } }
        }
    }
}

/// What a kustomization says, before anybody reads it.
private struct Text {
    let bytes: [UInt8]
    /// It may lead to a folder without ending in a name, or not show what it says.
    let isOpaque: Bool
    /// It names files of plugins, which name files too.
    let hasPlugins: Bool

    /// The texts in blobs, each read once: bases are often alike.
    static func all(_ ids: [ObjectID], in checkout: Checkout) throws -> [ObjectID: Text] {
        try checkout.repository.prefetch(ids)
        let plugins = [ByteSearch("generators"), ByteSearch("transformers")]
        var texts: [ObjectID: Text] = [:]
        for id in ids where texts[id] == nil {
            guard let bytes = try checkout.soundBlob(id) else { continue }
            texts[id] = Text(
                bytes: bytes, isOpaque: bytes.isOpaque, hasPlugins: plugins.contains { $0.isIn(bytes) })
        }
        return texts
    }
}

/// The text by which a file or folder can be named.
private struct Targets {
    private let path: [UInt8]
    private let searches: [ByteSearch]
    /// Text can be compared with the path: there are no quotes or spaces in it,
    private let isPlain: Bool
    /// and no symbolic links on any way to it.
    private let hasLinks: Bool

    init(of path: String, in checkout: Checkout) {
        self.path = Array(path.utf8)
        isPlain = self.path.allSatisfy(\.isPlainInPath)
        hasLinks = !checkout.links.isEmpty
        searches = ([path] + checkout.links).map { ByteSearch(FilePath.name(of: $0)) }
    }

    /// - Parameter file: Where the bytes are from.
    func mayBeNamed(in bytes: [UInt8], of file: String) -> Bool {
        // A name with a space may stand on two lines.
        guard isPlain else { return true }
        if hasLinks { return searches.contains { $0.isIn(bytes) } }
        var offset = 0
        while let found = searches[0].next(in: bytes, from: offset) {
            if leads(found, in: bytes, from: FilePath.folder(of: file)) { return true }
            offset = found.upperBound
        }
        return false
    }

    /// Whether the text around a name, as far as it can be part of a path, leads to the path.
    private func leads(_ name: Range<Int>, in bytes: [UInt8], from folder: String) -> Bool {
        var (start, end) = (name.lowerBound, name.upperBound)
        while start > 0, bytes[start - 1].isPlainInPath { start -= 1 }
        while end < bytes.count, bytes[end].isPlainInPath { end += 1 }
        // A path with other characters in it: to be read properly.
        if start > 0, !bytes[start - 1].isBeforePath { return true }
        while end > start, bytes[end - 1] == UInt8(ascii: "/") { end -= 1 }

        var base = Array(folder.utf8)[...]
        while true {
            if bytes.has(Targets.parent, at: start, before: end) {
                guard !base.isEmpty else { return false }
                base = base[..<(base.lastIndex(of: UInt8(ascii: "/")) ?? 0)]
                start += Targets.parent.count
            } else if bytes.has(Targets.here, at: start, before: end) {
                start += Targets.here.count
            } else {
                break
            }
        }
        // Up and down again, or two slashes: rare, and to be read properly too.
        for index in (start..<end).dropLast() where bytes[index] == UInt8(ascii: "/") {
            if "/.".utf8.contains(bytes[index + 1]) { return true }
        }
        let down = bytes[start..<end]
        if base.isEmpty { return path.elementsEqual(down) }
        return path.count == base.count + 1 + down.count && path.starts(with: base)
            && path[base.count] == UInt8(ascii: "/") && path.suffix(down.count).elementsEqual(down)
    }

    private static let parent = Array("../".utf8)
    private static let here = Array("./".utf8)
}

extension [UInt8] {
    /// Whether it is no plain UTF-8, has text with escapes, or a `..` that may be the end of a path.
    fileprivate var isOpaque: Bool {
        var dots = 0
        var isParent = false
        for byte in self {
            switch byte {
            case UInt8(ascii: "\\"), 0: return true
            case UInt8(ascii: "."): dots += 1
            case UInt8(ascii: "/"):
                isParent = isParent || dots == 2
                dots = 0
            default:
                if isParent || dots == 2, !byte.isPlainInPath { return true }
                isParent = false
                dots = 0
            }
        }
        return isParent || dots == 2
    }
}

extension UInt8 {
    /// What paths mostly consist of, and nothing that means something to YAML.
    fileprivate var isPlainInPath: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "-")...UInt8(ascii: "9"), UInt8(ascii: "_"):  // - . / and digits
            true
        default: false
        }
    }

    /// What stands before a path: white space, quotes, brackets, `key=`.
    fileprivate var isBeforePath: Bool { self <= UInt8(ascii: " ") || "\"'[{,=".utf8.contains(self) }
}
