internal import Git
internal import System

/// Tells environments and apps from a repository without gx.yaml: first from the objects that deploy, and only
/// then from names.
public enum Discovery {
    /// - Parameter branches: short names, local and remote.
    /// - Throws: `ManifestsError.undetected` where nothing is found, or where it could be one thing or another.
    public static func detect(in checkout: Checkout, branches: [String]) throws -> DetectedLayout {
        let stages = try PromotionStages(checkout, DeployingObjects(of: checkout))
        var detected = try found(in: checkout, branches: branches, stages)
        stages.order(&detected)
        return detected
    }

    private static func found(
        in checkout: Checkout, branches: [String], _ stages: PromotionStages
    ) throws -> DetectedLayout {
        if let finding = try stages.branches(among: branches) { return finding.detected() }
        if let finding = try BranchLayouts.find(branches, isCertain: true) { return finding.detected() }
        let proven = try proven(in: checkout)
        let main = try checkout.repository.defaultBranch
        if proven?.isNamed != true, let finding = try BranchLayouts.family(of: main, in: branches) {
            return finding.detected()
        }
        if let proven { return proven }
        do {
            return try LayoutDetection.detect(in: checkout, branches: branches)
        } catch ManifestsError.undetected(let reason, let hint) {
            if let table = try table(in: checkout) { return table }
            if let single = try single(in: checkout) { return single }
            throw ManifestsError.undetected(reason: reason, hint: hint)
        }
    }

    /// What deployers say.
    private static func proven(in checkout: Checkout) throws -> DetectedLayout? {
        let objects = try DeployingObjects(of: checkout)
        guard !objects.isEmpty else { return nil }
        var found: [(deployer: Deployer, discovered: Discovered)] = []
        for deployer in [Deployer.flux, .argocd, .helmfile, .fleet] {
            let discovered = try deployer.discover(in: checkout)
            if !discovered.apps.isEmpty { found.append((deployer, discovered)) }
        }
        // What names no environment says nothing beside what does.
        if found.contains(where: { $0.discovered.namesEnvironments }) {
            found.removeAll { !$0.discovered.namesEnvironments }
        }
        guard !found.isEmpty, try !isOutweighed(found.map(\.discovered), in: checkout) else { return nil }
        let layouts = try found.map { deployer, _ in try layout(of: deployer, "**") }
        let deployers = found.map(\.deployer.title).joined(separator: " and ")
        var detected = detected(
            found.map(\.discovered), layouts: layouts,
            how: "as \(deployers) deploy\(found.count == 1 ? "s" : "") them")
        let used = Set(found.flatMap(\.discovered.apps).flatMap { $0.claims.union($0.recipe.files) })
        try addNames(to: &detected.configuration, used, in: checkout)
        detected.isNamed = found.contains { $0.discovered.namesEnvironments }
        return detected
    }

    /// What files say that hold the versions of several environments.
    private static func table(in checkout: Checkout) throws -> DetectedLayout? {
        let discovered = try Deployer.table.discover(in: checkout)
        guard discovered.environments.count > 1 else { return nil }
        let files = Set(discovered.apps.flatMap(\.recipe.files)).sorted()
        let layouts = try files.map { try layout(of: .table, $0) }
        return detected([discovered], layouts: layouts, how: "each a column of \(Finding.listed(files, 3))")
    }

    private static func layout(of deployer: Deployer, _ path: String) throws -> Layout {
        var layout = Layout(path: try Pattern(path))
        layout.deployer = deployer
        return layout
    }

    /// - Parameter how: How the environments are known, for people.
    private static func detected(_ found: [Discovered], layouts: [Layout], how: String) -> DetectedLayout {
        let names = unique(found.flatMap(\.environments))
        var configuration = Configuration()
        configuration.environments = EnvironmentOrder.environments(named: names, tiers: [:]).map {
            Configuration.Declaration(environment: $0)
        }
        configuration.layouts = layouts
        var detected = DetectedLayout(
            configuration: configuration, summary: "environments \(Finding.listed(names, 8)), \(how)")
        detected.evidence = found.flatMap { discovered in
            discovered.environments.map { ($0, discovered.evidence[$0] ?? "") }
        }.reduce(into: [:]) { all, one in all[one.0] = all[one.0] ?? one.1 }
        detected.files = found.flatMap(\.leftOut).map { (file: $0.file, reason: $0.reason) }
        return detected
    }

