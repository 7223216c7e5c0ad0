internal import System

/// Text with places that are filled in from elsewhere, `${TAG}` or `{{ .tag }}`, taken apart.
enum Interpolation {
    enum Part {
        case text(String)
        /// What stands where the place is filled in, nil where that is not known; and the place as it is written.
        case value(Composed?, place: String)
    }

    /// Takes a text apart at the signs that places begin and end with.
    ///
    /// - Parameter part: What the text between the signs comes to, given that and the place as it is written.
    /// - Returns: What has no end is text; then it is not whole.
    static func parts(
        of text: String, from open: String, to close: String,
        _ part: (_ inner: Substring, _ place: String) -> Part
    ) -> (parts: [Part], isWhole: Bool) {
        var parts: [Part] = []
        var rest = text[...]
        var isWhole = true
        while let start = rest.place(of: open) {
            let inner = rest.utf8.index(start, offsetBy: open.utf8.count)
            guard let end = rest[inner...].place(of: close) else {
                isWhole = false
                break
            }
            let next = rest.utf8.index(end, offsetBy: close.utf8.count)
            if start > rest.startIndex { parts.append(.text(String(rest[..<start]))) }
            parts.append(part(rest[inner..<end], String(rest[start..<next])))
            rest = rest[next...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        return (parts, isWhole)
    }

    /// What the parts make together: a place alone is what fills it in; an image whose tag or digest is filled in has
    /// its pins where that is written; all else is text. Nil where a place is not known.
    static func joined(_ parts: [Part]) -> Composed? {
        if parts.count == 1, case .value(let value?, _)? = parts.first { return value }
        if let image = image(parts[...]) { return .image(image) }
        return text(parts[...]).map(Composed.text)
    }

    private static func image(_ parts: ArraySlice<Part>) -> ComposedImage? {
        guard case .value(let value?, _)? = parts.last, case .text(let before)? = parts.dropLast().last,
            let form = before.last.flatMap({ [":": Pin.Form.tag, "@": .digest][$0] })
        else { return nil }
        var lead = parts.dropLast(2)
        if before.count > 1 { lead.append(.text(String(before.dropLast()))) }
        let base = form == .digest ? image(lead) : nil
        let name = base?.name ?? text(lead) ?? written(lead)
        guard let reference = ImageReference(name), reference.version == Version() else { return nil }
        let (pin, hidden) = value.pins(of: Artifact(.image, name), form)
        guard let pin else { return nil }
        var image = ComposedImage(named: name, (base?.pins ?? []) + [pin])
        image.hidden = (base?.hidden ?? []) + hidden
        return image
    }

    private static func text(_ parts: ArraySlice<Part>) -> String? {
        var result = ""
        for part in parts {
            switch part {
            case .text(let text): result += text
            case .value(let value, _):
                guard let text = value?.string else { return nil }
                result += text
            }
        }
        return result
    }

    private static func written(_ parts: ArraySlice<Part>) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .value(_, let place): place
            }
        }.joined()
    }
}
