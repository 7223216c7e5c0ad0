import Git
import Ledger
import Manifests
import Terminal

/// One side of a comparison: an environment or a group, now or at a moment.
struct DiffSide {
    /// As it was asked for.
    let text: String
    let moment: Moment
    /// The environments that it stands for, in order.
    let members: [String]
    /// By environment and app.
    private(set) var state: [String: [String: Deployment]] = [:]

    init(_ text: String, app: String?, _ ledger: Ledger, _ order: EnvironmentOrder, _ context: Context) throws
    {
        self.text = text
        moment = try Moment(text)
        let names = try order.members(of: moment.environment, ledger)
        members = names.sorted { (order.position(of: $0), $0) < (order.position(of: $1), $1) }
        if case .date(let date) = moment.when {
            try context.note("\("\(text) is \(context.repository.date(date))", .faint)")
        }
        for member in members {
            let all = try ledger.state(
                at: Moment(environment: member, when: moment.when), in: context.repository)
            // Since when a version runs is told by the deployment that brought it, not by later configuration.
            let brought = all.map { ledger[ledger.versionDeployment(endingWith: $0) ?? $0] }
            for deployment in brought where app ?? deployment.app == deployment.app {
                state[member, default: [:]][deployment.app] = deployment
            }
        }
    }

    var apps: Set<String> { Set(state.values.flatMap(\.keys)) }

    /// Which of this side an environment of the other is compared with, for an app: the one before it, the one of the
    /// same name, or any that has the app.
    func counterpart(of name: String, app: String, _ order: EnvironmentOrder) -> String? {
        let having = members.filter { state[$0]?[app] != nil }
        let before = order.before(name, app: app)
        return having.first { $0 == name } ?? having.first(where: before.contains) ?? having.first
    }
}

/// The versions of an app on both sides.
struct VersionDifference {
    var app: String
    /// A deployment for each of the environments.
    var left: [Deployment] = []
    var right: [Deployment] = []
    /// The environments on the right (on the left, where there is no right one) of which this is true.
    var environments: Set<String>

    /// All that a side runs, environments that run the same together.
    static func all(of side: DiffSide) -> [VersionDifference] {
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
    static func all(_ left: DiffSide, _ right: DiffSide, _ order: EnvironmentOrder) -> [VersionDifference] {
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

    /// Since when: a day for each end where the environments got it at different times.
    static func since(_ deployments: [Deployment]) -> String {
        let times = deployments.map(\.time)
        guard let first = times.min(), let last = times.max() else { return "" }
        return first == last
            ? minute(first) : day(first) == day(last) ? day(first) : "\(day(first)) … \(day(last))"
    }

    /// The versions that are not the same, in few words: that of the artifact that is called like the app alone,
    /// another one's with its name, and how many more there are.
    var versions: (left: String, right: String) {
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
