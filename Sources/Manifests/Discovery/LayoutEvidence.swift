internal import System

/// Why environments and apps are taken for what they are, and what was left out.
public struct LayoutEvidence: Sendable {
    public struct Row: Hashable, Sendable {
        public var environment: String
        /// Nil where it is about the environment itself.
        public var app: String?
        /// `argocd/dev/cart.yaml: Application/cart-dev`
        public var evidence: String
        /// Whether only names of files and folders say so, and no gx.yaml.
        public var isGuessed: Bool
    }

    /// Something that looks as if it deployed, and is not read.
    public struct LeftOut: Hashable, Sendable {
        public var file: String
        public var reason: String
    }

    /// Each environment, and its apps behind it.
    public private(set) var rows: [Row] = []
    public private(set) var leftOut: [LeftOut] = []

    /// Reads all manifests, and what deploys them once more.
    ///
    /// - Parameters:
    ///   - detected: What the configuration was told from, where there is no gx.yaml.
    ///   - names: Only these environments.
    public init(of estate: Estate, detected: DetectedLayout?, in names: Set<String>) throws {
        let deployed = try Self.deployed(estate)
        leftOut = unique(deployed.flatMap(\.leftOut).map { LeftOut(file: $0.file, reason: $0.reason) })
        for pattern in detected?.leftOut ?? [] {
            leftOut.append(LeftOut(file: pattern, reason: "looks like environments, too, but holds little"))
        }
        for environment in estate.environments.map(\.name) where names.contains(environment) {
            let apps = try estate.apps(in: environment)
            let said = deployed.lazy.compactMap { $0.evidence[environment] }.first
            let byName = said == nil && detected != nil
            let layouts = unique(apps.map(\.unit.layout).map(Self.words))
            rows.append(
                Row(
                    environment: environment, app: nil,
                    evidence: said ?? (layouts.isEmpty ? "no file" : layouts.joined(separator: ", ")),
                    isGuessed: byName))
            for app in apps {
                let own = deployed.lazy.flatMap(\.apps).first {
                    $0.environment == environment && $0.name != nil && $0.name == app.unit.app
                }
                rows.append(
                    Row(
                        environment: environment, app: app.app,
                        evidence: own?.evidence ?? Self.source(of: app),
                        isGuessed: app.unit.recipe == nil && detected != nil))
                for note in app.notes where note.isUnreadable {
                    leftOut.append(LeftOut(file: note.file, reason: note.text))
                }
            }
        }
        leftOut = unique(leftOut)
    }

    private static func deployed(_ estate: Estate) throws -> [Discovered] {
        try ReplayPlace.all(estate.configuration, estate.resolver).flatMap { place in
            try place.layouts.compactMap { layout in
                try layout.deployer?.discover(
                    in: estate.checkout(place.place), DeployerScope(of: layout))
            }
        }
    }

    /// The place that says what an app is: where its version is written, else the first of its files.
    private static func source(of app: AppSnapshot) -> String {
        let main = app.main ?? app.slots.first
        let workload = main?.workloads.first.map { ": \($0)" } ?? ""
        let file = main?.pins.first?.file ?? app.unit.files.first ?? app.files.first
        return (file ?? "no file") + workload
    }

    /// `apps/{app}/overlays/{env}/**`, `branch env/{env}`.
    private static func words(_ layout: Layout) -> String {
        let parts = [
            layout.deployer.map { "\($0.title):" }, layout.place.repository.map { "repository \($0)" },
            layout.place.branch.map { "branch \($0)" }, layout.path?.description,
            layout.layers.first { $0.names.contains("env") }.map { "with \($0)" },
        ]
        return parts.compactMap { $0 }.joined(separator: " ")
    }
}
