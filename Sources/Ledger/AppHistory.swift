internal import Manifests

/// What an app has run in each of its environments. Pins, and what ran at a time, have small numbers here, so that
/// thousands of issues can be followed through it.
struct AppHistory {
    /// A deployment.
    struct Step {
        var number: Int
        /// What runs after it: nothing at all for 0.
        var state: Int
    }

    /// The app in one environment.
    struct Chain {
        /// The position in the table of series.
        var series: Int
        /// Oldest first.
        var steps: [Step]
    }

    /// Some of the pins, by their numbers.
    typealias Selection = [Bool]

    let chains: [Chain]
    let pins: [PinnedRow]
    /// Their versions.
    private let versions: [Version]
    /// What is one artifact has one number, also where an environment has it from a registry of its own.
    private let artifacts: [Int]
    /// By pin, the first deployment that had it in force anywhere, in any of its spellings.
    private let firsts: [Int]
    /// The other pins that say the same version of the same artifact: with its digest, from another registry.
    private let twins: [Int: [Int]]
    /// The pins of all states behind each other, and where those of each state are.
    private let members: [Int]
    private let states: [Range<Int>]

    init(of app: UInt32, _ ledger: Ledger) {
        let tables = ledger.tables
        var pins: [PinnedRow] = []
        var members: [Int] = []
        var states = [0..<0]
        var knownPins: [PinnedRow: Int] = [:]
        // By the number of a state: many deployments have few.
        var knownStates: [UInt32: Int] = [0: 0]
        func number(of pin: PinnedRow) -> Int {
            if let known = knownPins[pin] { return known }
            pins.append(pin)
            knownPins[pin] = pins.count - 1
            return pins.count - 1
        }
        func number(of state: UInt32) -> Int {
            if let known = knownStates[state] { return known }
            members += tables.pins(of: state).map(number)
            states.append((states.last?.upperBound ?? 0)..<members.count)
            knownStates[state] = states.count - 1
            return states.count - 1
        }
        chains = ledger.series(of: app).map { series in
            let newestFirst = ledger.deployments(endingWith: Int(ledger.heads[series]) - 1).map {
                Step(number: $0, state: number(of: tables.deployments[$0].state))
            }
            return Chain(series: series, steps: newestFirst.reversed())
        }
        (self.pins, self.members, self.states) = (pins, members, states)
        let versions = pins.map { Version(tables.string($0.version)) }
        let artifacts = Self.artifacts(of: pins, states.map { $0.map { members[$0] } }, tables)
        (self.versions, self.artifacts) = (versions, artifacts)
        var twins: [Int: [Int]] = [:]
        for same in Dictionary(grouping: pins.indices, by: { artifacts[$0] }).values {
            let isPlain = Set(same.map { pins[$0].artifact }).count == 1
            // Texts that differ are of one version only where a digest is in one of them.
            guard !isPlain || same.contains(where: { versions[$0].digest != nil }) else { continue }
            for pin in same {
                let kind = Pinned(artifact: tables.string(pins[pin].artifact), version: "").named.kind
                let own = same.filter { other in
                    guard other != pin, versions[other].isSame(as: versions[pin]) else { return false }
                    // What a floating tag meant when it stood alone nobody knows.
                    return versions[other] == versions[pin]
                        || ![pin, other].contains { versions[$0].isFloating(kind) }
                }
                if !own.isEmpty { twins[pin] = own }
            }
        }
        self.twins = twins
        var firsts = [Int](repeating: .max, count: pins.count)
        for chain in chains {
            for (index, step) in chain.steps.enumerated()
            where index == 0 || step.state != chain.steps[index - 1].state {
                for place in states[step.state] {
                    firsts[members[place]] = min(firsts[members[place]], step.number)
                }
            }
        }
        self.firsts = pins.indices.map { pin in
            (twins[pin] ?? []).reduce(firsts[pin]) { min($0, firsts[$1]) }
        }
    }

