internal import Manifests
internal import YAML

/// How much of a file an override is: what a deployment added to it, and no more.
struct OverrideRemoval {
    /// What is taken out; nil where the whole file came with it.
    let path: Path?

    /// Nil where the pins are not an override in one document of one file, which is all that can be taken out at once.
    static func path(of pins: [Pin], before: Move.Before, in checkout: Checkout) throws -> OverrideRemoval? {
        guard let first = pins.first, first.inner == nil,
            pins.allSatisfy({ $0.file == first.file && $0.document == first.document && $0.inner == nil }),
            let documents = try checkout.file(at: first.file)?.yaml?.documents,
            documents.indices.contains(first.document), let root = documents[first.document].root
        else { return nil }
        let places = Set(pins.map(\.path))
        let then: Node?
        switch before {
        case .missing:
            if documents.count == 1, root.holdsOnly(places) { return OverrideRemoval(path: nil) }
            then = nil
        case .file(let yaml):
            then = yaml.documents.indices.contains(first.document) ? yaml.documents[first.document].root : nil
        }
        // The outermost of the nodes around it that was not there, and holds nothing else.
        var (now, past): (Node, Node?) = (root, then)
        for (index, step) in first.path.steps.enumerated() {
            guard
                let next = Path(steps: Array(first.path.steps[...index])).matches(
                    in: documents[first.document]
                ).first
            else { return nil }
            past = past.flatMap { $0.counterpart(of: next, at: step) }
            now = next
            if past == nil, now.holdsOnly(places) {
                return OverrideRemoval(path: Path(steps: Array(first.path.steps[...index])))
            }
        }
        return nil
    }
}

extension Node {
    /// Whether all of its scalars are at these places, or name what they are of: `name` and `newName` of an image.
    fileprivate func holdsOnly(_ places: Set<Path>) -> Bool {
        switch kind {
        case .mapping:
            entries.allSatisfy { key, value in
                value.holdsOnly(places)
                    || ["name", "newName"].contains(key.string)
                        && entries.contains { places.contains($0.value.path) }
            }
        case .sequence: items.allSatisfy { $0.holdsOnly(places) }
        case .scalar, .alias: places.contains(path)
        }
    }

    /// What stood in this node's place of an earlier file: items of lists are known by their names.
    fileprivate func counterpart(of node: Node, at step: Path.Step) -> Node? {
        switch step {
        case .key(let key): return self[key]
        default:
            guard let name = node["name"]?.string else { return nil }
            return items.first { $0["name"]?.string == name }
        }
    }
}
