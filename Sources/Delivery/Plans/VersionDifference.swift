internal import Manifests

extension Estate {
    /// What changes in versions where a place gets another tree, with these apps in it.
    ///
    /// - Parameters:
    ///   - source: The environment that the tree comes from.
    ///   - withRemovals: Whether artifacts that run no more are told, as changes to no version.
    func versionChanges(
        in environment: String, at place: Place, becoming after: [AppSnapshot], from source: String?,
        withRemovals: Bool = false
    ) throws -> [VersionChange] {
        let before = try apps(in: environment).filter { $0.unit.place == place }
        return after.flatMap { app in
            app.versionChanges(
                since: before.first { $0.app == app.app }, from: source, withRemovals: withRemovals)
        }
    }
}

extension AppSnapshot {
    /// How the versions differ from those of an earlier state; nil where the app was not there.
    func versionChanges(
        since before: AppSnapshot?, from source: String?, withRemovals: Bool = false
    ) -> [VersionChange] {
        var changes: [VersionChange] = []
        for slot in slots where !slot.pins.isEmpty {
            let was =
                before?.slots.first {
                    $0.artifact == slot.artifact && $0.pins.first?.location == slot.pins.first?.location
                } ?? before?.slots.first { $0.artifact == slot.artifact }
            guard was?.version != slot.version else { continue }
            let old = was?.version ?? Version()
            let sites = slot.pins.compactMap { pin -> VersionChange.Site? in
                let text = was?.pins.first { $0.location == pin.location }?.text
                guard text != pin.text else { return nil }
                return VersionChange.Site(
                    file: pin.file, path: "\(pin.path)", old: text, new: pin.text, sharedWith: [])
            }
            let same = changes.firstIndex {
                ($0.artifact, $0.old, $0.new) == (slot.artifact, old, slot.version)
            }
            if let same {
                changes[same].sites += sites.filter { !changes[same].sites.contains($0) }
            } else {
                changes.append(
                    VersionChange(
                        environment: environment, app: app, artifact: slot.artifact, old: old,
                        new: slot.version, source: source, isOlder: false, sites: sites))
            }
        }
        let artifacts = Set(slots.map(\.artifact))
        for slot in before?.slots ?? [] where withRemovals && !slot.pins.isEmpty {
            guard !artifacts.contains(slot.artifact) else { continue }
            let change = VersionChange(
                environment: environment, app: app, artifact: slot.artifact, old: slot.version,
                new: Version(), source: source, isOlder: false, sites: [])
            if !changes.contains(change) { changes.append(change) }
        }
        return changes
    }
}
