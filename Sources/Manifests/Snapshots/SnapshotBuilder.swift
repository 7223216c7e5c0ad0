internal import YAML

/// Reads a unit: which apps it describes, and which versions they run.
struct SnapshotBuilder {
    let checkout: Checkout
    let configuration: Configuration
    /// The units of the checkout: what one of an environment reads, another need not.
    let units: () throws -> [Unit]

    init(
        _ checkout: Checkout, _ configuration: Configuration,
        units: @autoclosure @escaping () throws -> [Unit]
    ) {
        self.checkout = checkout
        self.configuration = configuration
        self.units = units
    }

    func apps(of unit: Unit) throws -> [AppSnapshot] {
        let readsVariables = checkout.readsVariables
        let apps = try appsOnce(of: unit)
        if checkout.readsVariables == readsVariables { return apps }
        // What takes variables has come up: they stand in what was read before, or was being read then.
        checkout.builds.forgetReadings()
        return try appsOnce(of: unit)
    }

    private func appsOnce(of unit: Unit) throws -> [AppSnapshot] {
        var reading =
            if let recipe = unit.recipe { try read(recipe, unit) } else if unit.layers.isEmpty {
                try read(unit)
            } else {
                try readLayers(of: unit)
            }
        if !unit.layers.isEmpty {
            reading.files.formUnion(chartFiles(of: unit))
            // What paths tell of it, beside the chart.
            var rest = unit
            rest.layers = []
            rest.files.removeAll { unit.layers.contains($0) || FilePath.isWithin(unit.folder, $0) }
            if !rest.files.isEmpty { reading.add(try read(rest)) }
        }
        ResourceSet.expand(in: &reading)
        try follow(unit, &reading)
        if Flux.takesConfigMaps(reading.resources) { checkout.readVariables() }
        Flux.fillValues(of: &reading)
        reading.settle()
        let shared = sharedFiles(of: unit)
        if !configuration.pins.isEmpty {
            let custom = try customPins(of: unit, shared, over: &reading)
            reading.add(custom)
        }
        reading.files.formUnion(shared)
        reading.files.formUnion(unit.files.filter(checkout.contains))
        return AppGrouping(reading, unit).apps
    }

    /// What `pins:` of gx.yaml says of the unit's files: what it says of a place wins over what gx would think, and a
    /// place of the unit's own over the same one in a layer below, or in a file that it shares.
    private func customPins(
        of unit: Unit, _ shared: [String], over reading: inout Reading
    ) throws -> Reading {
        let layers = unit.layers.reversed().map { [$0] }
        var found = Reading()
        for paths in [unit.files.filter { !unit.layers.contains($0) }] + layers + [shared] {
            var level = Reading()
            for path in paths {
                var more = try CustomPins.read(
                    configuration.pins, path, captures: unit.captures, app: unit.app, in: checkout)
                more.uses.removeAll { use in level.uses.contains { $0.pins == use.pins } }
                level.add(more)
            }
            let places = Set(level.uses.flatMap(\.pins).map(\.location))
            reading.uses.removeAll { use in use.pins.contains { places.contains($0.location) } }
            level.uses.removeAll { use in
                let index = found.uses.firstIndex {
                    $0.artifact == use.artifact && $0.pins.map(\.path) == use.pins.map(\.path)
                }
                guard let index else { return false }
                found.uses[index].hidden += use.pins
                found.uses[index].files.formUnion(use.files)
                return true
            }
            found.add(level)
        }
        return found
    }

    /// Kustomizations say what they are made of; every other file speaks for itself.
    func read(_ unit: Unit) throws -> Reading {
        var reading = Reading()
        let folders = Set(unit.files.filter(Kustomization.isKustomization).map(FilePath.folder))
        var build = KustomizeBuild(checkout)
        for folder in try roots(of: unit) { try build.build(folder) }
        reading.add(build.reading)

        let allShared = sharedFiles(of: unit)
        let shared = allShared.filter { !Helmfile.isHelmfile($0) }
        // What is a symbolic link here is a file elsewhere: that one says the version.
        let loose = try unit.files.filter { !isWithin(folders, path: $0, unit: unit) }.map(checkout.real)
        let charts = Set(loose.filter { FilePath.name(of: $0) == "Chart.yaml" }.map(FilePath.folder))
        for folder in charts.sorted() {
            let layers = ["Chart.yaml", "values.yaml"].map { FilePath.join(folder, $0) }
            reading.add(
                try HelmChart.read(
                    layers: shared + layers, app: unit.app ?? chartName(folder, unit), in: checkout))
        }
        for path in loose where FilePath.isYAML(path) || path.hasSuffix(".json") {
            if Helmfile.isHelmfile(path) {
                reading.add(try Helmfile.read(path, in: checkout))
            } else if !isWithin(charts, path: path, unit: unit) {
                try readLoose(path, shared: shared, unit: unit, into: &reading)
            }
        }
        for path in allShared where Helmfile.isHelmfile(path) {
            reading.add(try Helmfile.read(path, in: checkout))
        }
        for path in shared where FilePath.isYAML(path) { try readBeneath(path, &reading) }
        for path in unit.files where FilePath.name(of: path).hasPrefix(ArgoCD.overrides) {
            try ArgoCD.readOverrides(
                checkout.unlinked(path), app: unit.app ?? unit.environment, in: checkout, into: &reading)
        }
        return reading
    }

    /// Kubernetes objects of a file that environments share: those of the unit's own files are written over them.
    private func readBeneath(_ path: String, _ reading: inout Reading) throws {
        for base in try ManifestReader.read(path, in: checkout).resources
        where !base.kind.isEmpty {
            let index = reading.resources.firstIndex {
                $0.kind == base.kind && $0.name == base.name && $0.original.group == base.original.group
            }
            guard let index else {
                reading.resources.append(base)
                continue
            }
            let own = reading.resources[index]
            reading.resources[index].content = base.content.merged(with: own.content, .none) ?? own.content
            reading.resources[index].files.formUnion(base.files)
        }
    }

