internal import YAML

/// The files that say which apps an environment has.
struct Switches {
    /// As they were read last; nil where there is no such file.
    private var documents: [String: Document?] = [:]
    private var changed: Set<String> = []

    /// A file that says something else than before.
    struct Change {
        fileprivate let old: Document?
        fileprivate let new: Document?

        /// Whether that may concern an app.
        func concerns(_ enabled: Layout.Switch, _ captures: Captures) throws -> Bool {
            // Where the place in the file is another one in each environment, it may be any.
            guard let steps = try enabled.steps(captures) else { return true }
            return steps.isOn(in: old) != steps.isOn(in: new)
        }
    }

    var files: Set<String> { Set(documents.keys) }

    func contains(_ path: String) -> Bool { documents[path] != nil }

    /// A file was added, removed or changed.
    mutating func noteChange(of path: String) {
        if contains(path) { changed.insert(path) }
    }

    /// Reads anew what has changed.
    mutating func update(in checkout: Checkout) throws -> [Change] {
        defer { changed = [] }
        return try changed.map { file in
            let old = documents[file] ?? nil
            let new = try checkout.file(at: file)?.yaml?.documents.first
            documents[file] = .some(new)
            return Change(old: old, new: new)
        }
    }

    /// Whether an app is switched on: the last file that says something of it decides.
    mutating func isOn(_ enabled: Layout.Switch, _ captures: Captures, in checkout: Checkout) throws -> Bool {
        guard let steps = try enabled.steps(captures) else { return false }
        var isOn = false
        for template in enabled.files {
            guard let file = template.filled({ captures[$0] }) else { continue }
            let document = try documents[file] ?? checkout.file(at: file)?.yaml?.documents.first
            documents[file] = .some(document)
            isOn = steps.isOn(in: document) ?? isOn
        }
        return isOn
    }
}

extension Layout.Switch {
    /// Where an app is switched on; nil where a capture is missing.
    fileprivate func steps(_ captures: Captures) throws -> Path? {
        try path.filled { captures[$0].map { "\(Path(steps: [.key($0)]))" } }.map { try Path($0) }
    }
}

extension Path {
    /// Nil where the document says nothing there.
    fileprivate func isOn(in document: Document?) -> Bool? {
        document.flatMap { matches(in: $0).first }.map { $0.string == "true" }
    }
}
