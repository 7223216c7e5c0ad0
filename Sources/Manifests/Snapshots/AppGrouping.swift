/// What was read of a unit, by app.
struct AppGrouping {
    private let reading: Reading
    private let unit: Unit

    init(_ reading: Reading, _ unit: Unit) {
        self.reading = reading
        self.unit = unit
    }

    /// Sorted by name; one without versions where nothing is used.
    var apps: [AppSnapshot] {
        var names: [String] = []
        var uses: [String: [Use]] = [:]
        let images = ImagesBeside(reading)
        for use in reading.uses {
            let name = unit.app ?? images.app(of: use)
            if uses[name] == nil { names.append(name) }
            uses[name, default: []].append(use)
        }
        if names.isEmpty { names = [unit.app ?? unit.environment] }
        // Files that no use is known to need belong to every app of the unit.
        let claimed = unit.app == nil ? reading.uses.reduce(into: Set()) { $0.formUnion($1.files) } : []
        let common = reading.files.subtracting(claimed).sorted(by: FilePath.precedes)
        return names.map { name in
            let own = uses[name] ?? []
            var files = unit.app == nil ? own.reduce(into: Set()) { $0.formUnion($1.files) } : []
            // Wherever a version is followed to: a change there is a change of the app.
            for pin in own.lazy.flatMap({ $0.pins + $0.hidden }) { files.insert(pin.file) }
            return AppSnapshot(
                environment: unit.environment, app: qualified(name), unit: unit, slots: slots(own),
                files: FilePath.merged(common, files), notes: reading.notes)
        }.sorted { $0.app < $1.app }
    }

    private func qualified(_ name: String) -> String {
        unit.name ?? (name.isEmpty ? unit.environment : name)
    }

    private func slots(_ uses: [Use]) -> [Slot] {
        struct Key: Hashable {
            var artifact: Artifact
            var pins: [Pin]
        }
        var order: [Key] = []
        var slots: [Key: Slot] = [:]
        for use in uses {
            let key = Key(artifact: use.artifact, pins: use.pins)
            if slots[key] == nil {
                order.append(key)
                slots[key] = Slot(
                    artifact: use.artifact, pins: use.pins, hidden: use.hidden, override: use.override)
            }
            if let workload = use.workload, slots[key]?.workloads.contains(workload) == false {
                slots[key]?.workloads.append(workload)
            }
        }
        return order.compactMap { slots[$0] }
    }
}
