internal import Manifests
internal import System
internal import YAML

/// Pins that move together or not at all.
enum Coupling {
    /// Moves in groups that stand or fall together: an image and the revision that it was built from, and what
    /// `couple:` of gx.yaml names. Equal versions of different artifacts are chance.
    static func groups(_ moves: [Move], in estate: Estate) throws -> [[Move]] {
        let named = try moves.map { try couples(of: $0.slot, at: $0.target.unit.place, estate) }
        var groups: [[Int]] = []
        for index in moves.indices {
            let group = groups.firstIndex { group in
                group.contains { other in
                    if let a = moves[other].sourceSlot, let b = moves[index].sourceSlot, areOneCommit(a, b) {
                        return true
                    }
                    return !named[other].isDisjoint(with: named[index])
                }
            }
            if let group { groups[group].append(index) } else { groups.append([index]) }
        }
        return groups.map { $0.map { moves[$0] } }
    }

    /// Which of `couple:`, in which file, name a pin of the slot.
    static func couples(of slot: Slot, at place: Place, _ estate: Estate) throws -> Set<String> {
        var found: Set<String> = []
        for (number, paths) in estate.configuration.couples.enumerated() {
            for pin in slot.pins {
                guard
                    let document = try estate.checkout(place).file(at: pin.file)?.yaml?.documents[
                        pin.document]
                else { continue }
                let isNamed = paths.contains { path in
                    path.matches(in: document).contains { $0.path == pin.path }
                }
                if isNamed { found.insert("\(number) \(pin.file)") }
            }
        }
        return found
    }

    /// Whether a version for one of the slots is one for the other, too.
    static func areOne(_ a: Slot, aCouples: Set<String>, b: Slot, bCouples: Set<String>) -> Bool {
        areOneCommit(a, b) || !aCouples.isDisjoint(with: bCouples) && a.version.tag == b.version.tag
    }

    /// The two stand in one file, and say one commit: of an image, and of its source.
    private static func areOneCommit(_ a: Slot, _ b: Slot) -> Bool {
        guard a.artifact.kind != b.artifact.kind, !files(a).isDisjoint(with: files(b)),
            let tag = a.version.tag, tag == b.version.tag
        else { return false }
        return tag.isCommitID
    }

    private static func files(_ slot: Slot) -> Set<String> { Set(slot.pins.map(\.file)) }
}

extension String {
    /// At least seven hexadecimal digits, not all of them decimal unless it is a whole id.
    fileprivate var isCommitID: Bool {
        let digits = utf8.filter { (0x30...0x39).contains($0) }.count
        let letters = utf8.filter { (0x61...0x66).contains($0) }.count
        let count = utf8.count
        return (7...64).contains(count) && digits + letters == count && (digits < count || count >= 40)
    }
}
