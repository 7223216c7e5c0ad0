/// What is remembered of the units of a place, taken over as it is asked for.
struct Recollection {
    let memory: any ReplayMemory
    private let place: ReplayPlace
    /// Those that were taken over.
    private(set) var uses: [Unit.Key: Replay.Use] = [:]
    /// The files that say which units there are.
    let rosterFiles: Set<String>

    init(_ memory: any ReplayMemory, of place: ReplayPlace) {
        (self.memory, self.place) = (memory, place)
        rosterFiles = memory.rosterFiles
    }

    /// Takes over those that have not been; gives them back.
    mutating func take(_ uses: [Replay.Use]) -> [(key: Unit.Key, use: Replay.Use)] {
        var new: [(key: Unit.Key, use: Replay.Use)] = []
        for use in uses {
            let key = use.key(at: place.place)
            if self.uses.updateValue(use, forKey: key) == nil { new.append((key, use)) }
        }
        return new
    }

    /// One that was taken over.
    func unit(_ key: Unit.Key) -> Unit? { uses[key].flatMap { $0.unit(in: place) } }

    /// All that there are, but for some.
    func units(besides others: Set<Unit.Key> = []) -> [Unit] {
        memory.units.filter { !others.contains($0.key(at: place.place)) }.compactMap { $0.unit(in: place) }
    }

    /// The groups that layouts give to environments.
    var groups: [String: String] {
        guard place.layouts.contains(where: { $0.group != nil }) else { return [:] }
        return units().reduce(into: [:]) { groups, unit in
            if let group = unit.layout.group?.filled({ unit.captures[$0] }) {
                groups[unit.environment] = group
            }
        }
    }
}
