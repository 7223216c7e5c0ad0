internal import Git
internal import Ledger
internal import Manifests
internal import System
internal import YAML

/// A step of a plan in the making: all that is to change at one place.
struct StepDraft {
    var edits: FileEdits
    private(set) var changes: [VersionChange] = []
    var configuration: [String] = []
    var switches: [String] = []
    var holds: [HoldTrailer] = []
    var environments: [String] = []
    /// The versions of the overrides that are made: two workloads of one image have one.
    private(set) var overrides: [Slot.Override: Version] = [:]
    /// Where a change stands among `changes`.
    private var numbers: [Key: Int] = [:]

    /// What makes two edits one change.
    private struct Key: Hashable {
        var environment: String
        var app: String
        var artifact: Artifact
        var new: Version
    }

    init(_ checkout: Checkout) {
        edits = FileEdits(checkout)
    }

    /// - Parameter other: Another app that the move changes, too, and what it runs from there.
    private mutating func record(
        _ move: Move, as version: Version? = nil, for other: (app: AppSnapshot, slot: Slot)? = nil,
        sites: [VersionChange.Site]
    ) {
        let (app, slot) = other ?? (move.target, move.slot)
        let change = VersionChange(
            environment: app.environment, app: app.app, artifact: slot.artifact, old: slot.version,
            new: version ?? move.fitting, source: move.source, isOlder: false, sites: sites)
        let key = Key(
            environment: change.environment, app: change.app, artifact: change.artifact, new: change.new)
        if let number = numbers[key] {
            changes[number].sites += sites
        } else {
            numbers[key] = changes.count
            changes.append(change)
        }
    }

    /// Writes the texts of pins; where one of them is to hold something else already, it is given back.
    mutating func rewrite(
        _ pins: [(pin: Pin, text: String)], for move: Move, alsoFor shared: [AppSnapshot]
    ) -> Pin? {
        let open = pins.filter { $0.pin.text != $0.text }
        for (pin, text) in open where !edits.rewrite(pin, to: text) { return pin }
        let others = unique(shared.map(\.environment)).filter { $0 != move.target.environment }
        record(
            move,
            sites: open.map { pin, text in
                VersionChange.Site(
                    file: pin.file, path: "\(pin.path)", old: pin.text, new: text, sharedWith: others)
            })
        let places = Set(pins.map(\.pin.written))
        for app in shared {
            for slot in app.slots where slot.pins.contains(where: { places.contains($0.written) }) {
                record(move, for: (app, slot), sites: [])
            }
        }
        return nil
    }

    /// Takes an override away: what it hid says the version.
    mutating func remove(_ pin: Pin, at path: Path?, for move: Move) {
        if let path {
            edits.remove(pin.file, document: pin.document, path: path)
        } else {
            edits.replace(pin.file, by: nil, mode: .file)
        }
        record(
            move,
            sites: move.slot.pins.map {
                VersionChange.Site(file: $0.file, path: "\($0.path)", old: $0.text, new: nil, sharedWith: [])
            })
    }

    // MARK: Overrides

    /// Gives the environment a place of its own for the version; false where that is to hold another one already.
    mutating func write(_ override: Slot.Override, for move: Move, in checkout: Checkout) throws -> Bool {
        if let known = overrides[override] {
            guard known == move.version else { return false }
            record(move, sites: [])
            return true
        }
        overrides[override] = move.version
        switch override {
        case .kustomization(let file, let image):
            let sites = try writeImage(image, move.version, file: file, in: checkout)
            record(move, as: move.version, sites: sites)
        case .values(let file, let keys):
            var parts = [(keys, move.version.tag ?? move.version.description)]
            var version = Version(move.version.tag ?? move.version.description)
            // A digest that is inherited would go on to say what runs.
            if let digest = move.version.digest, move.version.tag != nil,
                move.slot.pins.contains(where: { $0.form == .digest })
            {
                parts.append((Array(keys.dropLast()) + ["digest"], digest))
                version = move.version
            }
            let sites = try parts.map { try writeValue($1, keys: $0, file: file, in: checkout) }
            record(move, as: version, sites: sites)
        }
        return true
    }

    /// An entry of `images:` in a kustomization.
    private mutating func writeImage(
        _ image: String, _ version: Version, file: String, in checkout: Checkout
    ) throws -> [VersionChange.Site] {
        var parts: [(key: String, value: String)] = []
        if let tag = version.tag { parts.append(("newTag", tag)) }
        if let digest = version.digest { parts.append(("digest", digest)) }
        let root = try checkout.file(at: file)?.yaml?.documents.first?.root
        let entries = root?["images"]?.items ?? []
        let index = entries.firstIndex { ($0["newName"] ?? $0["name"])?.string == image }
        if let index {
            for part in parts {
                let path = Path(steps: [.key("images"), .index(index), .key(part.key)])
                edits.edit(
                    file,
                    entries[index][part.key] == nil
                        ? .insert(document: 0, path: path, value: .scalar(part.value))
                        : .replace(document: 0, path: path, with: .scalar(part.value)))
            }
        } else {
            let entry = Value.mapping(
                [Value.Entry("name", .scalar(image))] + parts.map { Value.Entry($0.key, .scalar($0.value)) })
            let path = Path(steps: [.key("images"), .index(entries.count)])
            edits.edit(file, .insert(document: 0, path: path, value: entry))
        }
        return parts.map {
            VersionChange.Site(
                file: file, path: "images[name=\(image)].\($0.key)", old: nil, new: $0.value, sharedWith: [])
        }
    }

    /// A key of Helm values, in a file that may still be to come.
    private mutating func writeValue(
        _ text: String, keys: [String], file: String, in checkout: Checkout
    ) throws -> VersionChange.Site {
        let path = Path(steps: keys.map(Path.Step.key))
        if checkout.contains(file) {
            let document = try checkout.file(at: file)?.yaml?.documents.first
            let isThere = document.map { !path.matches(in: $0).isEmpty } ?? false
            edits.edit(
                file,
                isThere
                    ? .replace(document: 0, path: path, with: .scalar(text))
                    : .insert(document: 0, path: path, value: .scalar(text)))
        } else if try edits.content(of: file) != nil {
            edits.edit(file, .insert(document: 0, path: path, value: .scalar(text)))
        } else {
            let value = keys.reversed().reduce(Value.scalar(text)) { .mapping([Value.Entry($1, $0)]) }
            edits.replace(file, by: Array("\(value)\n".utf8), mode: .file)
        }
        return VersionChange.Site(file: file, path: "\(path)", old: nil, new: text, sharedWith: [])
    }
}
