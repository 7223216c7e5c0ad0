/// A layout that was told from a repository without gx.yaml.
public struct DetectedLayout: Sendable {
    public var configuration: Configuration
    /// One line for people: what was assumed.
    public var summary: String
    /// Folders that look alike but hold few files: not taken, and worth a word in gx.yaml.
    public var leftOut: [String] = []
    /// Whether what deploys says how environments are called.
    public var isNamed = false
    /// Whether something says which environment comes before which, and not only their names.
    public var isOrdered = false
    /// For each environment, how it is known; empty where it was guessed from names.
    public var evidence: [String: String] = [:]
    /// Files that look as if they deployed something, and why they were not taken.
    public var files: [(file: String, reason: String)] = []
}

/// Tells the layout of a repository from the paths of its files and the names of its branches; few files are
/// read.
public enum LayoutDetection {
    /// - Parameter branches: short names, local and remote.
    /// - Throws: `ManifestsError.undetected` where nothing is found, or where it could be one thing or another.
    public static func detect(in checkout: Checkout, branches: [String]) throws -> DetectedLayout {
        if let finding = try BranchLayouts.find(branches, isCertain: true) {
            return finding.detected()
        }
        let root = Folder.root(of: checkout.paths)
        var findings =
            try ChartLayouts.find(in: root, checkout) + FolderLayouts.find(in: root)
            + FileLayouts.find(in: root, checkout)
            + HelmfileLayouts.find(in: root, checkout)
        if findings.isEmpty { findings = try PairedNames.find(in: root) }
        // What is much smaller than the rest, and apart from it, describes how apps are wired.
        let most = findings.map(\.weight).max() ?? 0
        let roots = Set(findings.filter { $0.weight * 20 >= most }.map(\.root))
        let small = findings.filter { !roots.contains($0.root) }
        findings.removeAll { !roots.contains($0.root) }
        findings = try Finding.gathered(findings)
        // The first layout that matches wins: the exact ones come first.
        findings.sort { ($0.isExact ? 1 : 0, $0.weight) > ($1.isExact ? 1 : 0, $1.weight) }
        if let finding = Finding.merged(findings, checkout.paths) {
            var detected = finding.detected()
            detected.leftOut = small.flatMap(\.layouts).compactMap { $0.path?.description }
            return detected
        }
        if let finding = try BranchLayouts.find(branches, isCertain: false) {
            return finding.detected()
        }
        throw undetected(root, branches)
    }

    private static func undetected(_ root: Folder, _ branches: [String]) -> ManifestsError {
        let empty = root.emptyEnvironments
        if !empty.isEmpty {
            return .undetected(
                reason:
                    "no environments are to be seen here: there is no gx.yaml, and \(Finding.listed(empty, 4)) "
                    + "hold no YAML or JSON",
                hint:
                    "gx reads Kubernetes manifests, kustomizations, Helm charts and values, helmfiles, and versions in "
                    + "YAML or JSON; docs/gx-yaml.md has a gx.yaml for every layout")
        }
        let folders = root.folders.map { "\($0.name)/" }.filter { !FolderWord.isIgnored($0.dropLast()) }
        let seen = folders.isEmpty ? "" : "in \(Finding.listed(folders, 6)) "
        return .undetected(
            reason: "no environments are to be seen here: there is no gx.yaml, and \(seen)"
                + "no folder, file or branch is called like one (dev, staging, prod, …)",
            hint: "write a gx.yaml that names the environments and says where their files are: "
                + "'layout: [ \"some/{env}/**\" ]'; docs/gx-yaml.md has one for every layout")
    }
}

extension Folder {
    /// Folders that are called like environments, and hold nothing that gx reads.
    fileprivate var emptyEnvironments: [String] {
        folders.filter { !FolderWord.isIgnored($0.name) }.flatMap { child in
            StagedName(child.name).isEnvironment && child.manifestCount == 0
                ? ["\(child.path)/"] : child.emptyEnvironments
        }
    }
}

/// What one way of looking found.
struct Finding {
    var layouts: [Layout]
    /// The names of environments.
    var names: [String]
    /// Where an environment lies in the folder of a stage: that folder's name.
    var tiers: [String: String] = [:]
    /// How many manifests it explains.
    var weight: Int
    var shared: [Pattern] = []
    /// Whether a folder's name says that environments are in it: `overlays`, `rings`.
    var isExact = false

    /// The first folder of its layouts.
    var root: String {
        let path = layouts.first?.path?.description ?? ""
        let first = path.prefix { $0 != "/" }
        return first.endIndex < path.endIndex && !first.contains { "{*".contains($0) } ? String(first) : ""
    }

