internal import System

/// Files of places as a plan is going to leave them; nil for those that it removes.
public struct PlannedFiles {
    private let files: [Place: [String: [UInt8]?]]
    /// Sorted, so that those of a folder are found without a look at all: a plan may be for thousands of apps.
    private let paths: [Place: [String]]

    public init(_ files: [Place: [String: [UInt8]?]] = [:]) {
        self.files = files
        paths = files.mapValues { $0.keys.sorted(by: FilePath.precedes) }
    }

    public subscript(place: Place) -> [String: [UInt8]?] { files[place] ?? [:] }

    /// The paths below a folder, in order.
    public func paths(under folder: String, at place: Place) -> ArraySlice<String> {
        let (all, start) = (paths[place] ?? [], FilePath.join(folder, ""))
        let first = all.partitioningIndex { !FilePath.precedes($0, start) }
        return all[first...].prefix { $0.hasPrefix(start) }
    }
}
