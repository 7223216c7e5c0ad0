import Manifests
import System
import YAML

/// What pins of an app say otherwise than before, in lines: `envs/prod/kustomization.yaml images[0].newTag: 1 -> 2`.
struct PinChanges {
    private(set) var lines: [String] = []

    /// Items of a list change places: a pin is the one before it of the same artifact, and not the one that stood
    /// where it stands.
    init(from old: [Pin], to new: [Pin]) {
        var left = unique(old)
        var open = unique(new)
        // The surest first, so that an item that comes takes nothing from those that it moves.
        let isOne: [(Pin, Pin) -> Bool] = [
            { $0.location == $1.location && $0.artifact.family == $1.artifact.family },
            { ($0.file, $0.place, $0.artifact.family) == ($1.file, $1.place, $1.artifact.family) },
            { $0.location == $1.location && $0.isWhole && $1.isWhole },
        ]
        for isOne in isOne {
            open = open.filter { pin in
                guard let before = left.firstIndex(where: { isOne($0, pin) }) else { return true }
                tell(pin, since: left.remove(at: before))
                return false
            }
        }
        for pin in open { tell(pin, since: nil) }
        for pin in left {
            let name = pin.isWhole ? "" : "\(pin.artifact) "
            lines.append("\(pin.file) \(pin.path): \(name)\(pin.text), which goes")
        }
        lines = unique(lines)
    }

    private mutating func tell(_ pin: Pin, since before: Pin?) {
        guard pin.text != before?.text else { return }
        let words = before.map { "\($0.text) -> \(pin.text)" } ?? pin.text
        lines.append("\(pin.file) \(pin.path): \(words)")
    }
}

extension Pin {
    /// Whether its text names the artifact, too.
    fileprivate var isWhole: Bool { if case .reference = form { true } else { false } }

    /// The path, wherever in lists it leads.
    fileprivate var place: [Path.Step] {
        path.steps.map { if case .index = $0 { .anyItem } else { $0 } }
    }
}