    /// Folders of apps at the root that have their environments in folders of one name are one layout:
    /// `{app}/overlays/{env}/**`. Two may be something else.
    static func gathered(_ findings: [Finding]) throws -> [Finding] {
        let tails = Dictionary(grouping: findings.compactMap(\.tail), by: \.self).filter {
            $0.value.count > 2
        }
        var gathered: [String: Finding] = [:]
        for finding in findings {
            guard let tail = finding.tail, tails[tail] != nil else { continue }
            let empty = Finding(
                layouts: [Layout(path: try Pattern("{app}/\(tail)"))], names: [], weight: 0, isExact: true)
            var all = gathered[tail] ?? empty
            all.weight += finding.weight
            all.names += finding.names.filter { !all.names.contains($0) }
            gathered[tail] = all
        }
        return findings.filter { $0.tail.map { tails[$0] == nil } ?? true }
            + gathered.sorted { $0.key < $1.key }.map(\.value)
    }

    /// `overlays/{env}/**` of `core/overlays/{env}/**`.
    private var tail: String? {
        guard isExact, layouts.count == 1, let path = layouts[0].path, path.names == ["env"] else {
            return nil
        }
        let parts = path.description.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2, !parts[0].contains("{"), !FolderWord.apps.contains(parts[0]) else {
            return nil
        }
        return parts[1]
    }

    static func merged(_ findings: [Finding], _ paths: [String]) -> Finding? {
        guard var all = findings.first else { return nil }
        for finding in findings.dropFirst() where !all.hides(finding, paths) {
            all.layouts += finding.layouts.filter { !all.covers($0, finding.names) }
            all.names += finding.names.filter { !all.names.contains($0) }
            all.tiers.merge(finding.tiers) { first, _ in first }
            all.shared += finding.shared.filter { !all.shared.contains($0) }
        }
        return all
    }

    /// Whether another finding names further environments of which each file is another's already.
    private func hides(_ other: Finding, _ paths: [String]) -> Bool {
        func isOfOne(_ path: String, _ finding: Finding) -> Bool {
            finding.layouts.contains { layout in
                layout.path?.match(path) { $0 != "env" || finding.names.contains(String($1)) } != nil
            }
        }
        let areFiles = (layouts + other.layouts).allSatisfy {
            $0.path?.names.contains("env") == true && $0.layers.isEmpty
        }
        guard areFiles, other.names.contains(where: { !names.contains($0) }) else { return false }
        return paths.allSatisfy { !isOfOne($0, other) || isOfOne($0, self) }
    }

    /// Whether files of a layout are found already.
    private func covers(_ layout: Layout, _ names: [String]) -> Bool {
        guard let path = layout.path, path.names == ["env"], let name = names.first,
            let file = path.path(Pattern.Match(captures: ["env": name], wildcards: []))
        else { return layouts.contains(layout) }
        return layouts.contains { known in
            known.path?.match(file) { $0 != "env" || self.names.contains(String($1)) } != nil
        }
    }

    func detected() -> DetectedLayout {
        var configuration = Configuration()
        configuration.environments = EnvironmentOrder.environments(named: names, tiers: tiers).map {
            Configuration.Declaration(environment: $0)
        }
        configuration.layouts = layouts
        configuration.shared = shared
        return DetectedLayout(
            configuration: configuration,
            summary: "environments \(Self.listed(configuration)), "
                + "found \(layouts.first?.place.branch == nil ? "in" : "as branches") "
                + Self.listed(layouts.map(Self.place), 3))
    }

    /// Where a layout finds environments.
    private static func place(_ layout: Layout) -> String {
        if let branch = layout.place.branch { return branch.description }
        let path = layout.path?.description ?? ""
        // Of a chart's layers the one that is the environment's.
        guard let own = layout.layers.first(where: { $0.names.contains("env") }) else { return path }
        return (path.hasSuffix("**") ? String(path.dropLast(2)) : path + "/") + own.description
    }

    /// The environments in order, those of a group together: `dev, staging, prod (prod-eu, prod-us)`.
    private static func listed(_ configuration: Configuration) -> String {
        var names: [String] = []
        for environment in configuration.environments.map(\.environment) {
            let name = environment.group ?? environment.name
            if !names.contains(name) { names.append(name) }
        }
        let shown = names.map { name in
            let members = configuration.environments.count { $0.environment.group == name }
            return members > 1 ? "\(name) ×\(members)" : name
        }
        return listed(shown, 8)
    }

    static func listed(_ names: [String], _ limit: Int) -> String {
        names.prefix(limit).joined(separator: ", ")
            + (names.count > limit ? " and \(names.count - limit) more" : "")
    }
}
