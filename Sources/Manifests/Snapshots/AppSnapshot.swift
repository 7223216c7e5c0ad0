internal import System

/// An app in an environment at one commit: everything that it is made of.
public struct AppSnapshot: Sendable {
    public var environment: String
    /// As gx calls it: with its namespace in front where the name alone is ambiguous.
    public var app: String
    /// The unit whose files describe it.
    public var unit: Unit
    public var slots: [Slot]
    /// Every file that it is made of, sorted: its own, and those it inherits.
    public var files: [String]
    /// What was left alone: templates, substitutions, unreadable files, remote bases.
    public var notes: [Note]

    public struct Note: Hashable, Sendable {
        public var file: String
        public var text: String
        /// Whether nothing of the file is read.
        public var isUnreadable: Bool

        public init(file: String, text: String, isUnreadable: Bool = false) {
            self.file = file
            self.text = text
            self.isUnreadable = isUnreadable
        }
    }

    /// True where the file is not the environment's own, and not what deploys the app.
    public func inherits(_ file: String) -> Bool {
        !unit.owns(file) && unit.recipe?.files.contains(file) != true
    }

    /// Whether it takes a version from where a pin is written, or would if nothing were written over it.
    public func has(_ pin: Pin) -> Bool {
        slots.contains { slot in (slot.pins + slot.hidden).contains { $0.written == pin.written } }
    }

    /// The artifact that people mean by the app's version.
    public var main: Slot? { mainPlace.map { slots[$0] } }

    /// Where that stands among the slots: the image that is named like the app or its workload, else the first one. What
    /// prepares the others or stands beside them is meant only where there is nothing else; nor is a chart or a Git ref
    /// where there is an image.
    var mainPlace: Int? {
        let pinned = slots.indices.filter { !slots[$0].pins.isEmpty }
        guard pinned.count > 1 else { return pinned.first }
        let name = app.split(separator: "/").last.map(String.init) ?? app
        func rank(_ slot: Slot) -> Int {
            let short = slot.artifact.shortName
            let isNear = short.place(of: name) != nil || name.place(of: short) != nil
            let isNamed =
                short == name || slot.workloads.contains { $0.name == short || $0.container == name }
            let closeness = short == name ? 0 : isNamed ? 1 : isNear ? 2 : 3
            let kind =
                switch slot.artifact.kind {
                case .image: 0
                case .chart: 1
                case .git: 2
                }
            let isAside = !slot.workloads.isEmpty && slot.workloads.allSatisfy(\.isAside)
            let isBeside = closeness > 1 && slot.isSidecar
            return (isAside ? 24 : isBeside ? 12 : 0) + closeness * 3 + kind
        }
        // `min` takes the first of equals.
        return pinned.map { (rank(slots[$0]), $0) }.min { $0.0 < $1.0 }?.1
    }

    /// Whether the environment has a version from elsewhere: a base, shared values, the chart.
    public func inherits(_ slot: Slot) -> Bool { slot.pins.allSatisfy { inherits($0.file) } }

    /// The versions that it runs, each once, the main one first.
    public var versions: [Version] {
        var versions: [Version] = []
        for slot in [main].compactMap({ $0 }) + slots
        where !slot.pins.isEmpty && !versions.contains(slot.version) {
            versions.append(slot.version)
        }
        return versions
    }
}
