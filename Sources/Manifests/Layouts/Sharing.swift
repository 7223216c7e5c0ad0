/// Who else is made of a file.
extension Estate {
    /// The environments and apps that are made of a file, those whose own it is among them.
    public func users(of file: String, at place: Place) throws -> [AppSnapshot] {
        if let known = knownUsers[place]?[file] { return known }
        let users = try possibleUsers(of: file, at: place).flatMap { try apps(of: $0) }
            .filter { $0.files.contains(file) }
        knownUsers[place, default: [:]][file] = users
        return users
    }

    /// The apps for which a pin is in force: those that an edit there would change.
    public func affected(by pin: Pin, at place: Place) throws -> [AppSnapshot] {
        try users(of: pin.file, at: place).filter { app in
            app.slots.contains { $0.pins.contains { $0.location == pin.location } }
        }
    }

    /// The units that may be made of a file, found without reading the others.
    func possibleUsers(of file: String, at place: Place) throws -> [Unit] {
        let checkout = try checkout(place)
        let folders = try checkout.referrers.folders(using: file)
        let files =
            try [file] + checkout.links(to: file)
            + folders.compactMap { Kustomization.path(in: $0, checkout) }
        let shared = configuration.shared.filter { $0.match(file) != nil }
        let chart = FilePath.join(FilePath.folder(of: file), "Chart.yaml")
        let all = { try self.units.filter { $0.place == place } }
        // What captures agree on, and not a path, may be any unit's.
        let members = try shared.isEmpty ? search.units(around: files + [chart], at: place) : all()
        // Flux leads to what no unit owns, and takes components from anywhere.
        let isOpen =
            try files.contains { file in !members.contains { $0.owns(file) || $0.isChart(with: file) } }
            || folders.contains { try Kustomization.read($0, in: checkout)?.isComponent ?? false }
        if isOpen, try checkout.mayHaveFlux() { return try all() }
        return members.filter { unit in
            files.contains(where: unit.owns) || unit.owns(chart) || unit.isChart(with: file)
                || shared.contains { $0.match(file, accepts: unit.agrees) != nil }
        }
    }
}

extension Unit {
    /// Whether the unit is a chart in layers that the file is a part of.
    fileprivate func isChart(with file: String) -> Bool {
        !layers.isEmpty && (layers.contains(file) || FilePath.isWithin(folder, file))
    }

    /// Whether a capture has the value that the unit's layout captured, if it did.
    func agrees(_ name: String, _ value: String) -> Bool { captures[name].map { $0 == value } ?? true }
}

extension Kustomization {
    var isComponent: Bool { root["kind"]?.string == "Component" }
}
