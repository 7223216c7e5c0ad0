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
        guard own.state != theirs.state, let first = different.first else { return .same }
        let isMain = { (pin: PinnedRow) in self.main(of: own)?.artifact == pin.artifact }
        let isImage = { (pin: PinnedRow) in self.pin(pin).named.kind == .image }
        let chosen = different.first(where: isMain) ?? different.first(where: isImage) ?? first
        func named(_ row: DeploymentRow, _ pins: Slice<Column<PinnedRow>>) -> Pinned? {
            let main = main(of: row).flatMap { $0.artifact == chosen.artifact ? $0 : nil }
            return (main ?? pins.first { $0.artifact == chosen.artifact }).map(pin)
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
