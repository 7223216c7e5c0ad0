internal import Git

/// What files and folders' kustomizations make, while nothing changes that they are made of.
struct Builds {
    private var readings: [String: Reading] = [:]
    private var dependents = Dependents<String>()

    subscript(path: String) -> Reading? { readings[path] }

    mutating func keep(_ reading: Reading, of path: String, _ lookups: Lookups) {
        readings[path] = reading
        dependents[path] = lookups
    }

    /// Lookups with those of the builds that went into them.
    func all(_ lookups: Lookups) -> Lookups {
        var all = lookups
        var open = Array(lookups.builds)
        while let path = open.popLast() {
            let own = dependents[path]
            open += own.builds.subtracting(all.builds)
            all.formUnion(own)
        }
        return all
    }

    /// Forgets what changes concern, and says what that is.
    ///
    /// - Parameter remake: Makes what a path makes anew; nil where that is no file.
    mutating func forget(
        _ changes: [Change], remake: (_ path: String) throws -> (Reading, Lookups)?
    ) rethrows -> Set<String> {
        var stale: Set<String> = []
        var open = changes.flatMap(dependents.affected)
        while let path = open.popLast() {
            guard !stale.contains(path) else { continue }
            // What uses nothing, as before, makes no difference to anybody.
            if let old = readings.removeValue(forKey: path), old.isBare, let (new, lookups) = try remake(path)
            {
                keep(new, of: path, lookups)
                if new.isBare, new.files == old.files { continue }
            }
            stale.insert(path)
            open += dependents.affected(byBuildOf: path)
        }
        if changes.contains(where: \.isOfLink) { forgetReadings() }
        return stale
    }

    /// Whoever asks for one makes it anew; who is made of what stays known.
    mutating func forgetReadings() { readings = [:] }
}

extension Checkout {
    /// What a file or a folder's kustomization makes, where it is known.
    func build(of path: String) -> Reading? {
        guard let known = builds[path] else { return nil }
        note(Lookups(builds: [path]))
        return known
    }

    /// Keeps what a file or a folder's kustomization makes for all that are made of it.
    func keep(_ reading: Reading, of path: String, _ lookups: Lookups) {
        builds.keep(reading, of: path, lookups)
        note(Lookups(builds: [path]))
    }
}
