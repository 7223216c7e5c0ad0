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
        var open: [Pin] = []
        for pin in unique(new) {
            let same = left.firstIndex {
                $0.location == pin.location && $0.artifact.family == pin.artifact.family
            }
            if let same { tell(pin, since: left.remove(at: same)) } else { open.append(pin) }
        }
        for pin in open {
            let moved =
                left.firstIndex {
                    ($0.file, $0.place, $0.artifact.family) == (pin.file, pin.place, pin.artifact.family)
                } ?? left.firstIndex { $0.location == pin.location && $0.isWhole && pin.isWhole }
            tell(pin, since: moved.map { left.remove(at: $0) })
        }
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
