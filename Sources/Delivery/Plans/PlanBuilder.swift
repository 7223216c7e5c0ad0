internal import Git
internal import Ledger
internal import Manifests
internal import System
internal import YAML

/// What a plan may change.
struct PlanScope {
    /// Whether an app is one of those that are to change.
    var includes: (AppSnapshot) -> Bool
    /// `promote to`: what would have to be done with all that a file is shared by.
    var verb: String
    /// Whether other apps of the same environment go along where they read the same place: what is written is the
    /// environment's own.
    var takesOwnAlong = false

    /// - Parameter apps: Empty for all.
    static func promotion(of apps: [String], to environments: [String]) -> PlanScope {
        PlanScope(
            includes: { environments.contains($0.environment) && (apps.isEmpty || apps.contains($0.app)) },
            verb: "promote to")
    }
}

/// Turns moves into edits of files: the nearest file whose environments are all targets, or an override
/// of the environment's own, or a reason not to.
struct PlanBuilder {
    let estate: Estate
    /// Where versions come from, if not from the estate as it is.
    var source: Estate
    private let scope: PlanScope
    private let create: Bool
    private var places: [Place] = []
    private var edits: [Place: FileEdits] = [:]
    private var changes: [Place: [VersionChange]] = [:]
    /// Where a change stands in those of its place.
    private var recorded: [Recorded: Int] = [:]
    private var configuration: [Place: [String]] = [:]
    private var switches: [Place: [String]] = [:]
    private var holds: [Place: [HoldTrailer]] = [:]
    private var environments: [Place: [String]] = [:]
    /// The versions of the overrides that are made: two workloads of one image have one.
    private var overrides: [OverrideKey: Version] = [:]
    private(set) var refusals: [Refusal] = []
    private(set) var warnings: [String] = []
    private var skipped: [SkippedPlace] = []
    /// How many versions of the target were held beside another: what is equal was seen to be.
    var compared = 0
    /// The apps that are promoted, each with the one that it is promoted from.
    var pairs: [(source: AppSnapshot, target: AppSnapshot)] = []

    init(_ estate: Estate, _ scope: PlanScope, create: Bool) {
        self.estate = estate
        source = estate
        self.scope = scope
        self.create = create
    }

    private struct OverrideKey: Hashable {
        var place: Place
        var override: Slot.Override
    }

    private enum Site {
        case pins([(pin: Pin, text: String)], alsoFor: [AppSnapshot])
        case override(Slot.Override)
        /// An override goes, at this path.
        case removal(Pin, Path?)
    }

    // MARK: Versions

    /// Adds moves that stand or fall together: one that is refused refuses all.
    mutating func add(together moves: [Move]) throws {
        let open = moves.filter { !$0.isDone }
        var sites: [(move: Move, site: Site)] = []
        var refused: [Refusal] = []
        for move in open {
            switch try site(of: move) {
            case .success(let site): sites.append((move, site))
            case .failure(let refusal): refused.append(refusal.value)
            }
        }
        guard refused.isEmpty else {
            refusals += refused
            for (move, _) in sites {
                refusals.append(
                    refusal(
                        .coupled, move: move,
                        message:
                            "\(move.slot.artifact) moves together with what can't: nothing of \(move.target.app) is changed"
                    ))
            }
            return
        }
        for (move, site) in sites { try write(move, site) }
    }

    private struct Failure: Error {
        var value: Refusal
    }

