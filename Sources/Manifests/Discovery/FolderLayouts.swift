/// Environments that are folders: `envs/ENV`, `apps/APP/overlays/ENV`, `components/C/TIER/CLUSTER`.
enum FolderLayouts {
    static func find(in root: Folder) throws -> [Finding] {
        var search = Search()
        try search.visit(root)
        var findings: [Finding] = []
        for group in ParentGroup.groups(of: search.parents) {
            if let finding = try finding(group) { findings.append(finding) }
        }
        return findings
    }

    /// A folder whose children are environments.
    struct Parent {
        var folder: Folder
        var environments: [Folder]
    }

    private struct Search {
        var parents: [Parent] = []

        mutating func visit(_ folder: Folder) throws {
            let environments = Search.environments(in: folder)
            try Search.checkDepth(folder, environments)
            if !environments.isEmpty { parents.append(Parent(folder: folder, environments: environments)) }
            let taken = Set(environments.map(\.path))
            for child in folder.folders where !taken.contains(child.path) && !child.isChart {
                if !FolderWord.isIgnored(child.name) && !FolderWord.isBase(child.name)
                    || folder.path.isEmpty && !child.name.hasPrefix(".")
                        && FolderWord.apps.contains(child.name)
                {
                    try visit(child)
                }
            }
        }

        static func environments(in folder: Folder) -> [Folder] {
            let candidates = folder.folders.filter {
                !FolderWord.isIgnored($0.name) && EnvironmentName.isValid($0.name) && $0.manifestCount > 0
            }
            var found = candidates.filter { StagedName($0.name).isEnvironment && !isTorn($0) }
            if FolderWord.environments.contains(folder.name) {
                // What such a folder holds are environments, whatever they are called.
                let others = candidates.filter {
                    !FolderWord.isBase($0.name) && StagedName($0.name).stage != nil
                }
                if folder.name != "overlays" && folder.name != "overlay" || !others.isEmpty {
                    found = candidates.filter { !FolderWord.isBase($0.name) }
                }
            } else if !found.isEmpty {
                // `production-downstream` beside `production`.
                found += candidates.filter { one in
                    !found.contains { $0 === one } && found.contains { one.name.hasPrefix($0.name + "-") }
                }
            }
            return found.sorted { $0.name < $1.name }
        }

        /// Whether a folder that is called like an environment is an app that has environments: `integration`.
        static func isTorn(_ folder: Folder) -> Bool {
            folder.folders.count { StagedName($0.name).isEnvironment && !StagedName.isRegion($0.name) } > 1
        }

        /// Environments in environments: which of the two are meant cannot be told.
        static func checkDepth(_ folder: Folder, _ environments: [Folder]) throws {
            let torn = folder.folders.filter { StagedName($0.name).isEnvironment && isTorn($0) }
            guard torn.count > 1, environments.count < torn.count else { return }
            let inner = Set(torn.flatMap { $0.folders.map(\.name).filter { StagedName($0).isEnvironment } })
            throw ManifestsError.undetected(
                reason: "two levels of folders are called like environments: "
                    + "\(torn.map(\.path).joined(separator: ", ")) and, in them, \(inner.sorted().joined(separator: ", "))",
                hint: "write a gx.yaml whose layout says which level is the environment: "
                    + "'\(FilePath.join(folder.path, "{env}"))/**' or '\(FilePath.join(folder.path, "*/{env}"))/**'"
            )
        }
    }

