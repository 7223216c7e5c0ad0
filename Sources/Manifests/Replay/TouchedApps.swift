/// The apps that a commit concerns.
struct TouchedApps {
    private(set) var names: Set<Replay.Name> = []

    mutating func insert(_ names: [Replay.Name]) { self.names.formUnion(names) }

    /// Those that are made of one of some paths. Looks at the fewer of what an app is made of and what has changed: both
    /// can be many.
    mutating func note(_ apps: [AppSnapshot], madeOf paths: Set<String>) {
        for app in apps where !names.contains(app.name) {
            let isMade =
                app.files.count < paths.count
                ? app.files.contains(where: paths.contains) : paths.contains(where: app.isMadeOf)
            if isMade { names.insert(app.name) }
        }
    }

    /// Those that run something else than before, came, or went.
    mutating func note(_ after: [AppSnapshot], insteadOf before: [AppSnapshot]) {
        for app in before where !names.contains(app.name) {
            let same = after.first { $0.name == app.name }
            if same?.slots.map(\.version) != app.slots.map(\.version)
                || same?.slots.map(\.artifact) != app.slots.map(\.artifact)
            {
                names.insert(app.name)
            }
        }
        for app in after where !before.contains(where: { $0.name == app.name }) { names.insert(app.name) }
    }
}
