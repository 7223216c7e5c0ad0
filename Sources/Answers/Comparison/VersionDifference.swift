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
            }.filter { $0.left.first?.after != $0.right.first?.after })
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
        let artifacts = Set((old + new).map(\.artifact)).filter { artifact in
            old.filter { $0.artifact == artifact } != new.filter { $0.artifact == artifact }
        }
        let changed = (old + new).filter { artifacts.contains($0.artifact) }
        let meant = [right.first?.main, left.first?.main].compactMap(\.self).first { main in
            changed.contains { $0.artifact == main.artifact }
        }
        guard let main = meant ?? changed.min(by: { ($0.named, $0.version) < ($1.named, $1.version) }) else {
            return ("–", "–")
        }
        let short = main.named.shortName
        let isApp = main == meant
        let others = artifacts.count - 1
        func text(_ pins: [Pinned]) -> String {
            let own = pins.filter { $0.artifact == main.artifact }
            guard !own.isEmpty else { return "–" }
            return
                (isApp || artifacts.count == 1 && Set((old + new).map(\.artifact)).count == 1
                ? "" : "\(short) ")
                + own.map { Pinned.short($0.version) }.joined(separator: ", ")
                + (others > 0 ? " +\(others)" : "")
        }
        return (text(old), text(new))
    }
}
