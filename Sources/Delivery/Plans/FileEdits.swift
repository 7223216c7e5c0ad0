internal import Git
internal import Manifests
internal import YAML

/// Edits to the files of one place, gathered and then applied all at once.
struct FileEdits {
    private struct Pending {
        /// New content for the whole file, before its edits; an empty one removes it.
        var content: (bytes: [UInt8]?, mode: FileMode)?
        var pins: [(pin: Pin, text: String)] = []
        var edits: [Edit] = []
    }

    private let checkout: Checkout
    private var pending: [String: Pending] = [:]

    init(_ checkout: Checkout) {
        self.checkout = checkout
    }

    /// False where the pin is to be rewritten already, to something else.
    mutating func rewrite(_ pin: Pin, to text: String) -> Bool {
        if let earlier = pending[pin.file]?.pins.first(where: { $0.pin.location == pin.location }) {
            return earlier.text == text
        }
        pending[pin.file, default: Pending()].pins.append((pin, text))
        return true
    }

    mutating func edit(_ file: String, _ edit: Edit) {
        pending[file, default: Pending()].edits.append(edit)
    }

    /// Takes something out, once.
    mutating func remove(_ file: String, document: Int, path: Path) {
        let removal = Edit.remove(document: document, path: path)
        if pending[file]?.edits.contains(removal) != true { edit(file, removal) }
    }

    /// Gives the whole file other content; nil removes it.
    mutating func replace(_ file: String, by content: [UInt8]?, mode: FileMode) {
        pending[file, default: Pending()].content = (content, mode)
    }

    /// The content that a file is going to have, without its pins' edits.
    func content(of file: String) throws -> [UInt8]? {
        if let content = pending[file]?.content { return content.bytes }
        return try checkout.bytes(of: file)
    }

    /// Every file before and after; those that stay as they are are left out.
    func changes(protecting protected: [Path]) throws -> [FileChange] {
        try pending.keys.sorted().compactMap { file in
            guard let pending = pending[file] else { return nil }
            let old = try checkout.bytes(of: file)
            let new = try apply(pending, to: try content(of: file), file)
            let mode = pending.content?.mode ?? checkout.mode(of: file) ?? .file
            if old == new, old == nil || mode == checkout.mode(of: file) { return nil }
            if let old, let new, let path = try protected.changed(in: file, old, new) {
                throw ProtectedError(file: file, path: path)
            }
            return FileChange(path: file, mode: mode, old: old, new: new)
        }
    }

    private func apply(_ pending: Pending, to content: [UInt8]?, _ file: String) throws -> [UInt8]? {
        guard !pending.pins.isEmpty || !pending.edits.isEmpty else { return content }
        do {
            var yaml = try YAMLFile(manifest: content ?? [], as: Syntax(path: file))
            yaml = try yaml.applying(try FileEdits.edits(of: pending.pins, in: yaml) + pending.edits)
            return yaml.bytes
        } catch {
            throw FileEditError(file: file, cause: error)
        }
    }

    private static func edits(of pins: [(pin: Pin, text: String)], in yaml: YAMLFile) throws(YAMLError)
        -> [Edit]
    {
        var edits: [Edit] = []
        var inner: [Pin.Location: YAMLFile] = [:]
        var anchored: [AnchoredScalar] = []
        for (pin, text) in pins {
            guard let path = pin.inner else {
                if let scalar = AnchoredScalar(pin, text, in: yaml) {
                    let known = anchored.firstIndex {
                        $0.document == scalar.document && $0.path == scalar.path
                    }
                    if let known, anchored[known].text == text {
                        anchored[known].uses += scalar.uses
                    } else {
                        anchored.append(scalar)
                    }
                    continue
                }
                edits.append(.replace(document: pin.document, path: pin.path, with: .scalar(text)))
                continue
            }
            // YAML within a scalar: edited as a file of its own, then written back whole.
            let holder = Pin.Location(file: pin.file, document: pin.document, path: pin.path, inner: nil)
            let held = pin.path.matches(in: yaml.documents[pin.document]).first?.string ?? ""
            var file: YAMLFile
            if let known = inner[holder] {
                file = known
            } else {
                file = try YAMLFile(parsing: Array(held.utf8))
            }
            file = try file.applying([.replace(path: path, with: .scalar(text))])
            inner[holder] = file
        }
        for scalar in anchored {
            edits.append(
                .replaceAnchored(
                    document: scalar.document, path: scalar.path, with: .scalar(scalar.text),
                    uses: scalar.uses))
        }
        for (holder, file) in inner {
            edits.append(
                .replace(
                    document: holder.document, path: holder.path,
                    with: .scalar(String(decoding: file.bytes, as: UTF8.self))))
        }
        return edits
    }
}

/// A scalar with an anchor, which its aliases repeat: it is written once for all of them.
private struct AnchoredScalar {
    var document: Int
    var path: Path
    var text: String
    /// The planned aliases.
    var uses: [Path]

    /// Nil where the pin is a scalar of its own.
    init?(_ pin: Pin, _ text: String, in yaml: YAMLFile) {
        guard yaml.documents.indices.contains(pin.document),
            let node = pin.path.matches(in: yaml.documents[pin.document]).first
        else { return nil }
        let anchor = node.resolved
        guard node.kind == .alias || anchor.isAliased, anchor.kind == .scalar else { return nil }
        document = pin.document
        path = anchor.path
        self.text = text
        uses = node.kind == .alias ? [pin.path] : []
    }
}

/// A file that can't be edited as planned; nothing was changed.
struct FileEditError: Error {
    var file: String
    var cause: YAMLError
}

/// A change that would reach what gx.yaml protects.
struct ProtectedError: Error {
    var file: String
    var path: Path
}
