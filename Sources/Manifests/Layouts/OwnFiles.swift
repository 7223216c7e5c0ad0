internal import System

/// Who else is made of a file.
extension Estate {
    /// The environments and apps that are made of a file, those whose own it is among them.
    public func users(of file: String, at place: Place) throws -> [AppSnapshot] {
        if let known = knownUsers[place]?[file] { return known }
        let users = try users(ofAny: [file], at: place)
        knownUsers[place, default: [:]][file] = users
        return users
    }

    /// The environments and apps that are made of one of some files. It takes one look at the units for all of them.
    public func users(ofAny files: [String], at place: Place) throws -> [AppSnapshot] {
        let wanted = Set(files)
        return try possibleUsers(of: files, at: place).flatMap { try apps(of: $0) }
            .filter { $0.files.contains(where: wanted.contains) }
    }

    /// The apps for which a pin is in force: those that an edit there would change.
    public func affected(by pin: Pin, at place: Place) throws -> [AppSnapshot] {
        try users(of: pin.file, at: place).filter { app in
            app.slots.contains { $0.pins.contains { $0.written == pin.written } }
        }
    }

    /// The environments that have a file by a symbolic link to a folder above it, with the link: where it is not followed,
    /// no unit of theirs is known.
    public func linked(to file: String, at place: Place) throws -> [(environment: String, link: String)] {
        let checkout = try checkout(place)
        return try checkout.linkedFolders().filter { FilePath.isWithin($0.folder, file) }.flatMap { one in
            search.environments(at: one.path(of: file), of: place).map { ($0, one.link) }
        }
    }

    /// The units that may be made of one of some files, found without reading the others.
    func possibleUsers(of changed: [String], at place: Place) throws -> [Unit] {
        let checkout = try checkout(place)
        let folders = try unique(changed.flatMap { try checkout.referrers.folders(using: $0) })
        let files =
            try changed + changed.flatMap { try checkout.links(to: $0) }
            + folders.compactMap { Kustomization.path(in: $0, checkout) }
        let shared = configuration.shared.filter { pattern in changed.contains { pattern.match($0) != nil } }
        let charts = unique(changed.map { FilePath.join(FilePath.folder(of: $0), "Chart.yaml") })
        let all = { try self.units.filter { $0.place == place } }
        // What captures agree on, and not a path, may be any unit's.
        let members = try shared.isEmpty ? search.units(around: files + charts, at: place) : all()
        let owned = files.count > OwnFiles.few ? Set(members.flatMap(\.files)) : []
        // Flux leads to what no unit owns, and takes components from anywhere.
        let isOpen =
            try files.contains { file in
                !owned.contains(file) && !members.contains { $0.owns(file) || $0.isChart(with: file) }
            }
            || folders.contains { try Kustomization.read($0, in: checkout)?.isComponent ?? false }
        if isOpen, try checkout.mayHaveFlux() { return try all() }
        let own = OwnFiles(files + charts)
        // What a deployer makes of files that others use, too, is in the files of none of them.
        let hasDeployers = configuration.layouts.contains { $0.deployer != nil }
        let deployed = try (hasDeployers ? units : []).filter { unit in
            unit.place == place && unit.recipe.map { files.contains(where: $0.mayRead) } ?? false
        }
        let keys = Set(deployed.map(\.key))
        return deployed
            + members.filter { unit in
                guard !keys.contains(unit.key) else { return false }
                return own.hasAny(of: unit) || changed.contains(where: unit.isChart)
                    || shared.contains { pattern in
                        changed.contains { pattern.match($0, accepts: unit.agrees) != nil }
                    }
            }
    }
}

/// Files, of which units are asked whether they own one.
private struct OwnFiles {
    private let list: [String]
    private let set: Set<String>

    static let few = 8

    init(_ files: [String]) { (list, set) = (files, files.count > Self.few ? Set(files) : []) }

    /// Few are sought in the unit's files, which are sorted; among many, the unit's files are.
    func hasAny(of unit: Unit) -> Bool {
        set.isEmpty ? list.contains(where: unit.owns) : unit.files.contains(where: set.contains)
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
