internal import Ledger
internal import Manifests
internal import System
internal import YAML

/// Where a move is written.
enum ChangeSite {
    /// In the texts of pins, which other apps read that change, too.
    case pins([(pin: Pin, text: String)], alsoFor: [AppSnapshot])
    case override(Slot.Override)
    /// An override goes, at this path; with its whole file where there is none.
    case removal(Pin, Path?)
    case refused(Refusal)
}

/// Finds for a move the nearest file whose environments are all targets, or an override of the environment's own, or a
/// reason not to.
struct ChangeSiteSearch {
    let estate: Estate
    let scope: PlanScope
    /// Whether the environment gets a place of its own where others read the one there is.
    let create: Bool

    func site(of move: Move) throws -> ChangeSite {
        let (app, slot) = (move.target, move.slot)
        guard let pin = slot.pins.first else {
            if create, let override = try ownOverride(of: move) { return .override(override) }
            return .refused(
                move.refusal(
                    .notPinned,
                    "nothing in \(app.environment) says which version of \(slot.artifact) \(app.app) runs",
                    hint: "--create writes it down"))
        }
        if let before = move.fileBefore, try areOwn(slot.pins, of: app),
            let removal = try OverrideRemoval.path(
                of: slot.pins, before: before, in: estate.checkout(app.unit.place))
        {
            return .removal(pin, removal.path)
        }
        var texts: [(pin: Pin, text: String)] = []
        for pin in slot.pins {
            guard let text = pin.text(for: move.version) else { return .refused(unwritable(pin, move)) }
            texts.append((pin, text))
        }
        if let twin = twin(of: slot, in: app) {
            return .refused(
                move.refusal(
                    .coupled,
                    "\(pin.file): \(pin.path) says the version of \(twin.artifact) too, which was not named",
                    hint: "name both"))
        }
        if let (environment, link) = try unseen(slot.pins, app) {
            return .refused(
                move.refusal(
                    .sharedFile,
                    "\(link) is a symbolic link to the folder of \(pin.file): \(environment) would change too",
                    hint: "give \(environment) files of its own in place of the link"))
        }
        let users = try users(of: slot.pins, beside: app)
        if users.others.isEmpty, try !create || areOwn(slot.pins, of: app) {
            return .pins(texts, alsoFor: users.included)
        }
        if create, let override = try ownOverride(of: move) { return .override(override) }
        // What others would read there, did they not override it, is in force for nobody else.
        if users.others.isEmpty, scope.takesOwnAlong { return .pins(texts, alsoFor: users.included) }
        return .refused(shared(pin, with: users.others, move))
    }

    // MARK: Who else reads it

    /// Who would change with the pins: those that are to change, too, and others.
    private func users(
        of pins: [Pin], beside app: AppSnapshot
    ) throws -> (included: [AppSnapshot], others: [AppSnapshot]) {
        var users: (included: [AppSnapshot], others: [AppSnapshot]) = ([], [])
        for pin in pins {
            for user in try estate.affected(by: pin, at: app.unit.place)
            where (user.environment, user.app) != (app.environment, app.app) {
                if scope.includes(user) || (scope.takesOwnAlong && user.environment == app.environment) {
                    users.included.append(user)
                } else {
                    users.others.append(user)
                }
            }
        }
        return users
    }

    /// What else of the app has its version from the same place, and was not named.
    private func twin(of slot: Slot, in app: AppSnapshot) -> Slot? {
        let places = Set(slot.pins.map(\.written))
        return app.slots.first { other in
            other.artifact != slot.artifact && other.pins.contains { places.contains($0.written) }
                && !scope.moves(app, other.artifact)
        }
    }

    /// An environment that would change by a symbolic link behind which no unit is seen.
    private func unseen(
        _ pins: [Pin], _ app: AppSnapshot
    ) throws -> (environment: String, link: String)? {
        for pin in pins {
            let users = try estate.users(of: pin.file, at: app.unit.place)
            let unseen = try estate.linked(to: pin.file, at: app.unit.place).first { linked in
                linked.environment != app.environment
                    && !users.contains { $0.environment == linked.environment }
            }
            if let unseen { return unseen }
        }
        return nil
    }

    /// Whether the pins stand in files that are the environment's own, whichever of its apps read them, or that nobody
    /// else reads who is not to change; or at places that only this environment has of a file that others read, too: an
    /// element of a generator, a cell of a table.
    private func areOwn(_ pins: [Pin], of app: AppSnapshot) throws -> Bool {
        try pins.allSatisfy { pin in
            let users = try estate.users(of: pin.file, at: app.unit.place)
            let others = users.filter { $0.environment != app.environment }
            if app.unit.owns(pin.file) { return others.allSatisfy(scope.includes) }
            return !others.isEmpty && !others.contains { $0.has(pin) }
        }
    }

    /// The override, if the file that it goes to is the environment's alone.
    private func ownOverride(of move: Move) throws -> Slot.Override? {
        guard let override = move.slot.override else { return nil }
        let file =
            switch override {
            case .kustomization(let file, _), .values(let file, _): file
            }
        guard move.target.unit.owns(file) else { return nil }
        let users = try estate.users(of: file, at: move.target.unit.place)
        return users.allSatisfy(scope.includes) ? override : nil
    }

    // MARK: Reasons not to

    private func unwritable(_ pin: Pin, _ move: Move) -> Refusal {
        move.refusal(
            .unwritable,
            "\(pin.file): \(pin.path) holds \(pin.form == .digest ? "a digest" : "a tag"), and \(move.version) has none",
            hint: move.source == nil
                ? "give it as \(move.version)\(pin.form == .digest ? "@sha256:…" : ", with a tag")"
                : "give both environments the same kind of version")
    }

    private func shared(_ pin: Pin, with others: [AppSnapshot], _ move: Move) -> Refusal {
        let (environment, artifact) = (move.target.environment, move.slot.artifact)
        let names = names(of: others, beside: move.target).joined(separator: ", ")
        guard create else {
            return move.refusal(
                .sharedFile,
                "the version of \(artifact) stands in \(pin.file), which would change \(names) too",
                hint:
                    "\(scope.verb) all of them at once, or give \(environment) a version of its own with --create"
            )
        }
        return move.refusal(
            .sharedFile,
            "\(artifact) is pinned in \(pin.file), and \(environment) has no place of its own to override it",
            hint: others.isEmpty
                ? "without --create it is written there, for all that read it"
                : "\(scope.verb) all of them: \(names)")
    }

    /// Environments that have the app, too, and other apps in them.
    private func names(of users: [AppSnapshot], beside app: AppSnapshot) -> [String] {
        unique(
            users.map {
                $0.app == app.app && $0.environment != app.environment
                    ? $0.environment : "\($0.environment)/\($0.app)"
            })
    }
}
