/// The folders of a commit, as a tree.
final class Folder {
    let path: String
    private(set) var folders: [Folder] = []
    /// Names, sorted by bytes.
    private(set) var files: [String] = []

    var name: String { FilePath.name(of: path) }
    var components: [String] { path.split(separator: "/").map(String.init) }

    private init(path: String) { self.path = path }

    /// The root of these paths, which are sorted by bytes: so the files of a folder stand together.
    static func root(of paths: some Sequence<String>) -> Folder {
        let root = Folder(path: "")
        var open = [root]
        for path in paths {
            while let last = open.last, open.count > 1, !path.utf8.starts(with: (last.path + "/").utf8) {
                open.removeLast()
            }
            var start =
                open.count == 1
                ? path.startIndex
                : path.utf8.index(path.startIndex, offsetBy: open[open.count - 1].path.utf8.count + 1)
            while let slash = path.utf8[start...].firstIndex(of: UInt8(ascii: "/")) {
                let folder = Folder(path: String(path[..<slash]))
                open[open.count - 1].folders.append(folder)
                open.append(folder)
                start = path.utf8.index(after: slash)
            }
            open[open.count - 1].files.append(String(path[start...]))
        }
        return root
    }

    subscript(name: String) -> Folder? { folders.first { $0.name == name } }

    func has(_ file: String) -> Bool { files.contains(file) }

    /// Whether a kustomization stands right in it.
    var hasKustomization: Bool { Kustomization.fileNames.contains(where: has) }

    var isChart: Bool { has("Chart.yaml") }

    /// How many files of YAML and JSON are in it, and in its folders.
    var manifestCount: Int {
        files.count { FilePath.isYAML($0) || $0.hasSuffix(".json") }
            + folders.reduce(0) { $0 + $1.manifestCount }
    }
}
