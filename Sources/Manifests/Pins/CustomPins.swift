internal import YAML

/// `pins:` of gx.yaml: version fields that gx does not know by itself.
enum CustomPins {
    static func read(
        _ pins: [Configuration.CustomPin], _ path: String, captures: Captures, app: String?,
        in checkout: Checkout
    ) throws -> Reading {
        var reading = Reading()
        for pin in pins {
            guard
                let match = pin.files.match(
                    path, accepts: { name, value in captures[name].map { $0 == value } ?? true }),
                let file = try checkout.file(at: path)
            else { continue }
            reading.files.insert(path)
            guard let yaml = file.yaml else {
                reading.leaveAlone(path, file.problem ?? "")
                continue
            }
            let captures = captures.merging(match.captures) { ours, _ in ours }
            for document in yaml.documents {
                for node in pin.path.matches(in: document) {
                    guard let text = node.string, !Substitution.isIn(text) else { continue }
                    guard
                        let name = name(
                            of: pin, node, text: text, captures: captures, app: app, document: document)
                    else {
                        let artifact = pin.artifact.map { " '\($0)'" } ?? ""
                        reading.note(path, "\(pin.path): the artifact\(artifact) can't be filled in")
                        continue
                    }
                    let query: String? = if case .query(let name)? = pin.path.steps.last { name } else { nil }
                    let form = query.map(Pin.Form.query) ?? Pin.Form(of: text, named: name)
                    let artifact = Artifact(query == nil ? .image : .git, name)
                    let origin = Origin(file: path, document: document.index)
                    let app = app ?? key(of: pin, node) ?? artifact.shortName
                    let use = Use(
                        .written(node, origin), artifact: artifact, form: form, app: app, files: [path])
                    if let use { reading.uses.append(use) }
                }
            }
        }
        return reading
    }

    /// What the artifact is called: as the pin says, else as the value, the key or the app does.
    private static func name(
        of pin: Configuration.CustomPin, _ node: Node, text: String, captures: Captures, app: String?,
        document: Document
    ) -> String? {
        if let artifact = pin.artifact {
            return artifact.filled { name in
                captures[name] ?? (try? Path(name))?.matches(in: document).first?.string
            }
        }
        return ImageReference(whole: text)?.name ?? key(of: pin, node) ?? app ?? captures["app"]
    }

    /// The key of a place that the pin's path leaves open: `images.*` names what it finds.
    private static func key(of pin: Configuration.CustomPin, _ node: Node) -> String? {
        guard case .any? = pin.path.steps.last, case .key(let key)? = node.path.steps.last else { return nil }
        return key
    }
}