    private func site(of move: Move) throws -> Result<Site, Failure> {
        func no(_ code: Refusal.Code, _ message: String, hint: String? = nil) -> Result<Site, Failure> {
            .failure(Failure(value: refusal(code, move: move, message: message, hint: hint)))
        }
        let (app, slot) = (move.target, move.slot)
        if slot.pins.isEmpty {
            if create, let override = try ownOverride(of: move) { return .success(.override(override)) }
            return no(
                .notPinned,
                "nothing in \(app.environment) says which version of \(slot.artifact) \(app.app) runs",
                hint: "--create writes it down")
        }
        if let before = move.fileBefore, let pin = slot.pins.first, try areOwn(slot.pins, of: app),
            let removal = try OverrideRemoval.path(
                of: slot.pins, before: before, in: estate.checkout(app.unit.place))
        {
            return .success(.removal(pin, removal.path))
        }
        var texts: [(Pin, String)] = []
        for pin in slot.pins {
            guard let text = pin.text(for: move.version) else {
                return no(
                    .unwritable,
                    "\(pin.file): \(pin.path) holds \(pin.form == .digest ? "a digest" : "a tag"), and \(move.version) has none",
                    hint: "give both environments the same kind of version")
            }
            texts.append((pin, text))
        }
        var others: [AppSnapshot] = []
        var shared: [AppSnapshot] = []
        for pin in slot.pins {
            for user in try estate.affected(by: pin, at: app.unit.place)
            where (user.environment, user.app) != (app.environment, app.app) {
                if scope.includes(user) || (scope.takesOwnAlong && user.environment == app.environment) {
                    shared.append(user)
                } else {
                    others.append(user)
                }
            }
        }
        guard let pin = slot.pins.first, try !others.isEmpty || create && !areOwn(slot.pins, of: app) else {
            return .success(.pins(texts, alsoFor: shared))
        }
        if create {
            if let override = try ownOverride(of: move) { return .success(.override(override)) }
            return no(
                .sharedFile,
                "\(slot.artifact) is pinned in \(pin.file), and \(app.environment) has no place of its own to override it",
                hint: others.isEmpty
                    ? "without --create it is written there, for all that read it"
                    : "\(scope.verb) all of them: \(names(of: others, beside: app).joined(separator: ", "))")
        }
        let names = names(of: others, beside: app)
        return no(
            .sharedFile,
            "the version of \(slot.artifact) stands in \(pin.file), which would change \(names.joined(separator: ", ")) too",
            hint:
                "\(scope.verb) all of them at once, or give \(app.environment) a version of its own with --create"
        )
    }

    /// Environments that have the app, too, and other apps in them.
    private func names(of users: [AppSnapshot], beside app: AppSnapshot) -> [String] {
        unique(
            users.map {
                $0.app == app.app && $0.environment != app.environment
                    ? $0.environment : "\($0.environment)/\($0.app)"
            })
    }

