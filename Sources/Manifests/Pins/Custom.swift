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
                let yaml = try checkout.file(at: path)?.yaml
            else { continue }
            reading.files.insert(path)
            let captures = captures.merging(match.captures) { ours, _ in ours }
            for document in yaml.documents {
                for node in pin.path.matches(in: document) {
                    guard let text = node.string, !Substitution.isIn(text) else { continue }
                    let name = pin.artifact.filled { name in
                        captures[name] ?? (try? Path(name))?.matches(in: document).first?.string
                    }
                    guard let name else {
                        reading.note(path, "\(pin.path): the artifact '\(pin.artifact)' can't be filled in")
                        continue
                    }
                    let query: String? = if case .query(let name)? = pin.path.steps.last { name } else { nil }
                    let reference = ImageReference(text)
                    let isReference =
                        query == nil && reference.map { $0.name == name && $0.version != Version() } ?? false
                    let form: Pin.Form =
                        query.map(Pin.Form.query)
                        ?? (isReference ? .reference(prefix: "") : Version.isDigest(text) ? .digest : .tag)
                    let artifact = Artifact(query == nil ? .image : .git, name)
                    let origin = Origin(file: path, document: document.index)
                    let use = Use(
                        .written(node, origin), artifact, form, app: app ?? artifact.shortName, files: [path])
                    if let use { reading.uses.append(use) }
                }
            }
        }
        return reading
    }
}