    /// Follows Flux Kustomizations to the folders that they lead to, except those that are units themselves.
    func follow(_ unit: Unit, _ reading: inout Reading) throws {
        var seen: Set<String> = []
        var open = reading.resources
        while let resource = open.popLast() {
            guard let kustomization = FluxKustomization(resource) else { continue }
            let found = try kustomization.read(
                in: checkout, environment: unit.environment, sources: reading.resources
            ) { folder in
                // What appears there may make it another unit's.
                checkout.note(place: folder)
                return try !seen.insert(folder).inserted
                    || unit.recipe == nil
                        && units().contains { $0.place == unit.place && $0.hasFiles(under: folder) }
            }
            open += found.resources
            reading.add(found)
        }
    }

    /// The folders of the unit's kustomizations that none of its others is made of: its overlays.
    func roots(of unit: Unit) throws -> [String] {
        // What is behind a link to a folder is built where the link leads.
        let folders = Set(
            try unit.files.filter(Kustomization.isKustomization).map(checkout.unlinked).map(FilePath.folder))
        guard folders.count > 1 else { return Array(folders) }
        var parts: Set<String> = []
        for folder in folders {
            guard let kustomization = try Kustomization.read(folder, in: checkout) else { continue }
            for reference in try kustomization.references(in: checkout) where reference != folder {
                parts.insert(reference)
            }
        }
        return folders.subtracting(parts).sorted()
    }

    /// A file of Kubernetes objects, or of values for a chart that lives elsewhere.
    private func readLoose(_ path: String, shared: [String], unit: Unit, into reading: inout Reading)
        throws
    {
        let root = try checkout.file(at: path)?.yaml?.documents.first?.root
        let isValues = root?.kind == .mapping && root?["kind"] == nil && root?["apiVersion"] == nil
        if isValues {
            let name = FilePath.name(of: path)
            let stem = name.firstIndex(of: ".").map { String(name[..<$0]) } ?? name
            let folder = FilePath.name(of: FilePath.folder(of: path))
            let generic = stem.hasPrefix("values") || stem == unit.environment
            let called = generic && !folder.isEmpty ? folder : stem
            let app = unit.app ?? EnvironmentName.taken(unit.environment, outOf: called) ?? called
            var values = try HelmChart.read(layers: shared + [path], app: app, in: checkout)
            if app == unit.environment || FolderWord.values.contains(app) { Self.nameApps(of: &values) }
            reading.add(values)
        } else {
            reading.add(try ManifestReader.read(path, in: checkout))
        }
    }

    /// Values of a whole environment name their apps by the first key, `api.image.tag`, or else by the image.
    private static func nameApps(of values: inout Reading) {
        for index in values.uses.indices {
            let use = values.uses[index]
            values.uses[index].app = use.artifact.shortName
            if let steps = (use.pins + use.hidden).first?.path.steps, steps.count > 2,
                case .key(let key) = steps[0]
            {
                values.uses[index].app = key
            }
        }
    }

    /// A chart by its layers. Where neither the layout nor the chart says a name, its images do.
    private func readLayers(of unit: Unit) throws -> Reading {
        let app = try unit.app ?? chartName(in: unit.folder)
        var values = try HelmChart.read(layers: unit.layers.map(checkout.real), app: app, in: checkout)
        if app.isEmpty { Self.nameApps(of: &values) }
        return values
    }

    private func chartName(in folder: String) throws -> String {
        let root = try checkout.file(at: FilePath.join(folder, "Chart.yaml"))?.yaml?.documents.first?.root
        return root?["name"]?.string ?? ""
    }

    /// A chart's folder is called like the app, unless it is called like the environment.
    private func chartName(_ folder: String, _ unit: Unit) throws -> String {
        let name = FilePath.name(of: folder)
        guard name.isEmpty || name == unit.environment else { return name }
        let own = try chartName(in: folder)
        return own.isEmpty ? name : own
    }

    private func isWithin(_ folders: Set<String>, path: String, unit: Unit) -> Bool {
        var folder = FilePath.folder(of: path)
        while true {
            if folders.contains(folder) { return true }
            if folder.isEmpty || folder == unit.folder { return false }
            folder = FilePath.folder(of: folder)
        }
    }

    /// `shared:` files whose captures agree with the unit's.
    private func sharedFiles(of unit: Unit) -> [String] {
        configuration.shared.flatMap { pattern -> [String] in
            if let path = pattern.path(Pattern.Match(captures: unit.captures, wildcards: [])) {
                return checkout.contains(path) && !unit.owns(path) ? [path] : []
            }
            let captures = pattern.names.map { unit.captures[$0].map { Array($0.utf8) } }
            // What no file of the unit binds would take files of others.
            guard captures.allSatisfy({ $0 != nil }) else { return [] }
            return checkout.files(matching: pattern, captures).filter { !unit.owns($0) }
        }
    }

    /// A chart's own files, without the values of other environments.
    private func chartFiles(of unit: Unit) -> [String] {
        let names = configuration.environments.map(\.environment.name)
        let others = Set(
            unit.layout.layers.filter { $0.names.contains("env") }.flatMap { template in
                names.filter { $0 != unit.environment }.compactMap { name in
                    template.filled { $0 == "env" ? name : unit.captures[$0] }.map {
                        FilePath.join(unit.folder, $0)
                    }
                }
            })
        return checkout.paths(under: unit.folder).filter { !others.contains($0) }
    }
}
