internal import System
internal import YAML

/// An artifact that manifests use, before it is known which app it belongs to.
struct Use {
    var artifact: Artifact
    var pins: [Pin]
    /// Pins that those in force hide, nearest first.
    var hidden: [Pin] = []
    var workload: Workload?
    /// The app that it suggests where the layout names none.
    var app: String
    /// The files that say what is used and in which version.
    var files: Set<String>
    /// Where an override of it would go.
    var override: Slot.Override?
    /// What it takes the place of, where a deployer puts it over what a folder says.
    var cover: Cover?

    enum Cover {
        /// Images of this name.
        case image(String, in: String)
        /// A place in Helm values.
        case value(Path, in: String)
    }

    /// A tag-like field (a chart's version, a Git ref); nil where it is empty or a substitution.
    init?(_ value: Composed?, artifact: Artifact, form: Pin.Form = .tag, app: String, files: Set<String>) {
        guard let value, let text = value.string, !Substitution.isIn(text) else { return nil }
        let (pin, hidden) = value.pins(of: artifact, form)
        guard let pin else { return nil }
        self.init(artifact: artifact, pins: [pin], hidden: hidden, app: app, files: files)
    }

    init(
        artifact: Artifact, pins: [Pin], hidden: [Pin] = [], workload: Workload? = nil, app: String,
        files: Set<String>
    ) {
        self.artifact = artifact
        self.pins = pins
        self.hidden = hidden
        self.workload = workload
        self.app = app
        self.files = files
    }
}

extension Use {
    fileprivate func isCovered(by other: Use) -> Bool {
        guard cover == nil, let cover = other.cover, artifact.kind == .image else { return false }
        switch cover {
        case .image(let name, in: let folder):
            guard artifact.name == name else { return false }
            if case .kustomization(let file, _)? = override, FilePath.isWithin(folder, file) { return true }
            return files.contains { FilePath.isWithin(folder, $0) }
        case .value(let path, in: let folder):
            return workload == nil
                && (pins + hidden).contains { $0.path == path && FilePath.isWithin(folder, $0.file) }
        }
    }
}

/// What reading a part of the manifests gives.
struct Reading {
    /// Kubernetes objects that may use something: still to be changed by the kustomizations they are part of.
    var resources: [Resource] = []
    var uses: [Use] = []
    /// Pins that image automation marks, of which others may know more.
    var marked: [Use] = []
    var files: Set<String> = []
    /// What was left alone, and why.
    var notes: [AppSnapshot.Note] = []
    /// False where a part comes from elsewhere: another repository, or a chart that is rendered.
    var isComplete = true

    /// Whether there is nothing but files.
    var isBare: Bool {
        resources.isEmpty && uses.isEmpty && marked.isEmpty && notes.isEmpty && isComplete
    }

    mutating func note(_ file: String, _ text: String) { add(AppSnapshot.Note(file: file, text: text)) }

    /// Says that nothing is read of a file, or of a folder, and why.
    mutating func leaveAlone(_ file: String, _ reason: String) {
        add(AppSnapshot.Note(file: file, text: reason, isUnreadable: true))
    }

    private mutating func add(_ note: AppSnapshot.Note) {
        if !notes.contains(note) { notes.append(note) }
    }

    /// Adds what a kustomization makes: what came by another way already, comes once. (kustomize refuses an object that
    /// is there with the same name.)
    mutating func addOnce(_ other: Reading) {
        guard !files.isDisjoint(with: other.files) else { return add(other) }
        struct Object: Hashable {
            var identity: Resource.Identity
            var file: String
        }
        struct Place: Hashable {
            var artifact: Artifact
            var pins: [Pin]
            var workload: Workload?
        }
        let object = { (resource: Resource) in Object(identity: resource.current, file: resource.file) }
        let place = { (use: Use) in
            Place(artifact: use.artifact, pins: use.pins, workload: use.workload)
        }
        let objects = Set(resources.map(object))
        let places = Set(uses.map(place))
        let marks = Set(marked.map(place))
        var news = other
        news.resources.removeAll { objects.contains(object($0)) }
        news.uses.removeAll { places.contains(place($0)) }
        news.marked.removeAll { marks.contains(place($0)) }
        add(news)
    }

    mutating func add(_ other: Reading) {
        if resources.isEmpty { resources = other.resources } else { resources += other.resources }
        uses += other.uses
        marked += other.marked
        if files.isEmpty { files = other.files } else { files.formUnion(other.files) }
        if !other.notes.isEmpty { notes = unique(notes + other.notes) }
        isComplete = isComplete && other.isComplete
    }

    /// Reads what the resources use, when nothing changes them any more.
    mutating func settle() {
        ResourceSet.expand(in: &self)
        // What workloads run comes first.
        let others = uses
        uses = []
        let releases = Flux.releases(of: resources)
        for resource in resources {
            let first = uses.count
            ManifestReader.read(resource, into: &self)
            guard let release = releases[Flux.Source(resource)] else { continue }
            for index in uses.indices.dropFirst(first) { uses[index].app = release }
        }
        resources = []
        uses += others
        let known = Set((uses.flatMap(\.pins) + uses.flatMap(\.hidden)).map(\.location))
        uses += marked.filter { $0.pins.allSatisfy { !known.contains($0.location) } }
        marked = []
        for cover in uses.filter({ $0.cover != nil }) { put(cover) }
    }

    /// Puts in force what a deployer writes over a folder, in the place of what it covers there.
    private mutating func put(_ cover: Use) {
        var isPut = false
        for index in uses.indices where uses[index].isCovered(by: cover) {
            let artifact = uses[index].artifact
            uses[index].hidden = uses[index].pins + uses[index].hidden
            uses[index].pins = cover.pins.map { pin in
                var pin = pin
                if case .value = cover.cover { pin.artifact = artifact }
                return pin
            }
            if case .image = cover.cover { uses[index].artifact = cover.artifact }
            uses[index].override = nil
            uses[index].files.formUnion(cover.files)
            isPut = true
        }
        if isPut { uses.removeAll { $0.cover != nil && $0.pins == cover.pins } }
    }
}

/// `${VAR}` and `<< … >>` of Flux, `$(VAR)` of kustomize, `{{ … }}` of Argo CD and Helm: filled in elsewhere, so left alone.
enum Substitution {
    static func isIn(_ text: String) -> Bool {
        // What SOPS has encrypted says nothing either.
        if text.hasPrefix("ENC[") { return true }
        var last: UInt8 = 0
        for byte in text.utf8 {
            switch (last, byte) {
            case (UInt8(ascii: "$"), UInt8(ascii: "{")), (UInt8(ascii: "{"), UInt8(ascii: "{")),
                (UInt8(ascii: "$"), UInt8(ascii: "(")), (UInt8(ascii: "<"), UInt8(ascii: "<")),
                // What was an action of a template.
                (0xC2, 0xA7):
                return true
            default: last = byte
            }
        }
        return false
    }
}
