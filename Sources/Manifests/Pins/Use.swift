internal import YAML

/// An artifact that manifests use, before it is known which app it belongs to.
///
/// The readers of each kind of manifest produce uses; kustomizations change them on the way up.
struct Use {
    /// Where an image stands within its resource, for patches that name the place.
    struct Position: Hashable {
        var kind: String
        var names: Set<String>
        var path: Path
    }

    var artifact: Artifact
    var pins: [Pin]
    var hidden: [Pin] = []
    var workload: Workload?
    var position: Position?
    /// The app that it suggests where the layout names none.
    var app: String
    /// The files that say what is used and in which version.
    var files: Set<String>
    /// Where an override of it would go.
    var override: Slot.Override?

    /// Puts other pins in force; those that were are remembered as hidden.
    mutating func repin(_ pins: [Pin]) {
        hidden = self.pins + hidden
        self.pins = pins
    }
}

/// What reading a part of the manifests gives: uses, files, and what was left alone.
struct Reading {
    var uses: [Use] = []
    var files: Set<String> = []
    var notes: [AppSnapshot.Note] = []

    mutating func note(_ file: String, _ text: String) {
        let note = AppSnapshot.Note(file: file, text: text)
        if !notes.contains(note) { notes.append(note) }
    }

    mutating func add(_ other: Reading) {
        uses += other.uses
        files.formUnion(other.files)
        for note in other.notes where !notes.contains(note) { notes.append(note) }
    }
}

/// A Kubernetes object in a file: what readers look at first.
struct Resource {
    let root: Node
    let file: String
    let document: Int

    var kind: String { root["kind"]?.string ?? "" }
    var apiVersion: String { root["apiVersion"]?.string ?? "" }
    var name: String { root["metadata"]?["name"]?.string ?? "" }

    /// The group of `group/version`; empty for the core one.
    var group: Substring { apiVersion.firstIndex(of: "/").map { apiVersion[..<$0] } ?? "" }

    func pin(_ node: Node, _ artifact: Artifact, _ form: Pin.Form) -> Pin {
        Pin(file: file, node: node, document: document, artifact: artifact, form: form)
    }

    /// A use of a tag-like field (a chart's version, a Git ref); nil where it is empty or a substitution.
    func use(_ node: Node?, _ artifact: Artifact, _ form: Pin.Form = .tag) -> Use? {
        guard let node, let text = node.string, !text.isEmpty, !Substitution.isIn(text) else { return nil }
        return Use(artifact: artifact, pins: [pin(node, artifact, form)], app: name, files: [file])
    }
}

/// `${VAR}` of Flux, `$(VAR)` of kustomize, `{{ … }}` of Argo CD and Helm: filled in elsewhere, so left alone.
enum Substitution {
    static func isIn(_ text: String) -> Bool {
        text.contains("${") || text.contains("{{") || text.contains("$(")
    }
}
