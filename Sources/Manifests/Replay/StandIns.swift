internal import Git

/// What stands in the place of files that can't be read, while a checkout goes from commit to commit: a manifest with
/// the marks of a merge conflict, or one that became a pointer of Git LFS, deploys nothing and removes nothing, and is
/// taken as it was before.
struct StandIns {
    private let checkout: Checkout
    private var news: [(path: String, blob: ObjectID?)] = []

    init(in checkout: Checkout) {
        self.checkout = checkout
    }

    func contains(_ path: String) -> Bool { checkout.files.standIns[path] != nil }

    /// What stands in for files since it was asked the last time; nil where a file speaks for itself again, or is gone.
    mutating func takeNews() -> [(path: String, blob: ObjectID?)] {
        defer { news = [] }
        return news
    }

    /// The changes without those by which a manifest that is in use can't be read any more.
    mutating func readable(
        _ changes: [Change], isUsed: (String) -> Bool
    ) throws -> [Change] {
        try changes.filter { change in
            let path = change.path
            if let new = change.new, change.old != nil, new.mode == .file || new.mode == .executable,
                Self.isManifest(path), isUsed(path), try checkout.file(new.id, at: path).isLost,
                let before = checkout.id(of: path), try !checkout.file(before, at: path).isLost
            {
                if checkout.files.standIns.updateValue(before, forKey: path) == nil {
                    news.append((path, before))
                }
                return false
            }
            if checkout.files.standIns.removeValue(forKey: path) != nil { news.append((path, nil)) }
            return true
        }
    }

    /// Files that came in such a form have nothing before: they stand for themselves, so that they are told of.
    mutating func noteStored(_ changes: [Change], isUsed: (String) -> Bool) throws {
        for change in changes where !contains(change.path) && isUsed(change.path) {
            guard let new = change.new, Self.isManifest(change.path),
                try checkout.file(new.id, at: change.path).isStored
            else { continue }
            checkout.files.standIns[change.path] = new.id
            news.append((change.path, new.id))
        }
    }

    private static func isManifest(_ path: String) -> Bool {
        FilePath.isYAML(path) || path.hasSuffix(".json")
    }
}
