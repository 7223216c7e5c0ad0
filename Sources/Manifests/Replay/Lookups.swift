internal import Git

/// What reading something looked at: while none of it changes, reading it again gives the same.
struct Lookups: Equatable {
    /// Files whose content was read.
    var files: Set<String> = []
    /// Files and folders that were looked for in vain, or only named: it matters whether anything is there.
    var places: Set<String> = []
    /// What was made and went into it, with all that was looked at for that.
    var builds: Set<Builds.Key> = []

    mutating func formUnion(_ other: Lookups) {
        files.formUnion(other.files)
        places.formUnion(other.places)
        builds.formUnion(other.builds)
    }
}

/// Lookups the other way round: what has to be read again when a file changes.
struct Dependents<Reader: Hashable> {
    private var lookups: [Reader: Lookups] = [:]
    private var readers: [String: Set<Reader>] = [:]
    private var watchers: [String: Set<Reader>] = [:]
    private var users: [Builds.Key: Set<Reader>] = [:]

    /// What a reader looked at last.
    subscript(reader: Reader) -> Lookups {
        get { lookups[reader] ?? Lookups() }
        set {
            let old = self[reader]
            readers.move(reader, from: old.files, to: newValue.files)
            watchers.move(reader, from: old.places, to: newValue.places)
            users.move(reader, from: old.builds, to: newValue.builds)
            lookups[reader] = newValue
        }
    }

    /// Who looked at what a change concerns.
    func affected(by change: Change) -> Set<Reader> {
        var affected = readers[change.path] ?? []
        guard (change.old == nil) != (change.new == nil), !watchers.isEmpty else { return affected }
        var folder = change.path
        while true {
            if let found = watchers[folder] { affected.formUnion(found) }
            guard !folder.isEmpty else { return affected }
            folder = FilePath.folder(of: folder)
        }
    }

    /// Who is made of what was made.
    func affected(byBuild key: Builds.Key) -> Set<Reader> { users[key] ?? [] }
}

extension Dictionary {
    /// Takes an element out of the sets of some keys, and into those of others.
    mutating func move<Element>(_ element: Element, from old: Set<Key>, to new: Set<Key>)
    where Value == Set<Element> {
        guard old != new else { return }
        for key in old where !new.contains(key) { self[key]?.remove(element) }
        for key in new where !old.contains(key) { self[key, default: []].insert(element) }
    }
}

extension Change {
    /// What leads through a symbolic link is not known.
    var isOfLink: Bool { old?.mode == .symbolicLink || new?.mode == .symbolicLink }
}