    /// Artifacts of one family are one, as long as nothing runs two of them beside each other.
    private static func artifacts(of pins: [PinnedRow], _ states: [[Int]], _ tables: Tables) -> [Int] {
        var families: [UInt32: String] = [:]
        for pin in pins where families[pin.artifact] == nil {
            families[pin.artifact] = Pinned(artifact: tables.string(pin.artifact), version: "").named.family
        }
        var shared: Set<String> = []
        if Set(families.values).count < families.count {
            for state in states {
                var seen: [String: UInt32] = [:]
                for pin in state {
                    let artifact = pins[pin].artifact
                    guard let family = families[artifact] else { continue }
                    if let other = seen[family], other != artifact { shared.insert(family) }
                    seen[family] = artifact
                }
            }
        }
        var numbers: [String: Int] = [:]
        return pins.map { pin in
            let family = families[pin.artifact] ?? ""
            let name = shared.contains(family) ? tables.string(pin.artifact) : family
            let number = numbers[name] ?? numbers.count
            numbers[name] = number
            return number
        }
    }

    /// Some pins, and those that say the same in other words.
    func withTwins(_ selection: Selection) -> Selection {
        guard !twins.isEmpty else { return selection }
        var all = selection
        for (pin, same) in twins where selection[pin] {
            for other in same { all[other] = true }
        }
        return all
    }

    var nothing: Selection { Selection(repeating: false, count: pins.count) }

    func selection(of rows: Set<PinnedRow>) -> Selection { rows.isEmpty ? nothing : pins.map(rows.contains) }

    func rows(in selection: Selection) -> Set<PinnedRow> {
        Set(pins.indices.filter { selection[$0] }.map { pins[$0] })
    }

    private func pins(in state: Int) -> ArraySlice<Int> { members[states[state]] }

    /// Adds a version in all its spellings, of which environments use different ones.
    private func add(_ pin: Int, to selection: inout Selection) {
        selection[pin] = true
        for twin in twins[pin] ?? [] { selection[twin] = true }
    }

    /// The versions in a state that are not in the one before, however that spells them.
    private func news(in state: Int, after before: Int) -> [Int] {
        let old = pins(in: before)
        return pins(in: state).filter { pin in
            !old.contains(pin) && twins[pin]?.contains(where: old.contains) != true
        }
    }

    /// Which states have one of some pins.
    func states(with selection: Selection) -> [Bool] {
        states.map { $0.contains { selection[members[$0]] } }
    }

    /// The newest deployment that changed which of some pins run; nil where none did.
    func newest(of selection: Selection, in chain: Chain) -> Int? {
        var newest: Int?
        var before: [Int] = []
        for step in chain.steps {
            let now = pins(in: step.state).filter { selection[$0] }
            if now != before { newest = step.number }
            before = now
        }
        return newest
    }

    /// The pins that came with a deployment.
    ///
    /// - Parameter isNews: Whether what ran anywhere before is left out, besides what the same commit deployed.
    func brought(by number: Int, in chain: Chain, isNews: Bool, _ ledger: Ledger) -> [Int] {
        guard let index = chain.steps.firstIndex(where: { $0.number == number }) else { return [] }
        let before = index == 0 ? 0 : chain.steps[index - 1].state
        let new = news(in: chain.steps[index].state, after: before)
        guard isNews, !new.isEmpty else { return new }
        let commit = ledger.tables.deployments[number].commit
        var ran = nothing
        for step in chains.map(\.steps).joined()
        where step.number < number && ledger.tables.deployments[step.number].commit != commit {
            for pin in pins(in: step.state) { add(pin, to: &ran) }
        }
        return new.filter { !ran[$0] }
    }

