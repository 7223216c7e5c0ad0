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
