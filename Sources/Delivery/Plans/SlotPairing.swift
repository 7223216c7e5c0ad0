internal import Manifests

/// Which slot of the source belongs to which slot of the target.
enum SlotPairing {
    /// For each slot of `target` the slot of `source` with the same artifact: the only one, or the one at
    /// the same place, or the one that the same workload runs. The rest is given by name.
    static func pair(_ source: AppSnapshot, _ target: AppSnapshot) -> (
        pairs: [(source: Slot, target: Slot)], ambiguous: [Slot]
    ) {
        var pairs: [(source: Slot, target: Slot)] = []
        var ambiguous: [Slot] = []
        for slot in target.slots {
            let pinned = source.slots.filter { !$0.pins.isEmpty && $0.artifact.kind == slot.artifact.kind }
            var candidates = pinned.filter { $0.artifact == slot.artifact }
            if candidates.isEmpty {
                // The same image from another registry, as where each environment has a mirror of its own.
                candidates = pinned.filter {
                    $0.artifact.shortName == slot.artifact.shortName
                        && isAtSamePlace($0, aApp: source, b: slot, bApp: target)
                }
            }
            guard let first = candidates.first else { continue }
            if candidates.allSatisfy({ $0.version == first.version }) {
                pairs.append((first, slot))
            } else if let same = candidates.first(where: {
                isAtSamePlace($0, aApp: source, b: slot, bApp: target)
            })
                ?? candidates.first(where: { !Set($0.workloads).isDisjoint(with: slot.workloads) })
            {
                pairs.append((same, slot))
            } else {
                ambiguous.append(slot)
            }
        }
        return (pairs, ambiguous)
    }

    private static func isAtSamePlace(_ a: Slot, aApp: AppSnapshot, b: Slot, bApp: AppSnapshot) -> Bool {
        guard let pin = a.pins.first, let other = b.pins.first, pin.path == other.path,
            pin.document == other.document
        else { return false }
        return aApp.unit.path(of: pin.file, in: bApp.unit) == other.file
    }
}
