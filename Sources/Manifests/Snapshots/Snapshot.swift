internal import System

/// A container of a workload that runs an image.
public struct Workload: Hashable, Sendable, Comparable, CustomStringConvertible {
    public var kind: String
    public var name: String
    public var container: String
    /// Whether the container only prepares or examines the others: one of `initContainers` or `ephemeralContainers`.
    public var isAside: Bool

    public init(kind: String, name: String, container: String, isAside: Bool = false) {
        self.kind = kind
        self.name = name
        self.container = container
        self.isAside = isAside
    }

    public var description: String { "\(kind)/\(name)" }

    public static func < (a: Workload, b: Workload) -> Bool {
        (a.kind, a.name, a.container) < (b.kind, b.name, b.container)
    }
}

/// One artifact that an app runs, the version in force, and the pins that say so.
public struct Slot: Hashable, Sendable {
    public var artifact: Artifact
    /// The pins in force: one reference, or a tag, a digest, or both. Empty where nothing pins it.
    public var pins: [Pin]
    /// Pins that those in force hide, nearest first.
    public var hidden: [Pin]
    public var workloads: [Workload]
    /// Where an override of the environment's own would go: what `--create` writes.
    public var override: Override?

    /// How an environment overrides a version that it inherits.
    public enum Override: Hashable, Sendable {
        /// An entry of `images:` in this kustomization, for images of this name.
        case kustomization(file: String, image: String)
        /// A key in this file of Helm values.
        case values(file: String, path: [String])
    }

    public init(
        artifact: Artifact, pins: [Pin], hidden: [Pin] = [], workloads: [Workload] = [],
        override: Override? = nil
    ) {
        self.artifact = artifact
        self.pins = pins
        self.hidden = hidden
        self.workloads = workloads
        self.override = override
    }

    public var version: Version { Version(of: pins) }

    /// Whether its name says that it serves another container.
    var isSidecar: Bool {
        guard artifact.kind == .image else { return false }
        let names = [artifact.shortName] + workloads.map(\.container)
        return names.contains { name in Self.sidecars.contains { name.place(of: $0) != nil } }
    }

    private static let sidecars = [
        "proxy", "sidecar", "envoy", "exporter", "fluent", "vector", "agent", "busybox", "pause", "git-sync",
    ]
}

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

    /// True where the file is not the environment's own.
    public func inherits(_ file: String) -> Bool { !unit.owns(file) }

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
