internal import YAML

/// What deploys by what the repository says: a program and its objects, or a job and its table of versions.
public enum Deployer: String, Sendable, CaseIterable {
    case argocd, flux, helmfile, fleet, table

    /// What it deploys from a commit.
    func discover(in checkout: Checkout, _ scope: DeployerScope = .everything) throws -> Discovered {
        func objects() throws -> DeployingObjects { try DeployingObjects(of: checkout) }
        return switch self {
        case .argocd: try ArgoDiscovery(checkout, objects: objects(), scope: scope).discover()
        case .flux: try FluxDiscovery(checkout, objects: objects(), scope: scope).discover()
        case .helmfile: try HelmfileDiscovery(checkout, objects: objects(), scope: scope).discover()
        case .fleet: try FleetDiscovery(checkout, objects: objects(), scope: scope).discover()
        case .table: try TableDiscovery(checkout, scope: scope).discover()
        }
    }
}

/// What a deployer deploys: apps in environments, and why that is thought.
struct Discovered {
    struct App {
        var environment: String
        /// Nil where what it makes says how it is called.
        var name: String?
        var recipe: Recipe
        /// Files and folders that are the app's in this environment, unless another environment uses them too.
        var claims: Set<String>
        /// `argocd/applications/dev/api.yaml: Application/api-dev`
        var evidence: String
    }

    /// Something that deploys, or looks so, and was not taken.
    struct LeftOut: Hashable {
        var file: String
        var reason: String
    }

    var apps: [App] = []
    var leftOut: [LeftOut] = []
    /// For each environment, how it is known.
    var evidence: [String: String] = [:]

    /// In the order in which they were found.
    var environments: [String] {
        var names: [String] = []
        for app in apps where !names.contains(app.environment) { names.append(app.environment) }
        return names
    }

    /// The apps as units, those of one name as one.
    func units(of layout: Layout, at place: Place, in checkout: Checkout) -> [Unit] {
        var users: [String: Set<String>] = [:]
        for app in apps { for claim in app.claims { users[claim, default: []].insert(app.environment) } }
        var order: [Unit.Key] = []
        var units: [Unit.Key: Unit] = [:]
        for app in apps {
            let key = Unit.Key(environment: app.environment, app: app.name, namespace: nil, place: place)
            let own = app.claims.filter { users[$0]?.count == 1 }
            let shared = users.keys.filter { users[$0].map { $0.count > 1 } ?? false }
            let files = Set(own.flatMap { claim in self.files(of: claim, in: checkout) }).filter { file in
                !shared.contains { $0 == file || FilePath.isWithin($0, file) && !own.contains(file) }
            }
            if var known = units[key] {
                known.recipe = known.recipe?.adding(app.recipe)
                known.files = Set(known.files).union(files).sorted(by: FilePath.precedes)
                units[key] = known
                continue
            }
            order.append(key)
            let folders = own.filter { !checkout.contains($0) }.sorted()
            var unit = Unit(
                environment: app.environment, app: app.name, namespace: nil, place: place, layout: layout,
                captures: ["env": app.environment], files: files.sorted(by: FilePath.precedes), layers: [],
                folder: folders.first ?? "")
            if let name = app.name { unit.captures["app"] = name }
            unit.recipe = app.recipe
            units[key] = unit
        }
        return order.compactMap { units[$0] }
    }

    private func files(of claim: String, in checkout: Checkout) -> [String] {
        checkout.contains(claim) ? [claim] : Array(checkout.paths(under: claim))
    }
}
