internal import Manifests

/// How what two deployments leave running compares.
public enum Likeness: Hashable, Sendable {
    /// They have no artifact in common.
    case unrelated
    /// What they have in common they have in the same versions.
    case same
    /// They have an artifact in different versions: of several, the one that people mean by the app's version, else an
    /// image.
    case different(Pinned, from: Pinned)
}

extension Ledger {
    /// How what a deployment leaves running compares with what another one does.
    public func likeness(of number: Int, to other: Int) -> Likeness {
        let (own, theirs) = (tables.deployments[number], tables.deployments[other])
        let (left, right) = (tables.pins(of: own.state), tables.pins(of: theirs.state))
        let common = left.filter { pin in right.contains { $0.artifact == pin.artifact } }
        guard !common.isEmpty else { return .unrelated }
        let different = common.filter { pin in
            // Pins stand in the order of artifacts and versions.
            let versions = left.filter { $0.artifact == pin.artifact }
            return !versions.elementsEqual(right.filter { $0.artifact == pin.artifact })
        }
        guard own.state != theirs.state else { return .same }
        // Rows are numbered as they were met, which tells nothing: by name, every index says the same.
        func rank(_ pin: PinnedRow) -> (Int, String) {
            if main(of: own)?.artifact == pin.artifact { return (0, "") }
            let pinned = self.pin(pin)
            return (pinned.named.kind == .image ? 1 : 2, pinned.artifact)
        }
        guard let chosen = different.min(by: { rank($0) < rank($1) }) else { return .same }
        func named(_ row: DeploymentRow, _ pins: Slice<Column<PinnedRow>>) -> Pinned? {
            if let main = main(of: row), main.artifact == chosen.artifact { return pin(main) }
            return pins.filter { $0.artifact == chosen.artifact }.map(pin).min { $0.version < $1.version }
        }
        guard let left = named(own, left), let right = named(theirs, right) else { return .same }
        return .different(left, from: right)
    }

    /// What people mean by the version of what a deployment leaves running.
    func main(of row: DeploymentRow) -> PinnedRow? {
        let pins = tables.pins(of: row.state)
        return row.main.map { pins[pins.startIndex + $0] }
    }
}
