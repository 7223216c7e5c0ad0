public import Ledger
import Manifests

/// The versions of an app on both sides.
public struct VersionDifference {
    public var app: String
    /// A deployment for each of the environments.
    public var left: [Deployment] = []
    public var right: [Deployment] = []
    /// The environments on the right (on the left, where there is no right one) of which this is true.
    public var environments: Set<String>

    /// All that a side runs, environments that run the same together.
    public static func all(of side: DiffSide) -> [VersionDifference] {
        merged(
            side.apps.sorted().flatMap { app in
                side.members.compactMap { name in
                    side.state[name]?[app].map {
                        VersionDifference(app: app, left: [$0], environments: [name])
                    }
                }
            })
    }

    /// What the sides do not share.
    public static func all(_ left: DiffSide, right: DiffSide, order: EnvironmentOrder)
        -> [VersionDifference]
    {
        merged(
            left.apps.union(right.apps).sorted().flatMap { app -> [VersionDifference] in
                // An app that is nowhere on the right is one difference, not one for each environment there.
                let places = right.members.filter { right.state[$0]?[app] != nil }
                guard !places.isEmpty else {
                    let all = left.members.compactMap { left.state[$0]?[app] }
                    return [VersionDifference(app: app, left: all, environments: Set(right.members))]
                }
                return places.map { place in
                    let other = left.counterpart(of: place, app: app, order)
                    let pair = (other.flatMap { left.state[$0]?[app] }, right.state[place]?[app])
                    return VersionDifference(
                        app: app, left: [pair.0].compactMap { $0 }, right: [pair.1].compactMap { $0 },
                        environments: [place])
                }
            }.filter {
                ($0.left.first?.after == nil) != ($0.right.first?.after == nil) || !$0.differences.isEmpty
            })
    }

    /// What the sides have of each artifact in versions that are not the same.
    private var differences: [(left: [Pinned], right: [Pinned])] {
        Pinned.pairs(left.first?.after ?? [], right.first?.after ?? []).filter { left, right in
            left.count != right.count
                || !zip(left, right).allSatisfy { Version($0.version).isSame(as: Version($1.version)) }
        }
    }

    private static func merged(_ all: [VersionDifference]) -> [VersionDifference] {
        var merged: [VersionDifference] = []
        for one in all {
            let index = merged.firstIndex {
                $0.app == one.app && $0.left.first?.after == one.left.first?.after
                    && $0.right.first?.after == one.right.first?.after
            }
            if let index {
                merged[index].environments.formUnion(one.environments)
                merged[index].left += one.left
                merged[index].right += one.right
            } else {
                merged.append(one)
            }
        }
        return merged
    }

    /// The versions that are not the same, in few words: that of the artifact that is called like the app alone,
    /// another one's with its name, and how many more there are.
    public var versions: (left: String, right: String) {
        let (old, new) = (left.first?.after ?? [], right.first?.after ?? [])
        guard !old.isEmpty, !new.isEmpty else {
            return (left.first?.version ?? "–", right.first?.version ?? "–")
        }
        let changed = differences
        let meant = [right.first?.main, left.first?.main].compactMap(\.self).first { main in
            changed.contains { ($0.left + $0.right).contains { $0.artifact == main.artifact } }
        }
        let all = changed.flatMap { $0.left + $0.right }
        guard let main = meant ?? all.min(by: { ($0.named, $0.version) < ($1.named, $1.version) }),
            let pair = changed.first(where: { ($0.left + $0.right).contains { $0.artifact == main.artifact } }
            )
        else { return ("–", "–") }
        let isAlone = main == meant || Pinned.pairs(old, new).count == 1
        let others = changed.count - 1
        func text(_ pins: [Pinned]) -> String {
            guard !pins.isEmpty else { return "–" }
            return (isAlone ? "" : "\(main.named.shortName) ")
                + pins.map { Pinned.short($0.version) }.joined(separator: ", ")
                + (others > 0 ? " +\(others)" : "")
        }
        return (text(pair.left), text(pair.right))
    }
}
