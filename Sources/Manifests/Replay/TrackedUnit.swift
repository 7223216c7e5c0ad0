internal import System

/// A unit as it was read last.
final class TrackedUnit {
    /// Nil where it has not been read since the tree that the replay started with.
    private(set) var apps: [AppSnapshot]? = []
    /// Of each app where its main slot is, and whether that is inherited: no other version changes it.
    private var mains: [(place: Int, isInherited: Bool)?] = []
    var names: Set<String> = []
    /// What it is made of, and whatever else has been read for it.
    var files: Set<String> = []
    var followed: Set<String> = []

    func set(_ apps: [AppSnapshot]?) {
        self.apps = apps
        mains = (apps ?? []).map { app in
            app.mainPlace.map { (place: $0, isInherited: app.inherits(app.slots[$0])) }
        }
    }

    /// Adds what it has of an app.
    func add(_ name: Replay.Name, to shift: inout Replay.Shift) {
        // Looked at in place: a snapshot is large.
        for index in mains.indices where apps?[index].app == name.app {
            let before = shift.slots ?? []
            let slots = apps?[index].slots ?? []
            shift.slots = before.isEmpty ? slots : before + slots
            guard shift.main == nil, let main = mains[index] else { continue }
            shift.main = before.count + main.place
            shift.isInherited = main.isInherited
        }
    }

    /// Takes other versions in a file over, and says which apps that concerns.
    func take(_ differences: [PinTemplate.Difference], in path: String) -> [Replay.Name] {
        var touched: [Replay.Name] = []
        for index in (apps ?? []).indices where apps?[index].take(differences, in: path) == true {
            if let name = apps?[index].name { touched.append(name) }
        }
        return touched
    }
}

extension AppSnapshot {
    var name: Replay.Name { Replay.Name(environment: environment, app: app) }

    func isMadeOf(_ path: String) -> Bool {
        let index = files.partitioningIndex { !FilePath.precedes($0, path) }
        return index < files.count && files[index] == path
    }

    /// Takes other versions over; false where the file is none of its own.
    fileprivate mutating func take(_ differences: [PinTemplate.Difference], in path: String) -> Bool {
        guard isMadeOf(path) else { return false }
        for slot in slots.indices {
            for pin in slots[slot].pins.indices where slots[slot].pins[pin].file == path {
                slots[slot].pins[pin].take(differences)
            }
            for pin in slots[slot].hidden.indices where slots[slot].hidden[pin].file == path {
                slots[slot].hidden[pin].take(differences)
            }
        }
        return true
    }
}

extension Pin {
    fileprivate mutating func take(_ differences: [PinTemplate.Difference]) {
        for difference in differences
        where difference.pin.document == document && difference.pin.path == path && inner == nil {
            text = difference.text
        }
    }
}
