internal import Git
internal import System

/// The files of a repository that describe one environment, or one app in it.
public struct Unit: Hashable, Sendable {
    public var environment: String
    /// Nil where the layout does not name the app: then its workloads do.
    public var app: String?
    public var namespace: String?
    /// How the app is called: with its namespace in front where its name alone is ambiguous.
    public var name: String?
    public var place: Place
    /// The layout of gx.yaml that found it.
    public var layout: Layout
    /// What the layout captured, the same for all files.
    public var captures: Captures
    /// The environment's own files, sorted.
    public var files: [String]
    /// Helm's layers, lowest first; empty for any other layout.
    public var layers: [String]
    /// The folder that all of it is in.
    public var folder: String
    /// What its deployer makes it of; nil where its files are all that is known.
    var recipe: Recipe?

    /// The path of a layer of the layout in this unit.
    private func layerPath(_ layer: Template) -> String? {
        layer.filled { captures[$0] ?? ($0 == "env" ? environment : nil) }.map { FilePath.join(folder, $0) }
    }

    /// What tells a unit from all others.
    struct Key: Hashable {
        var environment: String
        var app: String?
        var namespace: String?
        var place: Place
    }

    var key: Key { Key(environment: environment, app: app, namespace: namespace, place: place) }

    public func owns(_ file: String) -> Bool {
        guard file.utf8.starts(with: folder.utf8) || hasSeveralFolders else { return false }
        let index = files.partitioningIndex { !FilePath.precedes($0, file) }
        return index < files.count && files[index] == file
    }

    /// Whether layouts lead to the same environment from several folders: its files are sorted, so the ends tell.
    private var hasSeveralFolders: Bool {
        [files.first, files.last].contains { $0?.utf8.starts(with: folder.utf8) == false }
    }

    /// Whether one of its own files, or its chart, is in a folder, or below.
    func hasFiles(under folder: String) -> Bool {
        if !layers.isEmpty, self.folder == folder || FilePath.isWithin(folder, self.folder) { return true }
        let start = "\(folder)/"
        let index = files.partitioningIndex { !FilePath.precedes($0, start) }
        return index < files.count && FilePath.isWithin(folder, files[index])
    }

    /// The same for what a deployer finds: the environment's name in the path, or the place in the folder.
    private func deployedPath(of file: String, in other: Unit) -> String? {
        guard owns(file) else { return file }
        let renamed = file.split(separator: "/").map { part in
            part == environment
                ? other.environment
                : String(part).replacing(environment + ".", with: other.environment + ".")
        }.joined(separator: "/")
        if other.owns(renamed) { return renamed }
        if !folder.isEmpty, FilePath.isWithin(folder, file) {
            return FilePath.join(other.folder, String(file.dropFirst(folder.count + 1)))
        }
        return files.count == 1 && other.files.count == 1 ? other.files.first : nil
    }

    /// The path that a file of this unit has in `other`, which the same layout found: promotion carries
    /// files and paths over by it. Nil where the layouts differ.
    public func path(of file: String, in other: Unit) -> String? {
        if recipe != nil { return deployedPath(of: file, in: other) }
        guard let pattern = layout.path else { return file }
        if !layers.isEmpty, layout == other.layout {
            let template = layout.layers.first { layerPath($0) == file }
            return template.flatMap(other.layerPath) ?? file
        }
        // A unit whose app is not in its paths may have files by several captures: each keeps its own.
        let isOwn = { (name: String, value: String) in name != "env" || agrees(name, value) }
        guard layout == other.layout, var match = pattern.match(file, accepts: isOwn) else {
            // Different layouts: the path below each one's folder.
            guard file.hasPrefix(folder + "/") else { return nil }
            return FilePath.join(other.folder, String(file.dropFirst(folder.count + 1)))
        }
        for (name, value) in other.captures where match.captures[name] == captures[name] {
            match.captures[name] = value
        }
        return pattern.path(match)
    }
}

extension Unit {
    /// Whether it has a kustomization of its own.
    var isKustomized: Bool {
        Kustomization.fileNames.contains { owns(FilePath.join(folder, $0)) }
    }

    mutating func insert(_ file: String) {
        let index = files.partitioningIndex { !FilePath.precedes($0, file) }
        if index == files.count || files[index] != file { files.insert(file, at: index) }
    }

    mutating func remove(_ file: String) {
        let index = files.partitioningIndex { !FilePath.precedes($0, file) }
        if index < files.count, files[index] == file { files.remove(at: index) }
    }
}
