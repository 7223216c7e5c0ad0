internal import Ledger
internal import Manifests

/// What of an app goes back: all that it runs, or the artifacts that were named.
struct ChosenArtifacts {
    /// Nil for all.
    private let artifacts: Set<Artifact>?
    /// Those that nothing else which the app runs has: an environment may have had one from another registry.
    private let families: Set<String>

    /// All that the app runs.
    init() { (artifacts, families) = (nil, []) }

    /// Nil where the app runs nothing that is called so.
    ///
    /// - Throws: `DeliveryError.severalNamed` where a name that is no pattern may mean several.
    init?(_ names: [ArtifactName], of app: AppSnapshot) throws {
        let known = Set(app.slots.map(\.artifact))
        var chosen: Set<Artifact> = []
        for name in names {
            let found = known.filter(name.names)
            // People mean an image, where one is called so.
            let images = found.filter { $0.kind == .image }
            var meant = images.isEmpty || name.isPattern ? found : images
            if meant.contains(where: name.isWhole) { meant = meant.filter(name.isWhole) }
            guard meant.count < 2 || name.isPattern else {
                throw DeliveryError.severalNamed(
                    app: app.app, environment: app.environment, meant.map(\.name).sorted())
            }
            chosen.formUnion(meant)
        }
        guard !chosen.isEmpty else { return nil }
        artifacts = chosen
        families = Set(chosen.map(\.family)).subtracting(known.subtracting(chosen).map(\.family))
    }

    var isAll: Bool { artifacts == nil }

    func contains(_ artifact: Artifact) -> Bool {
        guard let artifacts else { return true }
        return artifacts.contains(artifact) || families.contains(artifact.family)
    }

    /// What they ran in, of all that ran; nil where none of them did.
    func state(of pins: [Pinned]?) -> [Pinned]? {
        guard !isAll else { return pins }
        let own = pins?.filter { contains($0.named) } ?? []
        return own.isEmpty ? nil : own
    }

    /// A deployment, as far as it is one of them.
    func part(of deployment: Deployment) -> Deployment {
        guard !isAll else { return deployment }
        var part = deployment
        (part.before, part.after) = (state(of: deployment.before), state(of: deployment.after))
        part.changes = deployment.changes.filter { contains($0.named) }
        if let main = part.main, !contains(main.named) { part.main = part.after?.first }
        return part
    }

    /// What to call them, where they are not all that the app runs.
    var names: [String] { (artifacts ?? []).map(\.shortName).sorted() }
}