    private static func finding(_ group: ParentGroup<Parent>) throws -> Finding? {
        let tiers = group.members.flatMap(\.environments)
        let names = Set(tiers.map(\.name))
        guard names.count > 1 || group.isExplicit,
            names.contains(where: { StagedName($0).isPure }) || group.isExplicit
        else { return nil }
        var finding = Finding(
            layouts: [], names: [], weight: tiers.reduce(0) { $0 + $1.manifestCount })
        finding.isExact = group.hasTail
        // The clusters of a ring are what it is rolled out to at once.
        let inner = names.contains { StagedName($0).ring != nil } ? .nothing : InnerLevel.find(in: group)
        let head = group.pattern.isEmpty ? "" : group.pattern + "/"
        switch inner {
        case .clusters(let clusters, let own):
            finding.layouts = [
                Layout(
                    path: try Pattern("\(head){tier}/{cluster}/**"), environment: try Template("{cluster}"),
                    group: try Template("{tier}"))
            ]
            finding.tiers = clusters
            finding.names = clusters.keys.sorted()
            // `production-downstream` beside `production`: other folders of the same clusters.
            let groups = Set(clusters.values)
            for tier in Set(tiers.filter { $0.folders.contains { clusters[$0.name] != nil } }.map(\.name))
                .sorted()
            where !groups.contains(tier) {
                finding.layouts.append(
                    Layout(
                        path: try Pattern("\(head)\(tier)/{cluster}/**"),
                        environment: try Template("{cluster}")))
            }
            if !own.isEmpty { finding.layouts.append(Layout(path: try Pattern("\(head){env}/**"))) }
            finding.names += own.sorted()
        case .regions(let names):
            finding.layouts = [
                Layout(
                    path: try Pattern("\(head){tier}/{region}/**"),
                    environment: try Template("{tier}-{region}"),
                    group: try Template("{tier}"))
            ]
            finding.tiers = names
            finding.names = names.keys.sorted()
        case .apps:
            finding.layouts = [
                Layout(path: try Pattern("\(head){env}/{app}/**")),
                Layout(path: try Pattern("\(head){env}/**")),
            ]
            finding.names = names.sorted()
        case .nothing:
            finding.layouts = [Layout(path: try Pattern("\(head){env}/**"))]
            finding.names = names.sorted()
        }
        return finding
    }
}

/// What lies below the folders of stages.
private enum InnerLevel {
    /// Clusters and the tier that each is in; and the tiers that are environments themselves, somewhere.
    case clusters([String: String], own: Set<String>)
    /// The same regions in several tiers: `prod-eu` and the tier that it is in.
    case regions([String: String])
    case apps
    case nothing

    static func find(in group: ParentGroup<FolderLayouts.Parent>) -> InnerLevel {
        /// For each folder below a tier, the tiers that have it, and how often.
        var tiers: [String: [String: Int]] = [:]
        var isBuilt: Set<String> = []
        for parent in group.members {
            for tier in parent.environments {
                // What a kustomization builds are its parts.
                for child in tier.folders
                where !tier.hasKustomization && !FolderWord.isBase(child.name)
                    && !FolderWord.isIgnored(child.name)
                {
                    guard EnvironmentName.isValid(child.name), child.manifestCount > 0 else { continue }
                    tiers[child.name, default: [:]][tier.name, default: 0] += 1
                    if child.hasKustomization || child.folders.contains(where: \.hasKustomization) {
                        isBuilt.insert(child.name)
                    }
                }
            }
        }
        let all = group.members.flatMap(\.environments)
        let regions = tiers.filter { StagedName.isRegion($0.key) }
        if group.hasApps || group.members.count > 1 {
            // A cluster is in one tier (or in some of one stage), and several apps run there.
            let clusters = tiers.filter { name, counts in
                Set(counts.keys.map { StagedName($0).stage }).count == 1
                    && counts.values.reduce(0, +) > 1 && isBuilt.contains(name)
            }
            if !clusters.isEmpty {
                let own = all.filter { tier in
                    tier.hasKustomization || !tier.folders.contains { clusters[$0.name] != nil }
                }
                return .clusters(clusters.compactMapValues(mostCommon), own: Set(own.map(\.name)))
            }
            if isMost(regions, of: all) { return named(regions) }
            return .nothing
        }
        guard !all.contains(where: \.hasKustomization) else { return .nothing }
        if isMost(regions, of: all) {
            let isShared = regions.contains { $0.value.count > 1 }
            return isShared ? named(regions) : .clusters(regions.compactMapValues(mostCommon), own: [])
        }
        // The same folders in several tiers are apps, and not what is called after being full of apps.
        let apps = tiers.filter {
            $0.value.count > 1 && !FolderWord.apps.contains($0.key) && !FolderWord.contents.contains($0.key)
        }
        let folders = all.flatMap(\.folders)
        return folders.count { apps[$0.name] != nil } * 2 > folders.count ? .apps : .nothing
    }

    /// Whether the tiers hold mostly such folders.
    private static func isMost(_ names: [String: [String: Int]], of tiers: [Folder]) -> Bool {
        let holding = tiers.filter { tier in tier.folders.contains { names[$0.name] != nil } }
        let folders = holding.flatMap(\.folders).filter { !FolderWord.isBase($0.name) }
        return holding.count * 2 > tiers.count && folders.count { names[$0.name] != nil } * 2 > folders.count
    }

    private static func mostCommon(_ counts: [String: Int]) -> String? {
        counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    private static func named(_ regions: [String: [String: Int]]) -> InnerLevel {
        var names: [String: String] = [:]
        for (region, tiers) in regions { for tier in tiers.keys { names["\(tier)-\(region)"] = tier } }
        return .regions(names)
    }
}
