internal import System

/// Which of many units own a file, or are charts with it, without a look at each of them.
struct UnitMakers {
    private let units: [Unit]
    /// Positions of units, by their own files and layers.
    private var byFile: [String: [Int]] = [:]
    /// Those of charts, by their folders.
    private var byFolder: [String: [Int]] = [:]

    init(_ units: [Unit]) {
        self.units = units
        for (index, unit) in units.enumerated() {
            for file in unit.files + unit.layers { byFile[file, default: []].append(index) }
            if !unit.layers.isEmpty { byFolder[unit.folder, default: []].append(index) }
        }
    }

    /// The units that own one of some files, or are charts with it, in their order.
    func units(madeOf files: [String]) -> [Unit] {
        var found: Set<Int> = []
        for file in files {
            found.formUnion(byFile[file] ?? [])
            for folder in FilePath.folders(of: file) { found.formUnion(byFolder[folder] ?? []) }
        }
        return found.sorted().map { units[$0] }
    }
}
