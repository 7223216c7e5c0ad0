internal import Manifests
internal import YAML

/// What is to be said of a place where a version is read or written.
enum PinRemark {
    private static let updaters = [
        ("argocd-image-updater.argoproj.io/", "Argo CD Image Updater"), ("keel.sh/", "Keel"),
    ]

    /// Who else writes the place, and will write it again; nil where nobody does.
    static func owner(of pin: Pin, in checkout: Checkout) throws -> String? {
        let again = "and may write its own choice again"
        if (pin.file.split(separator: "/").last ?? "").hasPrefix(".argocd-source-") {
            return "\(pin.file) is what Argo CD Image Updater writes, \(again)"
        }
        guard let document = try document(of: pin, in: checkout) else { return nil }
        if let comment = pin.path.matches(in: document).first?.comment,
            let marker = comment.firstRange(of: "\"$imagepolicy\"")
        {
            let quoted = comment[marker.upperBound...].split(
                separator: "\"", omittingEmptySubsequences: false)
            let policy = quoted.count > 1 ? " \(quoted[1])" : ""
            return "\(pin.file): \(pin.path) is what Flux's image policy\(policy) writes, \(again)"
        }
        if let node = pin.path.matches(in: document).first {
            let lines = [node.comment ?? "", node.lineAbove]
            let isRenovated = lines.contains { line in
                line.contains("#") && line.firstRange(of: "renovate:") != nil
            }
            if isRenovated { return "\(pin.file): \(pin.path) is what Renovate updates, \(again)" }
        }
        let annotations = document.root?["metadata"]?["annotations"]?.entries ?? []
        for (prefix, name) in updaters
        where annotations.contains(where: { $0.key.string?.hasPrefix(prefix) ?? false }) {
            return "\(pin.file): \(pin.path) is what \(name) updates, \(again)"
        }
        return nil
    }

    /// Says that Helm makes another text of a tag that is no text in YAML: `1.20` becomes 1.2, and `on` true.
    static func rendering(_ pin: Pin, in app: AppSnapshot, _ checkout: Checkout) throws -> String? {
        guard pin.form == .tag, pin.inner == nil, pin.artifact.kind == .image,
            case .key(let key)? = pin.path.steps.last,
            key != "newTag", let document = try document(of: pin, in: checkout),
            let node = pin.path.matches(in: document).first, node.scalar?.style == .plain,
            let rendered = RenderedScalar.text(of: pin.text), rendered != pin.text
        else { return nil }
        return
            "\(pin.file): \(pin.path) of \(app.environment) is \(pin.text) without quotes, which Helm renders as \(rendered): quote it"
    }

    private static func document(of pin: Pin, in checkout: Checkout) throws -> Document? {
        guard let documents = try checkout.file(at: pin.file)?.yaml?.documents,
            documents.indices.contains(pin.document)
        else { return nil }
        return documents[pin.document]
    }
}
