internal import System
internal import YAML

/// The parameters of a generator, which fill the template of an ApplicationSet. A place that is nothing but one
/// parameter becomes what stands where the parameter is written, so that a pin leads there.
struct Parameters {
    private var values: [String: Composed] = [:]
    /// The files that a generator took them from, besides the set's own.
    var files: Set<String> = []

    init() {}

    /// What a mapping holds.
    init(_ mapping: Composed) {
        for (key, value) in mapping.entries { values[key] = value }
    }

    var names: [String] { values.keys.sorted() }

    subscript(name: String) -> Composed? {
        get {
            if let value = values[name] { return value }
            // `metadata.labels.env`: a key of a mapping within.
            var steps = name.split(separator: ".")[...]
            guard let first = steps.popFirst(), var value = values[String(first)] else { return nil }
            while let step = steps.popFirst() {
                guard let next = value[String(step)] else { return nil }
                value = next
            }
            return value
        }
        set { values[name] = newValue }
    }

    func merging(_ other: Parameters) -> Parameters {
        var all = self
        all.values.merge(other.values) { _, theirs in theirs }
        all.files.formUnion(other.files)
        return all
    }

    /// What the generator of Git folders says of one: for templates of both syntaxes.
    mutating func setPath(_ path: String, prefix: String = "") {
        let path = path.isEmpty ? "." : path
        let name = prefix.isEmpty ? "path" : prefix + ".path"
        let parts = path.split(separator: "/").map(String.init)
        values[name] = .text(path)
        values[name + ".path"] = .text(path)
        values[name + ".basename"] = .text(parts.last ?? path)
        values[name + ".basenameNormalized"] = .text((parts.last ?? path).replacing("_", with: "-"))
        for (index, part) in parts.enumerated() {
            values["\(name)[\(index)]"] = .text(part)
            values["\(name).segments[\(index)]"] = .text(part)
        }
    }

    // MARK: Filling

    /// A template with the parameters filled in, as far as they are known.
    func filling(_ template: Composed) -> Composed {
        switch template.kind {
        case .mapping:
            return .mapping(
                template.entries.map { key, value in
                    (filled(key) ?? key, (key == "values" ? fillingText(value) : nil) ?? filling(value))
                })
        case .sequence: return .sequence(template.items.map(filling))
        case .scalar:
            guard let text = template.written?.node.templateText ?? template.string, text.contains("{{")
            else { return template }
            return Interpolation.joined(parts(of: text)) ?? template
        }
    }

    /// Values of a chart that stand as text, with parameters in it: as the values that the text reads as, so that each
    /// place leads to where its parameter is written. Nil for what is not of that kind.
    private func fillingText(_ value: Composed) -> Composed? {
        guard value.kind == .scalar, let (node, origin) = value.written,
            let text = node.templateText ?? node.string, text.contains("{{"), text.contains("\n"),
            let yaml = try? YAMLFile(parsingTemplate: Array(text.utf8)), yaml.documents.count == 1,
            let root = yaml.documents.first?.root, root.kind == .mapping
        else { return nil }
        let inner = Origin(
            file: origin.file, document: origin.document, holder: node,
            isAddressable: origin.holder == nil && origin.isAddressable)
        return filling(.written(root, inner))
    }

    /// Text with the parameters filled in; nil where one is not known.
    func filled(_ text: String) -> String? {
        guard text.contains("{{") else { return text }
        return Interpolation.joined(parts(of: text))?.string
    }

    private func parts(of text: String) -> [Interpolation.Part] {
        Interpolation.parts(of: text, from: "{{", to: "}}") { inner, place in
            let action = inner.drop { $0 == "-" || $0 == " " }
            let end = action.lastIndex { $0 != "-" && $0 != " " }
            return .value(end.flatMap { value(of: String(action[...$0])) }, place: place)
        }.parts
    }

    /// What an action of a template stands for: a name, and a few functions behind it.
    private func value(of action: String) -> Composed? {
        var terms = action.split(separator: "|").map { $0.split(separator: " ").map(String.init) }[...]
        guard let first = terms.popFirst() else { return nil }
        var value = operand(first)
        for term in terms {
            switch (term.first, value) {
            case ("quote", _), ("squote", _), ("toString", _), ("trim", _), ("required", _): break
            // helmfile's: `.Values | get "web.tag"`
            case ("get", let known?) where term.count > 1:
                value = Parameters(known)[term[1].filter { $0 != "\"" }]
            case ("lower", let known?): value = known.string.map { .text($0.lowercased()) }
            case ("default", nil) where term.count == 2: value = .text(term[1].filter { $0 != "\"" })
            case ("default", _): break
            default: return nil
            }
        }
        return value
    }

    private func operand(_ words: [String]) -> Composed? {
        func name(_ word: String) -> String { word.hasPrefix(".") ? String(word.dropFirst()) : word }
        if words.count == 1 { return self[name(words[0])] }
        // `required "say which" .Values.tag`
        if words.first == "required", let last = words.last { return self[name(last)] }
        // `index .path.segments 1`, `index .Values "web" "tag"`
        guard words.first == "index", words.count > 2 else { return nil }
        if let number = Int(words[2]) { return self["\(name(words[1]))[\(number)]"] }
        return self[
            ([name(words[1])] + words.dropFirst(2).map { $0.filter { $0 != "\"" } }).joined(separator: ".")]
    }
}

extension Composed {
    /// Text that stands nowhere as it is: no pin leads to it.
    static func text(_ text: String) -> Composed {
        // YAML reads what JSON writes, line breaks as well.
        guard
            let root = try? YAMLFile(parsing: Array(JSON.string(text).description.utf8)).documents.first?.root
        else {
            return .mapping([])
        }
        return .written(root, Origin(file: "", isAddressable: false))
    }

    /// This mapping without a key.
    func removing(_ key: String) -> Composed {
        self[key] == nil ? self : .mapping(entries.filter { $0.key != key })
    }
}