    /// Whether the pins stand in files that are the environment's own, whichever of its apps read them, or that nobody
    /// else reads who is not to change; or at places that only this environment has of a file that others read, too: an
    /// element of a generator, a cell of a table.
    private func areOwn(_ pins: [Pin], of app: AppSnapshot) throws -> Bool {
        try pins.allSatisfy { pin in
            let users = try estate.users(of: pin.file, at: app.unit.place)
            let others = users.filter { $0.environment != app.environment }
            if app.unit.owns(pin.file) { return others.allSatisfy(scope.includes) }
            return !others.isEmpty && !others.contains { $0.has(pin.location) }
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

    private mutating func write(_ move: Move, _ site: Site) throws {
        let place = move.target.unit.place
        try open(place, for: move.target.environment)
        switch site {
        case .pins(let pins, let shared):
            for (pin, text) in pins where pin.text != text {
                guard edits[place]?.rewrite(pin, to: text) ?? false else {
                    refusals.append(
                        refusal(
                            .conflict, move: move,
                            message: "\(pin.file): \(pin.path) would have to hold two versions at once",
                            hint: "\(scope.verb) one at a time"))
                    return
                }
            }
            for (pin, text) in pins where pin.text != text {
                if let remark = try PinRemark.owner(of: pin, in: estate.checkout(place)) { warn(remark) }
            }
            if move.version.digest != nil, move.version.tag != nil, move.fitting.digest == nil,
                let pin = pins.first?.pin
            {
                warn(
                    "\(pin.file): \(pin.path) holds a tag alone: the digest of \(move.version.tag ?? "") is left out"
                )
            }
            record(
                move, for: move.target,
                sites: pins.filter { $0.pin.text != $0.text }.map { pin, text in
                    VersionChange.Site(
                        file: pin.file, path: "\(pin.path)", old: pin.text, new: text,
                        sharedWith: unique(shared.map(\.environment)).filter { $0 != move.target.environment }
                    )
                })
            for app in shared { record(move, for: app, sites: []) }
        case .removal(let pin, let path):
            if let path {
                edits[place]?.remove(pin.file, document: pin.document, path: path)
            } else {
                edits[place]?.replace(pin.file, by: nil, mode: .file)
            }
            record(
                move, for: move.target,
                sites: move.slot.pins.map {
                    VersionChange.Site(
                        file: $0.file, path: "\($0.path)", old: $0.text, new: nil, sharedWith: [])
                })
        case .override(let override):
            let key = OverrideKey(place: place, override: override)
            if let known = overrides[key] {
                guard known == move.version else {
                    refusals.append(
                        refusal(
                            .conflict, move: move,
                            message:
                                "the override of \(move.slot.artifact) would have to hold two versions at once",
                            hint: "\(scope.verb) one at a time"))
                    return
                }
                record(move, for: move.target, sites: [])
                return
            }
            overrides[key] = move.version
            let (sites, version) = try write(override, move)
            record(move, as: version, for: move.target, sites: sites)
        }
    }

    /// What makes two edits one change.
    private struct Recorded: Hashable {
        var place: Place
        var environment: String
        var app: String
        var artifact: Artifact
        var new: Version
    }

    private mutating func record(
        _ move: Move, as version: Version? = nil, for app: AppSnapshot, sites: [VersionChange.Site]
    ) {
        let change = VersionChange(
            environment: app.environment, app: app.app, artifact: move.slot.artifact, old: move.slot.version,
            new: version ?? move.fitting, source: move.source, isOlder: false, sites: sites)
        let place = app.unit.place
        let recorded = Recorded(
            place: place, environment: change.environment, app: change.app, artifact: change.artifact,
            new: change.new)
        if let number = self.recorded[recorded] {
            changes[place]?[number].sites += sites
        } else {
            self.recorded[recorded] = changes[place, default: []].count
            changes[place, default: []].append(change)
        }
    }

    private mutating func write(
        _ override: Slot.Override, _ move: Move
    ) throws -> (sites: [VersionChange.Site], version: Version) {
        switch override {
        case .kustomization(let file, let image):
            return (try writeImage(image, file: file, move: move), move.version)
        case .values(let file, let keys):
            var parts = [(keys, move.version.tag ?? move.version.description)]
            var version = Version(move.version.tag ?? move.version.description)
            // A digest that is inherited would go on to say what runs.
            if let digest = move.version.digest, move.version.tag != nil,
                move.slot.pins.contains(where: { $0.form == .digest })
            {
                parts.append((Array(keys.dropLast()) + ["digest"], digest))
                version = move.version
            }
            let sites = try parts.map { try writeValue($1, file: file, keys: $0, move: move) }
            return (sites, version)
        }
    }

    /// An entry of `images:` in a kustomization.
    private mutating func writeImage(
        _ image: String, file: String, move: Move
    ) throws -> [VersionChange.Site] {
        let place = move.target.unit.place
        var parts: [(key: String, value: String)] = []
        if let tag = move.version.tag { parts.append(("newTag", tag)) }
        if let digest = move.version.digest { parts.append(("digest", digest)) }
        let root = try estate.checkout(place).file(at: file)?.yaml?.documents.first?.root
        let entries = root?["images"]?.items ?? []
        let index = entries.firstIndex { ($0["newName"] ?? $0["name"])?.string == image }
        if let index {
            for part in parts {
                let path = Path(steps: [.key("images"), .index(index), .key(part.key)])
                edits[place]?.edit(
                    file,
                    entries[index][part.key] == nil
                        ? .insert(document: 0, path: path, value: .scalar(part.value))
                        : .replace(document: 0, path: path, with: .scalar(part.value)))
            }
        } else {
            let entry = Value.mapping(
                [Value.Entry("name", .scalar(image))] + parts.map { Value.Entry($0.key, .scalar($0.value)) })
            edits[place]?.edit(
                file,
                .insert(
                    document: 0, path: Path(steps: [.key("images"), .index(entries.count)]), value: entry))
        }
        return parts.map {
            VersionChange.Site(
                file: file, path: "images[name=\(image)].\($0.key)", old: nil, new: $0.value, sharedWith: [])
        }
    }

    /// A key of Helm values, in a file that may still be to come.
    private mutating func writeValue(
        _ text: String, file: String, keys: [String], move: Move
    ) throws -> VersionChange.Site {
        let place = move.target.unit.place
        let path = Path(steps: keys.map(Path.Step.key))
        let checkout = try estate.checkout(place)
        if checkout.contains(file) {
            let document = try checkout.file(at: file)?.yaml?.documents.first
            let isThere = document.map { !path.matches(in: $0).isEmpty } ?? false
            edits[place]?.edit(
                file,
                isThere
                    ? .replace(document: 0, path: path, with: .scalar(text))
                    : .insert(document: 0, path: path, value: .scalar(text)))
        } else if try edits[place]?.content(of: file) != nil {
            edits[place]?.edit(file, .insert(document: 0, path: path, value: .scalar(text)))
        } else {
            let value = keys.reversed().reduce(Value.scalar(text)) { .mapping([Value.Entry($1, $0)]) }
            edits[place]?.replace(file, by: Array("\(value)\n".utf8), mode: .file)
        }
        return VersionChange.Site(file: file, path: "\(path)", old: nil, new: text, sharedWith: [])
    }

    // MARK: Configuration

    mutating func configure(
        _ place: Place, for environment: String, description: String,
        body: (inout FileEdits) throws -> Void
    ) throws {
        try open(place, for: environment)
        guard var files = edits[place] else { return }
        try body(&files)
        edits[place] = files
        if !configuration[place, default: []].contains(description) {
            configuration[place, default: []].append(description)
        }
    }

    /// Changes what keeps bots away, or lets them go on.
    mutating func turn(
        _ place: Place, for environment: String, description: String, body: (inout FileEdits) -> Void
    ) throws {
        try open(place, for: environment)
        if var files = edits[place] {
            body(&files)
            edits[place] = files
        }
        switches[place, default: []].append(description)
    }

    /// Opens a step for what a commit says, also where it changes no file.
    mutating func say(_ trailer: HoldTrailer, at place: Place, for environment: String?) throws {
        try open(place, for: environment)
        if !holds[place, default: []].contains(trailer) { holds[place, default: []].append(trailer) }
    }

    mutating func refuse(_ refusal: Refusal) { refusals.append(refusal) }

    mutating func warn(_ warning: String) {
        if !warnings.contains(warning) { warnings.append(warning) }
    }

    mutating func skip(_ place: SkippedPlace) {
        if !skipped.contains(where: {
            $0.app == place.app && $0.file == place.file && $0.reason == place.reason
        }) {
            skipped.append(place)
        }
    }

    // MARK: The plan

    func plan(protecting protected: [Path]) throws -> Plan {
        var plan = Plan(refusals: refusals, warnings: warnings)
        plan.skipped = skipped
        for place in places {
            guard let edits = edits[place] else { continue }
            var files: [FileChange] = []
            do {
                files = try edits.changes(protecting: protected)
                files += try ChartLock.changes(with: files, of: changes[place] ?? [], in: estate, at: place)
            } catch let error as FileEditError {
                plan.refusals.append(
                    Refusal(
                        code: error.cause.code == .template ? .template : .unwritable,
                        environment: environments[place]?.first ?? "", app: nil,
                        message: "\(error.file): \(error.cause)", hint: error.cause.hint))
            } catch let error as ChartLockError {
                plan.refusals.append(
                    Refusal(
                        code: .unwritable, environment: environments[place]?.first ?? "", app: error.app,
                        message: "\(error.file) would no longer belong to the Chart.yaml beside it",
                        hint: "run 'helm dependency update', and commit both"))
            } catch let error as ProtectedError {
                plan.refusals.append(
                    Refusal(
                        code: .protected, environment: environments[place]?.first ?? "", app: nil,
                        message: "\(error.file): \(error.path) is protected by gx.yaml and would change",
                        hint: "take it out of the file that moves, or out of promote.protect"))
            }
            plan.steps.append(
                Step(
                    place: place, base: try estate.tip(of: place), environments: environments[place] ?? [],
                    changes: changes[place] ?? [], configuration: configuration[place] ?? [],
                    switches: switches[place] ?? [], content: .files(files), holds: holds[place] ?? []))
        }
        return plan
    }

    private mutating func open(_ place: Place, for environment: String?) throws {
        if edits[place] == nil {
            edits[place] = FileEdits(try estate.checkout(place))
            places.append(place)
        }
        if let environment, environments[place]?.contains(environment) != true {
            environments[place, default: []].append(environment)
        }
    }

    private func refusal(_ code: Refusal.Code, move: Move, message: String, hint: String? = nil)
        -> Refusal
    {
        Refusal(
            code: code, environment: move.target.environment, app: move.target.app, message: message,
            hint: hint)
    }
}
