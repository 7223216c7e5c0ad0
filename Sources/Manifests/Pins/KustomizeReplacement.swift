internal import System
internal import YAML

/// `replacements:` of a kustomization: values of objects that are written into others. Where a version goes so into an
/// image, its pin is where it comes from.
struct KustomizeReplacement {
    private let kustomization: Kustomization
    private let checkout: Checkout

    init(_ kustomization: Kustomization, _ checkout: Checkout) {
        (self.kustomization, self.checkout) = (kustomization, checkout)
    }

    /// Carries out all of them, in their order.
    func apply(to reading: inout Reading) throws {
        let entries = kustomization.list("replacements")
        if !entries.isEmpty { checkout.readVariables() }
        for entry in entries {
            guard let file = entry["path"]?.string else {
                try attempt(entry, to: &reading)
                continue
            }
            // What it is read from is a file of the kustomization already.
            guard let path = try checkout.resolve(file, from: kustomization.folder),
                let root = try checkout.file(at: path)?.yaml?.documents.first?.root
            else {
                reading.note(kustomization.file, "replacements: '\(file)' can't be read")
                continue
            }
            let content = Composed.written(root, Origin(file: path))
            for one in content.kind == .sequence ? content.items : [content] {
                try attempt(one, to: &reading)
            }
        }
    }

    private func attempt(_ replacement: Composed, to reading: inout Reading) throws {
        do {
            try apply(replacement, to: &reading)
        } catch let error as SystemError {
            reading.note(kustomization.file, "a replacement: in its target \(error)")
        }
    }

    /// - Throws: `SystemError` where a pattern of a target is none.
    private func apply(_ replacement: Composed, to reading: inout Reading) throws {
        let value = try value(of: replacement, reading)
        for target in replacement["targets"]?.items ?? [] {
            guard let select = target["select"] else { continue }
            let wanted = try PatchTarget(select, in: checkout)
            let rejected = try (target["reject"]?.items ?? []).map { try PatchTarget($0, in: checkout) }
            let options = Options(target["options"])
            let paths = (target["fieldPaths"]?.items ?? []).compactMap(\.string).map(Self.tokens)
            for index in reading.resources.indices {
                let resource = reading.resources[index]
                guard wanted.matches(resource), !rejected.contains(where: { $0.matches(resource) }) else {
                    continue
                }
                for path in paths {
                    let content = reading.resources[index].content.changing(path[...]) {
                        options.put(value, into: $0)
                    }
                    guard let content else { continue }
                    reading.resources[index].content = content
                    reading.resources[index].files.insert(kustomization.file)
                    if let file = value?.composed.file { reading.resources[index].files.insert(file) }
                }
            }
        }
    }

    /// A value, and what stands before it in its scalar: `api=` of a generator's literal.
    private struct Source {
        var composed: Composed
        var prefix: String?
    }

    /// Nil where it is not known here.
    private func value(of replacement: Composed, _ reading: Reading) throws -> Source? {
        if let text = replacement["sourceValue"] { return Source(composed: text) }
        guard let source = replacement["source"], source["options"] == nil else { return nil }
        let path = Self.tokens(source["fieldPath"]?.string ?? "metadata.name")
        let wanted = try PatchTarget(source, in: checkout)
        if let resource = reading.resources.last(where: wanted.matches) {
            return resource.content.value(at: path[...]).map { Source(composed: $0) }
        }
        guard source["kind"]?.string == "ConfigMap", path.count == 2, path[0] == "data" else { return nil }
        let generator = kustomization.list("configMapGenerator").last {
            $0["name"]?.string == source["name"]?.string
        }
        let prefix = path[1] + "="
        let literal = generator?["literals"]?.items.first { $0.string?.hasPrefix(prefix) ?? false }
        if let literal { return Source(composed: literal, prefix: prefix) }
        // `envs: [versions.env]`: lines of NAME=value.
        for name in (generator?["envs"]?.items ?? []) + [generator?["env"]].compactMap({ $0 }) {
            guard
                let file = try name.string.flatMap({ try checkout.resolve($0, from: kustomization.folder) }),
                let root = try checkout.file(at: file)?.yaml?.documents.first?.root,
                let value = Composed.written(root, Origin(file: file))[path[1]]
            else { continue }
            return Source(composed: value, prefix: nil)
        }
        return nil
    }

    /// Which part of a value is replaced.
    private struct Options {
        private let delimiter: String?
        private let index: Int

