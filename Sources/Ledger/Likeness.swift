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
        guard own.state != theirs.state else { return left.isEmpty ? .unrelated : .same }
        let partners = partners(of: left, in: right)
        let common = left.filter { partners[$0.artifact] != nil }
        guard !common.isEmpty else { return .unrelated }
        let different = common.filter { pin in
            // Pins stand in the order of artifacts and versions.
            let versions = left.filter { $0.artifact == pin.artifact }.map(\.version)
            let others = right.filter { $0.artifact == partners[pin.artifact] }.map(\.version)
            return versions != others && !isSame(versions, others)
        }
        // Rows are numbered as they were met, which tells nothing: by name, every index says the same.
        func rank(_ pin: PinnedRow) -> (Int, String) {
            if tables.main(of: own)?.artifact == pin.artifact { return (0, "") }
            let pinned = self.pin(pin)
            return (pinned.named.kind == .image ? 1 : 2, pinned.artifact)
        }
        guard let chosen = different.min(by: { rank($0) < rank($1) }) else { return .same }
        func named(_ row: DeploymentRow, pins: Slice<Column<PinnedRow>>, artifact: UInt32?) -> Pinned? {
            if let main = tables.main(of: row), main.artifact == artifact { return pin(main) }
            return pins.filter { $0.artifact == artifact }.map(pin).min { $0.version < $1.version }
        }
        guard let left = named(own, pins: left, artifact: chosen.artifact),
            let right = named(theirs, pins: right, artifact: partners[chosen.artifact])
        else { return .same }
        return .different(left, from: right)
    }

    /// By artifact the same one in another state: by its name, else by its family, as where an environment pulls from a
    /// registry of its own.
    private func partners(
        of left: Slice<Column<PinnedRow>>, in right: Slice<Column<PinnedRow>>
    ) -> [UInt32: UInt32] {
        artifactPairs(Set(left.map(\.artifact)), Set(right.map(\.artifact))) {
            Pinned(artifact: tables.string($0), version: "").named.family
        }
    }

    /// Whether versions that are written in different ways are the same.
    private func isSame(_ left: [UInt32], _ right: [UInt32]) -> Bool {
        func parsed(_ versions: [UInt32]) -> [Version] {
            versions.map { Version(tables.string($0)) }.sorted { $0.description < $1.description }
        }
        return left.count == right.count && zip(parsed(left), parsed(right)).allSatisfy { $0.isSame(as: $1) }
    }
}

/// The same artifacts in two states, by their names, else by their families where each side has one that is called so.
private func artifactPairs<Name: Hashable>(
    _ left: Set<Name>, _ right: Set<Name>, family: (Name) -> String
) -> [Name: Name] {
    let common = left.intersection(right)
    var pairs = Dictionary(uniqueKeysWithValues: common.map { ($0, $0) })
    let (alone, free) = (left.subtracting(common), right.subtracting(common))
    guard !alone.isEmpty, !free.isEmpty else { return pairs }
    let others = Dictionary(grouping: free, by: family)
    for (family, own) in Dictionary(grouping: alone, by: family) {
        guard own.count == 1, let one = own.first, let other = others[family], other.count == 1 else {
            continue
        }
        pairs[one] = other.first
    }
    return pairs
}

extension Pinned {
    /// What two states have of each artifact, sorted by version; a registry may be an environment's own.
    public static func pairs(_ left: [Pinned], _ right: [Pinned]) -> [(left: [Pinned], right: [Pinned])] {
        func grouped(_ pins: [Pinned]) -> [String: [Pinned]] {
            Dictionary(grouping: pins, by: \.artifact).mapValues { $0.sorted { $0.version < $1.version } }
        }
        let (own, theirs) = (grouped(left), grouped(right))
        let partners = artifactPairs(Set(own.keys), Set(theirs.keys)) {
            Pinned(artifact: $0, version: "").named.family
        }
        let met = Set(partners.values)
        return own.keys.sorted().map { (own[$0] ?? [], partners[$0].flatMap { theirs[$0] } ?? []) }
            + theirs.keys.filter { !met.contains($0) }.sorted().map { ([], theirs[$0] ?? []) }
    }
}
