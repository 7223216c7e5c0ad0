/// A folder whose files are layers of one app: a chart with values for each environment.
struct LayeredChart {
    var folder: String
    var captures: Captures
    /// The number of the layout that found it.
    var matcher: Int
    var paths = 0
    /// The units that it makes up.
    var keys: Set<Unit.Key> = []

    /// An environment has the app where the layout's switch says so, or, without a switch, where it has a layer of its
    /// own.
    ///
    /// - Parameter app: The app's name, as far as it has one.
    func units(
        _ matcher: LayoutMatcher, app: String?, _ environments: [Configuration.Declaration],
        switches: inout Switches, in checkout: Checkout
    ) throws -> [Unit] {
        var units: [Unit] = []
        for declaration in environments where declaration.match == nil {
            let environment = declaration.environment
            if let captured = captures["env"], captured != environment.name { continue }
            let captures = captures.merging(["env": environment.name]) { first, _ in first }
            let layers = layers(matcher.layout, captures, in: checkout)
            let isThere =
                switch matcher.layout.enabled {
                case .everywhere?: true
                case .named(let names)?:
                    names.contains(environment.name) || environment.group.map(names.contains) ?? false
                case .switched(let turned)?: try switches.isOn(turned, captures, in: checkout)
                case nil: layers.own.isEmpty || layers.own.contains(where: checkout.contains)
                }
            guard isThere else { continue }
            units.append(
                Unit(
                    environment: environment.name, app: app, namespace: captures["ns"],
                    place: matcher.place.place, layout: matcher.layout, captures: captures,
                    files: layers.own.sorted(by: FilePath.precedes), layers: layers.all, folder: folder))
        }
        return units
    }

    /// Its layers in an environment, whether its own are there or not, and which are its own.
    private func layers(
        _ layout: Layout, _ captures: Captures, in checkout: Checkout
    ) -> (all: [String], own: [String]) {
        var layers: (all: [String], own: [String]) = ([], [])
        for template in layout.layers {
            guard let name = template.filled({ captures[$0] }) else { continue }
            let path = FilePath.join(folder, name)
            let isOwn = template.names.contains("env")
            if isOwn { layers.own.append(path) }
            if isOwn || checkout.contains(path) { layers.all.append(path) }
        }
        return layers
    }
}