        init(_ value: Composed?) {
            delimiter = value?["delimiter"]?.string.flatMap { $0.isEmpty ? nil : $0 }
            index = value?["index"]?.string.flatMap { Int($0) } ?? 0
        }

        /// The value after the replacement; a placeholder where it is not known what it is.
        func put(_ source: Source?, into old: Composed) -> Composed {
            let unknown = Composed.text("$(replaced)")
            guard let source, let text = source.composed.string else { return unknown }
            let new = String(text.dropFirst(source.prefix?.count ?? 0))
            guard let delimiter else {
                guard let prefix = source.prefix else { return source.composed.hiding(old) }
                return ComposedImage(source.composed, prefix, named: new).map(Composed.image)
                    ?? Composed.text(new)
            }
            guard var image = ComposedImage(old) else {
                var parts = (old.string ?? "").split(
                    separator: delimiter, omittingEmptySubsequences: false
                ).map(String.init)
                guard parts.indices.contains(index) else { return unknown }
                parts[index] = new
                return Composed.text(parts.joined(separator: delimiter))
            }
            switch (delimiter, index) {
            case (":", 0), ("@", 0): image.rename(new)
            case (":", 1), ("@", 1):
                let form: Pin.Form =
                    source.prefix.map(Pin.Form.assignment) ?? (delimiter == "@" ? .digest : .tag)
                guard let pin = source.composed.pins(of: Artifact(.image, image.name), form).pin else {
                    return unknown
                }
                image.repin([pin])
            default: return unknown
            }
            return .image(image)
        }
    }

    /// `spec.containers.[name=web].image`, `metadata.annotations.acme\.example/tag`.
    private static func tokens(_ path: String) -> [String] {
        var tokens = [""]
        var isEscaped = false
        var depth = 0
        for character in path {
            if !isEscaped, character == "\\" {
                isEscaped = true
                continue
            }
            if character == "[" { depth += 1 }
            if character == "]" { depth -= 1 }
            if character == ".", !isEscaped, depth == 0 {
                tokens.append("")
            } else {
                tokens[tokens.count - 1].append(character)
            }
            isEscaped = false
        }
        return tokens
    }
}

extension ComposedImage {
    /// An image that stands whole behind a prefix in its scalar.
    fileprivate init?(_ value: Composed, _ prefix: String, named text: String) {
        guard let name = ImageReference(text)?.name,
            let pin = value.pins(of: Artifact(.image, name), .reference(prefix: prefix)).pin
        else { return nil }
        self.init(named: name, [pin])
    }

    fileprivate mutating func rename(_ name: String) {
        self.name = name
        for index in pins.indices { pins[index].artifact.name = name }
    }
}

extension Composed {
    /// The value that tokens of a path lead to: keys, places in lists, and `[name=web]`.
    fileprivate func value(at path: ArraySlice<String>) -> Composed? {
        guard let token = path.first else { return self }
        let child = kind == .sequence ? places(of: token).first.map { items[$0] } : self[token]
        return child?.value(at: path.dropFirst())
    }

    /// This value with others in the places that a path leads to; nil where it leads nowhere.
    fileprivate func changing(
        _ path: ArraySlice<String>, _ change: (Composed) -> Composed
    ) -> Composed? {
        guard let token = path.first else { return change(self) }
        switch kind {
        case .mapping:
            var entries = entries
            var isChanged = false
            for index in entries.indices where token == "*" || entries[index].key == token {
                guard let child = entries[index].value.changing(path.dropFirst(), change) else { continue }
                entries[index].value = child
                isChanged = true
            }
            return isChanged ? .mapping(entries) : nil
        case .sequence:
            var items = items
            var isChanged = false
            for index in places(of: token) {
                guard let child = items[index].changing(path.dropFirst(), change) else { continue }
                items[index] = child
                isChanged = true
            }
            return isChanged ? .sequence(items) : nil
        case .scalar: return nil
        }
    }

    private func places(of token: String) -> [Int] {
        let items = items
        if token == "*" { return Array(items.indices) }
        if let index = Int(token) { return items.indices.contains(index) ? [index] : [] }
        guard token.hasPrefix("["), token.hasSuffix("]"), let equals = token.firstIndex(of: "=") else {
            return []
        }
        let key = String(token[token.index(after: token.startIndex)..<equals])
        let value = String(token[token.index(after: equals)...].dropLast())
        return items.indices.filter { items[$0][key]?.string == value }
    }
}
