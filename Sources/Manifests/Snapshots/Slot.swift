internal import System

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