    /// Some versions, and those of the same artifacts that first came after one of them, in any environment, unless the
    /// order of versions says that they are older. Those that are later in that order need not have followed one of
    /// them in an environment.
    ///
    /// - Parameter lacking: Those that surely do not descend from them.
    func descendants(of seeds: Selection, except lacking: Selection) -> Selection {
        var carrying = withTwins(seeds)
        let sources = pins.indices.filter { seeds[$0] }
        let seeded = Set(sources.map { artifacts[$0] })
        var mayCarry = nothing
        for pin in pins.indices where !lacking[pin] && seeded.contains(artifacts[pin]) {
            for source in sources where artifacts[source] == artifacts[pin] {
                let order = versions[pin].order(to: versions[source])
                if order != .earlier { mayCarry[pin] = true }
                if order == .later, firsts[pin] > firsts[source] { carrying[pin] = true }
            }
        }
        var isGrowing = !seeded.isEmpty
        while isGrowing {
            isGrowing = false
            for chain in chains {
                var old = nothing
                var isSince = false
                for step in chain.steps {
                    let state = states[step.state]
                    isSince = isSince || state.contains { carrying[members[$0]] }
                    for place in state where !carrying[members[place]] {
                        let pin = members[place]
                        if !isSince {
                            add(pin, to: &old)
                        } else if !old[pin], mayCarry[pin] {
                            add(pin, to: &carrying)
                            isGrowing = true
                        }
                    }
                }
            }
        }
        return carrying
    }

    /// Whether an environment runs what a deployment of the app brought, or what descends from it.
    ///
    /// - Parameters:
    ///   - number: A deployment in any environment.
    ///   - series: The position of the app's series in the environment that is asked about.
    ///   - last: The deployment that is in force there.
    func isIn(_ series: Int, endingWith last: Int, broughtBy number: Int, _ ledger: Ledger) -> Bool {
        guard
            let state = chains.first(where: { $0.series == series })?.steps.last(where: { $0.number <= last }
            )?.state,
            let source = chains.first(where: { $0.steps.contains { $0.number == number } })
        else { return false }
        var seeds = nothing
        for pin in brought(by: number, in: source, isNews: true, ledger) { seeds[pin] = true }
        let carrying = descendants(of: seeds, except: nothing)
        return pins(in: state).contains { carrying[$0] }
    }

    /// When an environment got something, and lost it.
    ///
    /// - Parameters:
    ///   - version: The deployment of a version that brought it there, if there is one: then what first ran with it
    ///     or later has it.
    ///   - configuration: Where there is none, the deployment of configuration that brought it.
    ///   - carrying: Which states have it.
    ///   - lacking: Which surely do not.
    func stay(
        in chain: Chain, version: Int?, configuration: Int?, carrying: [Bool], lacking: [Bool]
    ) -> (entered: Int?, left: Int?) {
        // What it changed: of an artifact that stayed nothing follows.
        var changed: Set<Int> = []
        if let version, let place = chain.steps.firstIndex(where: { $0.number == version }) {
            let before = place == 0 ? 0 : chain.steps[place - 1].state
            var known = nothing
            // Where the app was away, all is new but what came back as it was.
            if before == 0 {
                for step in chain.steps[..<place] { for pin in pins(in: step.state) { add(pin, to: &known) } }
            }
            changed = Set(
                news(in: chain.steps[place].state, after: before).filter { !known[$0] }.map { artifacts[$0] })
        }
        var ranBefore = nothing
        var (entered, left): (Int?, Int?)
        for step in chain.steps {
            var has = carrying[step.state]
            if let version {
                if step.number < version {
                    for pin in pins(in: step.state) { add(pin, to: &ranBefore) }
                } else if !lacking[step.state],
                    pins(in: step.state).contains(where: {
                        !ranBefore[$0] && changed.contains(artifacts[$0])
                    })
                {
                    has = true
                }
            } else if let configuration, step.number >= configuration, step.state != 0 {
                has = true
            }
            if has, entered == nil || left != nil {
                (entered, left) = (step.number, nil)
            } else if !has, entered != nil, left == nil {
                left = step.number
            }
        }
        return (entered, left)
    }
}
