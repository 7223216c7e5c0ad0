internal import Git
internal import Ledger
internal import Manifests
internal import System
internal import YAML

/// Gathers what is to change, place by place, and makes a plan of it.
struct PlanBuilder {
    let estate: Estate
    /// Where versions come from, if not from the estate as it is.
    var source: Estate
    private let scope: PlanScope
    private let sites: ChangeSiteSearch
    /// In the order in which they were opened.
    private var drafts: [(place: Place, draft: StepDraft)] = []
    private var numbers: [Place: Int] = [:]
    private(set) var refusals: [Refusal] = []
    private(set) var warnings: [String] = []
    /// Warnings that are not to be given: the plan itself sees to it.
    private var settled: Set<String> = []
    private var skipped: [SkippedPlace] = []
    /// How many versions of the target were held beside another: what is equal was seen to be.
    var compared = 0
    /// The apps that are promoted, each with the one that it is promoted from.
    var pairs: [(source: AppSnapshot, target: AppSnapshot)] = []

    init(_ estate: Estate, _ scope: PlanScope, create: Bool) {
        self.estate = estate
        source = estate
        self.scope = scope
        sites = ChangeSiteSearch(estate: estate, scope: scope, create: create)
    }

    // MARK: Versions

    /// Adds moves that stand or fall together: one that is refused refuses all.
    mutating func add(together moves: [Move]) throws {
        var open: [(move: Move, site: ChangeSite)] = []
        var refused: [Refusal] = []
        for move in moves where !move.isDone {
            switch try sites.site(of: move) {
            case .refused(let refusal): refused.append(refusal)
            case let site: open.append((move, site))
            }
        }
        guard refused.isEmpty else {
            refusals += refused
            refusals += open.map { move, _ in
                move.refusal(
                    .coupled,
                    "\(move.slot.artifact) moves together with what can't: nothing of \(move.target.app) is changed"
                )
            }
            return
        }
        for (move, site) in open { try write(move, site) }
    }

    private mutating func write(_ move: Move, _ site: ChangeSite) throws {
        let place = move.target.unit.place
        let number = try open(place, for: move.target.environment)
        switch site {
        case .refused(let refusal): refuse(refusal)
        case .pins(let pins, let shared):
            if let pin = drafts[number].draft.rewrite(pins, for: move, alsoFor: shared) {
                return refuse(twoVersions("\(pin.file): \(pin.path)", move))
            }
            try warn(of: pins, move)
        case .removal(let pin, let path): drafts[number].draft.remove(pin, at: path, for: move)
        case .override(let override):
            let checkout = try estate.checkout(place)
            if try !drafts[number].draft.write(override, for: move, in: checkout) {
                refuse(twoVersions("the override of \(move.slot.artifact)", move))
            }
        }
    }

    private func twoVersions(_ place: String, _ move: Move) -> Refusal {
        move.refusal(
            .conflict, "\(place) would have to hold two versions at once", hint: "\(scope.verb) one at a time"
        )
    }

    /// Says who else writes to the places, and what they have no room for.
    private mutating func warn(of pins: [(pin: Pin, text: String)], _ move: Move) throws {
        let checkout = try estate.checkout(move.target.unit.place)
        for (pin, text) in pins where pin.text != text {
            if let remark = try PinRemark.owner(of: pin, in: checkout) { warn(remark) }
        }
        if move.version.digest != nil, let tag = move.version.tag, move.fitting.digest == nil,
            let pin = pins.first?.pin
        {
            warn("\(pin.file): \(pin.path) holds a tag alone: the digest of \(tag) is left out")
        }
    }

    // MARK: Configuration

    mutating func configure(
        _ place: Place, for environment: String, description: String,
        body: (inout FileEdits) throws -> Void
    ) throws {
        let number = try open(place, for: environment)
        try body(&drafts[number].draft.edits)
        if !drafts[number].draft.configuration.contains(description) {
            drafts[number].draft.configuration.append(description)
        }
    }

    /// Changes what keeps bots away, or lets them go on.
    mutating func turn(
        _ place: Place, for environment: String, description: String, body: (inout FileEdits) -> Void
    ) throws {
        let number = try open(place, for: environment)
        body(&drafts[number].draft.edits)
        drafts[number].draft.switches.append(description)
    }

    /// Opens a step for what a commit says, also where it changes no file.
    mutating func say(_ trailer: HoldTrailer, at place: Place, for environment: String?) throws {
        let number = try open(place, for: environment)
        if !drafts[number].draft.holds.contains(trailer) { drafts[number].draft.holds.append(trailer) }
    }

    /// The number of a place's draft, which is opened where there is none.
    private mutating func open(_ place: Place, for environment: String?) throws -> Int {
        let number: Int
        if let known = numbers[place] {
            number = known
        } else {
            number = drafts.count
            drafts.append((place, StepDraft(try estate.checkout(place))))
            numbers[place] = number
        }
        if let environment, !drafts[number].draft.environments.contains(environment) {
            drafts[number].draft.environments.append(environment)
        }
        return number
    }

    mutating func refuse(_ refusal: Refusal) { refusals.append(refusal) }

    mutating func warn(_ warning: String) {
        if !warnings.contains(warning) { warnings.append(warning) }
    }

    mutating func settle(_ warning: String) { settled.insert(warning) }

    mutating func skip(_ place: SkippedPlace) {
        if !skipped.contains(where: {
            $0.app == place.app && $0.file == place.file && $0.reason == place.reason
        }) {
            skipped.append(place)
        }
    }

    // MARK: The plan

    func plan(protecting protected: [Path]) throws -> Plan {
        var plan = Plan(refusals: refusals, warnings: warnings.filter { !settled.contains($0) })
        plan.skipped = skipped
        for (place, draft) in drafts {
            var files: [FileChange] = []
            switch try changes(of: draft, at: place, protecting: protected) {
            case .success(let changes): files = changes
            case .failure(let refusal): plan.refusals.append(refusal)
            }
            plan.steps.append(
                Step(
                    place: place, base: try estate.tip(of: place), environments: draft.environments,
                    changes: draft.changes, configuration: draft.configuration, switches: draft.switches,
                    content: .files(files), holds: draft.holds))
        }
        return plan
    }

    /// The files of a draft as they become, or why they can't.
    private func changes(
        of draft: StepDraft, at place: Place, protecting protected: [Path]
    ) throws -> Result<[FileChange], Refusal> {
        func refusal(
            _ code: Refusal.Code, _ message: String, hint: String?, app: String? = nil
        ) -> Result<[FileChange], Refusal> {
            .failure(
                Refusal(
                    code: code, environment: draft.environments.first ?? "", app: app, message: message,
                    hint: hint))
        }
        do {
            let files = try draft.edits.changes(protecting: protected)
            return .success(
                try files + ChartLock.changes(with: files, of: draft.changes, in: estate, at: place))
        } catch let error as FileEditError {
            return refusal(
                error.cause.code == .template ? .template : .unwritable, "\(error.file): \(error.cause)",
                hint: error.cause.hint)
        } catch let error as ChartLockError {
            return refusal(
                .unwritable, "\(error.file) would no longer belong to the Chart.yaml beside it",
                hint: "run 'helm dependency update', and commit both", app: error.app)
        } catch let error as ProtectedError {
            return refusal(
                .protected, "\(error.file): \(error.path) is protected by gx.yaml and would change",
                hint: "take it out of the file that moves, or out of promote.protect")
        }
    }
}