    /// Whether overlays that are called like environments hold so much that what deploys them must be elsewhere: what
    /// is here deploys only a part.
    private static func isOutweighed(_ found: [Discovered], in checkout: Checkout) throws -> Bool {
        let claims = Set(found.flatMap(\.apps).flatMap(\.claims))
        let overlays = try FolderLayouts.find(in: Folder.root(of: checkout.paths)).filter(\.isExact)
        guard !claims.isEmpty, !overlays.isEmpty else { return false }
        let patterns = overlays.flatMap(\.layouts).compactMap(\.path)
        let names = Set(overlays.flatMap(\.names))
        var (used, unused) = (0, 0)
        for path in checkout.paths where Kustomization.isKustomization(path) {
            let isOverlay = patterns.contains {
                $0.match(path, accepts: { $0 != "env" || names.contains(String($1)) }) != nil
            }
            guard isOverlay else { continue }
            let folder = FilePath.folder(of: path)
            let isUsed = claims.contains {
                $0 == folder || FilePath.isWithin($0, folder) || FilePath.isWithin(folder, $0)
            }
            if isUsed { used += 1 } else { unused += 1 }
        }
        return unused > 2 * used
    }

    /// Files of the same environments that are called so, where no deployer uses any of their kind.
    private static func addNames(
        to configuration: inout Configuration, _ used: Set<String>, in checkout: Checkout
    ) throws {
        let names = configuration.environments.map(\.environment.name)
        guard names.count > 1 else { return }
        let root = Folder.root(of: checkout.paths)
        for finding in try FileLayouts.find(in: root, checkout)
        where Set(finding.names).isSubset(of: names) && finding.names.count > 1 {
            let isFree = finding.layouts.allSatisfy { layout in
                guard let pattern = layout.path else { return false }
                let isUsed = checkout.paths.contains { path in
                    guard pattern.match(path, accepts: { $0 != "env" || names.contains(String($1)) }) != nil
                    else {
                        return false
                    }
                    return used.contains { $0 == path || FilePath.isWithin($0, path) }
                }
                return !isUsed
            }
            if isFree { configuration.layouts += finding.layouts }
        }
    }

    /// All of the repository as one environment, where anything in it has a version.
    private static func single(in checkout: Checkout) throws -> DetectedLayout? {
        let name = "main"
        var configuration = Configuration()
        configuration.environments = [.init(environment: Environment(name: name))]
        configuration.layouts = [Layout(path: try Pattern("**"), environment: try Template(name))]
        var finder = UnitFinder(configuration)
        try finder.find(
            in: checkout, at: FoundPlace(place: Place(), captures: [:]), by: configuration.layouts)
        let units = finder.units
        let builder = SnapshotBuilder(checkout, configuration, units: units)
        let hasVersions = try units.contains { try builder.apps(of: $0).contains { !$0.versions.isEmpty } }
        guard hasVersions else { return nil }
        return DetectedLayout(
            configuration: configuration,
            summary: "one environment, called \(name): nothing here names others")
    }
}

extension Discovered {
    /// Whether it tells environments apart, or at least how the only one is called.
    fileprivate var namesEnvironments: Bool {
        !environments.allSatisfy { ["in-cluster", "default"].contains($0) }
    }
}

extension Deployer {
    /// As people call it.
    var title: String {
        switch self {
        case .argocd: "Argo CD"
        case .flux: "Flux"
        case .helmfile: "helmfile"
        case .fleet: "Fleet"
        case .table: "a table of versions"
        }
    }
}
