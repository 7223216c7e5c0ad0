internal import System
internal import YAML

/// Patches of a kustomization: strategic merge and JSON 6902, in files and inline.
struct KustomizePatch {
    private let kustomization: Kustomization
    private let checkout: Checkout

    init(_ kustomization: Kustomization, _ checkout: Checkout) {
        self.kustomization = kustomization
        self.checkout = checkout
    }

    /// An entry of `patchesStrategicMerge`: a file, the patch as text, or (in Flux) the patch itself.
    func applyMerge(_ entry: Composed, to reading: inout Reading) throws {
        if let text = entry.string, let path = try checkout.resolve(text, from: kustomization.folder),
            checkout.contains(path)
        {
            try apply(file: path, target: nil, to: &reading)
        } else {
            apply(inline: entry, target: nil, to: &reading)
        }
    }

    /// An entry of `patches` or `patchesJson6902`: `path` or `patch`, with a `target` or without.
    func apply(_ entry: Composed, to reading: inout Reading) throws {
        let target: PatchTarget?
        do throws(SystemError) {
            target = try entry["target"].map { (value) throws(SystemError) in
                try PatchTarget(value, in: checkout)
            }
        } catch {
            reading.note(kustomization.file, "a patch: in its target \(error)")
            return
        }
        if let text = entry["path"]?.string, !text.isEmpty {
            guard let path = try checkout.resolve(text, from: kustomization.folder) else {
                reading.note(kustomization.file, "patch '\(text)' is not in this repository")
                return
            }
            try apply(file: path, target: target, to: &reading)
        } else if let patch = entry["patch"] {
            apply(inline: patch, target: target, to: &reading)
        }
    }

    private func apply(file path: String, target: PatchTarget?, to reading: inout Reading) throws {
        reading.files.insert(path)
        guard let file = try checkout.file(at: path), let yaml = file.yaml else {
            let problem = try checkout.file(at: path)?.problem ?? "not a file"
            reading.leaveAlone(path, problem)
            return
        }
        for document in yaml.documents {
            guard let root = document.root else { continue }
            let origin = Origin(file: path, document: document.index)
            apply(.written(root, origin), target: target, to: &reading)
        }
    }

    private func apply(inline value: Composed, target: PatchTarget?, to reading: inout Reading) {
        guard value.kind == .scalar else {
            apply(value, target: target, to: &reading)
            return
        }
        do {
            for document in try InlineYAML.documents(in: value) {
                apply(document, target: target, to: &reading)
            }
        } catch {
            reading.note(value.file ?? kustomization.file, "an inline patch: \(error)")
        }
    }

    private func apply(_ document: Composed, target: PatchTarget?, to reading: inout Reading) {
        let file = document.file ?? kustomization.file
        guard document.kind == .sequence else {
            merge(document, file: file, target: target, to: &reading)
            return
        }
        guard let target else {
            reading.note(file, "a JSON patch has no target")
            return
        }
        func targets() -> [Int] { reading.resources.indices.filter { target.matches(reading.resources[$0]) } }
        var chosen = targets()
        for operation in document.items {
            do throws(JSONPatchOperation.Problem) {
                guard let operation = try JSONPatchOperation(operation) else { continue }
                if chosen.isEmpty {
                    introduce(operation, file: file, target: target, to: &reading)
                    chosen = targets()
                } else {
                    operate(operation, on: chosen, file: file, &reading)
                }
            } catch {
                reading.note(file, "a part of a JSON patch: \(error.text)")
            }
        }
    }

    private func merge(
        _ patch: Composed, file: String, target: PatchTarget?, to reading: inout Reading
    ) {
        let identity = Resource.Identity(of: patch)
        var isUsed = false
        reading.resources = reading.resources.compactMap { resource in
            guard target?.matches(resource) ?? resource.isCalled(identity) else { return resource }
            isUsed = true
            let lists = resource.original.isBuiltIn ? MergeKeys.builtIn : .none
            return resource.content.merged(with: patch, lists).map { resource.with($0, from: file) }
        }
        guard !isUsed, let content = Composed.mapping([]).merged(with: patch, .none) else { return }
        if target == nil || !reading.isComplete {
            reading.resources.append(Resource(content, file: file, as: target?.identity ?? identity))
        }
    }

    private func operate(
        _ operation: JSONPatchOperation, on resources: [Int], file: String, _ reading: inout Reading
    ) {
        for index in resources {
            if let content = reading.resources[index].content.applying(operation) {
                reading.resources[index].content = content
                reading.resources[index].files.insert(file)
            }
        }
    }

    /// Where what is going to be changed is not known, the change tells of it.
    private func introduce(
        _ operation: JSONPatchOperation, file: String, target: PatchTarget, to reading: inout Reading
    ) {
        guard !reading.isComplete, let identity = target.identity else { return }
        switch operation.change {
        case .add(let value), .replace(let value):
            let content = Composed.bare(operation.path, value)
            reading.resources.append(Resource(content, file: file, as: identity))
        case .remove: break
        }
    }

    /// What an entry of `transformers` does: kustomize's own that patch or set images; others leave both alone.
    static func transform(
        by transformer: Resource, _ checkout: Checkout, _ reading: inout Reading
    ) throws {
        let content = transformer.content
        let owner = Kustomization(
            file: transformer.file, folder: FilePath.folder(of: transformer.file), root: content)
        switch transformer.kind {
        case "ImageTagTransformer":
            if let entry = content["imageTag"] {
                KustomizeImages.apply(entry, to: &reading, isOpen: true)
            }
        case "PatchTransformer": try KustomizePatch(owner, checkout).apply(content, to: &reading)
        default: break
        }
    }
}

extension Resource {
    /// Whether this is, or once was, the object of that name (kustomize: `GetMatchingResourcesByAnyId`).
    fileprivate func isCalled(_ other: Identity) -> Bool {
        identities.contains { identity in
            identity.name == other.name && identity.kind == other.kind && identity.group == other.group
                && identity.version == other.version
                && identity.effectiveNamespace == other.effectiveNamespace
        }
    }

    fileprivate func with(_ content: Composed, from file: String) -> Resource {
        var resource = self
        resource.content = content
        resource.files.insert(file)
        return resource
    }
}
