/// The trees read last. Walking through history meets each tree twice, as new and as old, and most of the
/// others again and again.
struct TreeCache {
    /// In bytes of trees. When it is full it begins anew.
    private static let limit = 16 << 20

    /// A tree's place follows from its id, which is spread evenly; the later one stays.
    private var trees = [RawTree?](repeating: nil, count: 4096)
    private var size = 0

    func tree(_ id: ObjectID) -> RawTree? {
        let tree = trees[place(of: id)]
        return tree?.id == id ? tree : nil
    }

    mutating func keep(_ tree: RawTree) {
        let place = place(of: tree.id)
        size += tree.count - (trees[place]?.count ?? 0)
        trees[place] = tree
        if size > TreeCache.limit { self = TreeCache() }
    }

    private func place(of id: ObjectID) -> Int { Int(truncatingIfNeeded: id.words.high) & (trees.count - 1) }
}
