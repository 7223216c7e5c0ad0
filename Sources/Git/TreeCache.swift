/// The trees read last. Walking through history meets each tree twice, as new and as old, and most of the
/// others again and again.
struct TreeCache {
    /// Each of two generations, in bytes of trees. When the young one is full it becomes the old one.
    private static let limit = 8 << 20

    private var young: [ObjectID: RawTree] = [:]
    private var old: [ObjectID: RawTree] = [:]
    private var size = 0

    mutating func tree(_ id: ObjectID) -> RawTree? {
        if let tree = young[id] { return tree }
        guard let tree = old[id] else { return nil }
        keep(tree)
        return tree
    }

    mutating func keep(_ tree: RawTree) {
        young[tree.id] = tree
        size += tree.count
        if size > TreeCache.limit {
            old = young
            young = [:]
            size = 0
        }
    }
}
