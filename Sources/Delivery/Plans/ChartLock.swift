internal import Git
internal import Manifests
internal import YAML

/// `Chart.lock`, which belongs to the Chart.yaml beside it: `helm dependency build` fails where they differ.
enum ChartLock {
    /// What makes the locks beside edited charts belong to them again: those of the source, whose charts then depend
    /// on the same.
    static func changes(
        with files: [FileChange], of changes: [VersionChange], in estate: Estate, at place: Place
    ) throws -> [FileChange] {
        let checkout = try estate.checkout(place)
        return try files.compactMap { file in
            guard let folder = folder(ofChart: file.path), let old = file.old, let new = file.new else {
                return nil
            }
            let lock = folder + "Chart.lock"
            guard !files.contains(where: { $0.path == lock }), let before = try checkout.bytes(of: lock),
                let wanted = dependencies(new), dependencies(old) != wanted
            else { return nil }
            let change = changes.first { $0.sites.contains { $0.file == file.path } }
            guard let change,
                let after = try sourceLock(change, wanted: wanted, file: file.path, estate: estate, at: place)
            else {
                throw ChartLockError(file: lock, app: change?.app)
            }
            if after == before { return nil }
            return FileChange(path: lock, mode: checkout.mode(of: lock) ?? .file, old: before, new: after)
        }
    }

    private static func sourceLock(
        _ change: VersionChange, wanted: [Value], file: String, estate: Estate, at place: Place
    ) throws -> [UInt8]? {
        guard let source = change.source, let app = try estate.app(change.app, in: source) else { return nil }
        let checkout = try estate.checkout(app.unit.place)
        for path in app.files where path != file {
            guard let folder = folder(ofChart: path), let chart = try checkout.bytes(of: path),
                dependencies(chart) == wanted
            else { continue }
            return try checkout.bytes(of: folder + "Chart.lock")
        }
        return nil
    }

    /// The folder of a Chart.yaml, with a slash behind it; nil for any other file.
    private static func folder(ofChart path: String) -> String? {
        let name = "Chart.yaml"
        guard path == name || path.hasSuffix("/" + name) else { return nil }
        return String(path.dropLast(name.count))
    }

    private static func dependencies(_ chart: [UInt8]) -> [Value]? {
        guard let root = (try? YAMLFile(parsing: chart))?.documents.first?.root else { return nil }
        return root["dependencies"]?.items.map(\.value) ?? []
    }
}

/// A lock that can't go along.
struct ChartLockError: Error {
    var file: String
    var app: String?
}
