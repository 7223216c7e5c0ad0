internal import Git

/// What files, folders' kustomizations and Flux's Kustomizations make, while nothing changes that they are made of.
struct Builds {
    enum Key: Hashable {
        /// A file, or the kustomization of a folder.
        case path(String)
        /// An object of a cluster that Flux syncs.
        case object(Resource.Identity, file: String, environment: String)
    }

    private struct Build {
        var reading: Reading
        /// What an object's was made of, besides files.
        var inputs: FluxKustomization.Inputs?
    }

    private var builds: [Key: Build] = [:]
    private var dependents = Dependents<Key>()

    /// What was made, if of the same.
    subscript(key: Key, inputs: FluxKustomization.Inputs?) -> Reading? {
        builds[key].flatMap { $0.inputs == inputs ? $0.reading : nil }
    }

    mutating func keep(
        _ reading: Reading, of key: Key, _ lookups: Lookups, _ inputs: FluxKustomization.Inputs? = nil
    ) {
        builds[key] = Build(reading: reading, inputs: inputs)
        dependents[key] = lookups
    }

    /// Lookups with those of the builds that went into them.
    func all(_ lookups: Lookups) -> Lookups {
        var all = lookups
        var open = Array(lookups.builds)
        while let key = open.popLast() {
            let own = dependents[key]
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
    ) rethrows -> Set<Key> {
        var stale: Set<Key> = []
        var open = changes.flatMap(dependents.affected)
        while let key = open.popLast() {
            guard !stale.contains(key) else { continue }
            // What uses nothing, as before, makes no difference to anybody.
            if let old = builds.removeValue(forKey: key)?.reading, old.isBare, case .path(let path) = key,
                let (new, lookups) = try remake(path)
            {
                keep(new, of: key, lookups)
                if new.isBare, new.files == old.files { continue }
            }
            stale.insert(key)
            open += dependents.affected(byBuild: key)
        }
        if changes.contains(where: \.isOfLink) { forgetReadings() }
        return stale
    }

    /// Whoever asks for one makes it anew; who is made of what stays known.
    mutating func forgetReadings() { builds = [:] }
}

extension Checkout {
    /// What something makes: as it is known, or made now and kept for all that are made of it.
    ///
    /// - Parameter inputs: What an object is made of, besides files.
    func build(
        of key: Builds.Key, _ inputs: FluxKustomization.Inputs? = nil, make: () throws -> Reading
    ) rethrows -> Reading {
        if let known = build(of: key, inputs) { return known }
        let (reading, lookups) = try noting(make)
        keep(reading, of: key, lookups, inputs)
        return reading
    }

    /// What something makes, where it is known.
    func build(of key: Builds.Key, _ inputs: FluxKustomization.Inputs? = nil) -> Reading? {
        guard let known = builds[key, inputs] else { return nil }
        note(Lookups(builds: [key]))
        return known
    }

    /// Keeps what something makes for all that are made of it.
    func keep(
        _ reading: Reading, of key: Builds.Key, _ lookups: Lookups, _ inputs: FluxKustomization.Inputs? = nil
    ) {
        builds.keep(reading, of: key, lookups, inputs)
        note(Lookups(builds: [key]))
    }
}
