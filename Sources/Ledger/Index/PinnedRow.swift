/// An artifact at a version.
struct PinnedRow: BitwiseCopyable, Hashable, Comparable {
    var artifact: UInt32
    var version: UInt32

    /// At once, which takes half the time.
    func hash(into hasher: inout Hasher) { hasher.combine(UInt64(artifact) << 32 | UInt64(version)) }

    static func < (a: PinnedRow, b: PinnedRow) -> Bool { (a.artifact, a.version) < (b.artifact, b.version) }
}
