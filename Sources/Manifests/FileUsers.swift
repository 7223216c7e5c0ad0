/// Finds the units that may be made of a file without reading every manifest: whoever uses a file that is not
/// its own has to name it, or a folder that leads to it. Only kustomizations and loose manifests are looked
/// at, as bytes; what is found is a superset, to be read properly.
final class FileUsers {
    private let checkout: Checkout
    private let units: [Unit]
    private let sharesFiles: Bool
    private lazy var texts = Result { try readTexts() }

    private struct Source {
        var path: String
        var folder: String
        var bytes: [UInt8]
        /// It may lead anywhere: through `..`, an escape, or Flux.
        var isVague: Bool
    }

    init(_ checkout: Checkout, _ units: [Unit], _ configuration: Configuration) {
        self.checkout = checkout
        self.units = units
        sharesFiles = !configuration.shared.isEmpty
    }

    /// The units that may use a file; all of them where names alone can't tell.
    func candidates(of file: String) throws -> [Unit] {
        // A symbolic link is another name for a file.
        if sharesFiles || checkout.hasSymbolicLinks { return units }
        let sources = try texts.get()
        var targets = [file]
        if Kustomization.isKustomization(file) { targets.append(FilePath.folder(of: file)) }
        var found: Set<String> = []
        while let target = targets.popLast() {
            let name = FilePath.name(of: target)
            let parent = FilePath.folder(of: target)
            for source in sources where !found.contains(source.path) {
                let token = source.folder == parent ? name : "/\(name)"
                guard source.isVague || Self.contains(source.bytes, Array(token.utf8)) else { continue }
                found.insert(source.path)
                if Kustomization.isKustomization(source.path) { targets.append(source.folder) }
            }
        }
        return units.filter { unit in
            unit.owns(file)
                || !unit.layers.isEmpty && (file.hasPrefix(unit.folder + "/") || unit.layers.contains(file))
                || unit.files.contains(where: found.contains)
        }
    }

    private func readTexts() throws -> [Source] {
        var paths = Set(checkout.paths.filter(Kustomization.isKustomization))
        let folders = Set(paths.map(FilePath.folder))
        for unit in units {
            for path in unit.files where FilePath.isYAML(path) && !folders.contains(FilePath.folder(of: path))
            {
                paths.insert(path)
            }
        }
        return try paths.map { path in
            let bytes = try checkout.bytes(of: path) ?? []
            let isVague =
                bytes.contains(UInt8(ascii: "\\")) || Self.contains(bytes, Array(Flux.group.utf8))
                || Self.endsUpwards(bytes)
            return Source(path: path, folder: FilePath.folder(of: path), bytes: bytes, isVague: isVague)
        }
    }

    /// A reference that ends in `..` or `../` names no folder.
    private static func endsUpwards(_ bytes: [UInt8]) -> Bool {
        var index = 0
        while index + 1 < bytes.count {
            if bytes[index] == UInt8(ascii: "."), bytes[index + 1] == UInt8(ascii: ".") {
                var end = index + 2
                if end < bytes.count, bytes[end] == UInt8(ascii: "/") { end += 1 }
                if end == bytes.count || " \t\r\n\"',]".utf8.contains(bytes[end]) { return true }
                index = end
            } else {
                index += 1
            }
        }
        return false
    }

    private static func contains(_ bytes: [UInt8], _ token: [UInt8]) -> Bool {
        guard let first = token.first, bytes.count >= token.count else { return false }
        var index = 0
        while index <= bytes.count - token.count {
            if bytes[index] == first, bytes[index..<index + token.count].elementsEqual(token) { return true }
            index += 1
        }
        return false
    }
}
