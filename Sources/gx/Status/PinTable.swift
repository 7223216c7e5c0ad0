import Answers
import Manifests
import Terminal
import YAML

/// Where the versions of one app are written: each place once, with the environments that it is in force for.
struct PinTable {
    struct Row {
        var place: Place
        var slot: Slot
        var pin: Pin
        var line: Int?
        /// Whether another pin is in force in its place.
        var isHidden: Bool
        /// The environments that have it from elsewhere.
        var inheriting: Set<String>
        var environments: [String]

        /// `FILE:LINE`; where environments are branches, `BRANCH:FILE:LINE`.
        var position: String {
            (place.branch.map { "\($0):" } ?? "") + pin.file + (line.map { ":\($0)" } ?? "")
        }
    }

    private(set) var rows: [Row] = []
    /// What was left alone, with the file.
    private(set) var notes: [AppSnapshot.Note] = []
    private let environments: [Environment]

    init(_ row: Overview.Row, overview: Overview, estate: Estate) throws {
        environments = zip(overview.environments, row.cells).compactMap { $1 == nil ? nil : $0 }
        for environment in environments {
            guard let snapshot = try estate.app(row.app, in: environment.name) else { continue }
            notes += snapshot.notes.filter { !notes.contains($0) }
            for slot in snapshot.slots {
                // An image without a version pins nothing, and hides nothing.
                let hidden = slot.hidden.filter { $0.version != Version() }
                for (pin, isHidden) in slot.pins.map({ ($0, false) }) + hidden.map({ ($0, true) }) {
                    try add(pin, isHidden: isHidden, slot: slot, snapshot: snapshot, estate: estate)
                }
            }
        }
    }

    private mutating func add(
        _ pin: Pin, isHidden: Bool, slot: Slot, snapshot: AppSnapshot, estate: Estate
    ) throws {
        let known = rows.firstIndex {
            $0.place == snapshot.unit.place && $0.pin == pin && $0.isHidden == isHidden
                && $0.slot.artifact == slot.artifact
        }
        let index: Int
        if let known {
            index = known
        } else {
            index = rows.count
            let line = try estate.checkout(snapshot.unit.place).line(of: pin)
            rows.append(
                Row(
                    place: snapshot.unit.place, slot: slot, pin: pin, line: line, isHidden: isHidden,
                    inheriting: [], environments: []))
        }
        if rows[index].environments.last != snapshot.environment {
            rows[index].environments.append(snapshot.environment)
        }
        if snapshot.inherits(pin.file) { rows[index].inheriting.insert(snapshot.environment) }
    }

    var table: Table {
        Table(
            rows,
            [
                Column("ARTIFACT", minimum: 10, drop: 2) { Text($0.slot.artifact.shortName) },
                Column("VERSION", minimum: 12) { row in
                    Text(row.pin.version.short, row.isHidden ? .faint : .version)
                },
                Column("WRITTEN AT", minimum: 24) { Text($0.position) },
                Column("ENVIRONMENTS", minimum: 12) { row in
                    Text(grouped(row.environments), .environment)
                },
                Column("") { row in
                    row.isHidden
                        ? Text("hidden", .faint) : row.inheriting.isEmpty ? "" : Text("inherited", .faint)
                },
            ])
    }

    /// Names of environments, whole groups by the group's name.
    private func grouped(_ names: [String]) -> String {
        var shown: [String] = []
        for name in names {
            let group = environments.first { $0.name == name }?.group
            let members = environments.filter { $0.group != nil && $0.group == group }.map(\.name)
            let isWhole = members.count > 1 && members.allSatisfy(names.contains)
            let text = isWhole ? "\(group ?? "") ×\(members.count)" : name
            if !shown.contains(text) { shown.append(text) }
        }
        return shown.joined(separator: ", ")
    }
}

extension Checkout {
    /// The line on which a pin stands, from 1; for one in an inline patch, that of the patch.
    func line(of pin: Pin) throws -> Int? {
        let documents = try file(at: pin.file)?.yaml?.documents ?? []
        guard let document = documents.first(where: { $0.index == pin.document }) else { return nil }
        return pin.path.matches(in: document).first?.line
    }
}
