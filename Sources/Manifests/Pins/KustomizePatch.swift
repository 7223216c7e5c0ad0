internal import YAML

/// Patches that set an image: strategic merge and JSON 6902, in files and inline.
enum KustomizePatch {
    static func apply(_ kustomization: Kustomization, in checkout: Checkout, to reading: inout Reading) throws
    {
        for node in kustomization.root["patchesStrategicMerge"]?.items ?? [] {
            guard let text = node.string else { continue }
            if let path = try checkout.resolve(text, from: kustomization.folder) {
                try apply(file: path, target: nil, in: checkout, to: &reading)
            } else {
                apply(inline: node, target: nil, of: kustomization, to: &reading)
            }
        }
        for key in ["patches", "patchesJson6902"] {
            for entry in kustomization.root[key]?.items ?? [] {
                let target = entry["target"].map(Target.init)
                if let path = entry["path"]?.string {
                    guard let path = try checkout.resolve(path, from: kustomization.folder) else { continue }
                    try apply(file: path, target: target, in: checkout, to: &reading)
                } else if let patch = entry["patch"] {
                    apply(inline: patch, target: target, of: kustomization, to: &reading)
                }
            }
        }
    }

    private static func apply(
        file path: String, target: Target?, in checkout: Checkout, to reading: inout Reading
    ) throws {
        reading.files.insert(path)
        guard let yaml = try checkout.file(at: path)?.yaml else { return }
        for document in yaml.documents {
            guard let root = document.root else { continue }
            apply(root, target: target, to: &reading) { node, artifact, form in
                Pin(file: path, node: node, document: document.index, artifact: artifact, form: form)
            }
        }
    }

    private static func apply(
        inline node: Node, target: Target?, of kustomization: Kustomization, to reading: inout Reading
    ) {
        guard let text = node.string, let yaml = try? YAMLFile(parsing: Array(text.utf8)) else { return }
        for document in yaml.documents where document.index == 0 {
            guard let root = document.root else { continue }
            apply(root, target: target, to: &reading) { inner, artifact, form in
                var pin = Pin(
                    file: kustomization.file, node: node, document: 0, artifact: artifact, form: form)
                pin.inner = inner.path
                pin.text = inner.string ?? ""
                return pin
            }
        }
    }

    private static func apply(
        _ root: Node, target: Target?, to reading: inout Reading, pin: (Node, Artifact, Pin.Form) -> Pin
    ) {
        if root.kind == .sequence {
            guard let target else { return }
            for operation in root.items {
                apply(operation: operation, target: target, to: &reading, pin: pin)
            }
            return
        }
        var patch = Reading()
        Kubernetes.read(Resource(root: root, file: "", document: 0), into: &patch)
        guard let kind = root["kind"]?.string else { return }
        let name = root["metadata"]?["name"]?.string ?? ""
        for change in patch.uses {
            guard let workload = change.workload, let node = node(of: change, in: root) else { continue }
            let pin = pin(node, change.artifact, .reference(prefix: ""))
            for index in reading.uses.indices {
                let use = reading.uses[index]
                guard let place = use.position, use.workload?.container == workload.container,
                    target.map({ $0.matches(place) }) ?? (place.kind == kind && place.names.contains(name))
                else { continue }
                reading.uses[index].artifact = change.artifact
                reading.uses[index].files.insert(pin.file)
                reading.uses[index].repin([pin])
            }
        }
    }

    private static func node(of use: Use, in root: Node) -> Node? {
        use.position?.path.steps.reduce(root as Node?) { node, step in
            switch step {
            case .key(let key): node?[key]
            case .index(let index): node?[index]
            default: nil
            }
        }
    }

    /// `op: replace` (or `add`) of a container's image: `/spec/template/spec/containers/0/image`.
    private static func apply(
        operation: Node, target: Target, to reading: inout Reading, pin: (Node, Artifact, Pin.Form) -> Pin
    ) {
        guard let op = operation["op"]?.string, op == "replace" || op == "add",
            let pointer = operation["path"]?.string, let value = operation["value"], let text = value.string,
            let image = ImageReference(text)
        else { return }
        let steps = pointer.split(separator: "/").map { part in
            Int(part).map(Path.Step.index)
                ?? .key(String(part).replacing("~1", with: "/").replacing("~0", with: "~"))
        }
        for index in reading.uses.indices {
            guard let place = reading.uses[index].position, place.path.steps == steps, target.matches(place)
            else { continue }
            let artifact = Artifact(.image, image.name)
            let pin = pin(value, artifact, .reference(prefix: ""))
            reading.uses[index].artifact = artifact
            reading.uses[index].files.insert(pin.file)
            reading.uses[index].repin([pin])
        }
    }

    /// Which resources a patch is for. Names are regular expressions in kustomize, anchored; those that
    /// are not plain names or `.*` are compared by their literal parts.
    struct Target {
        let kind: String?
        let name: String?

        init(_ node: Node) {
            kind = node["kind"]?.string
            name = node["name"]?.string
        }

        func matches(_ place: Use.Position) -> Bool {
            guard kind.map({ Self.matches($0, place.kind) }) ?? true else { return false }
            guard let name else { return true }
            return place.names.contains { Self.matches(name, $0) }
        }

        private static func matches(_ pattern: String, _ text: String) -> Bool {
            var pattern = pattern[...]
            if pattern.hasPrefix("^") { pattern = pattern.dropFirst() }
            if pattern.hasSuffix("$") { pattern = pattern.dropLast() }
            return pattern.split(separator: "|").contains {
                Glob.matches($0.replacing(".*", with: "*"), text)
            }
        }
    }
}
