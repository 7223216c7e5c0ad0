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
        let annotations = document.root?["metadata"]?["annotations"]?.entries ?? []
        for (prefix, name) in updaters
        where annotations.contains(where: { $0.key.string?.hasPrefix(prefix) ?? false }) {
            return "\(pin.file): \(pin.path) is what \(name) updates, \(again)"
        }
        return nil
    }

    /// Says that Helm makes another text of a tag that is written as a number: `1.20` becomes 1.2.
    static func number(_ pin: Pin, in app: AppSnapshot, _ checkout: Checkout) throws -> String? {
        guard pin.form == .tag, pin.inner == nil, pin.artifact.kind == .image,
            case .key(let key)? = pin.path.steps.last,
            key != "newTag", let document = try document(of: pin, in: checkout),
            let node = pin.path.matches(in: document).first, node.scalar?.style == .plain,
            [.int, .float].contains(node.scalar?.type), let number = Double(pin.text)
        else { return nil }
        let rendered = text(of: number)
        guard rendered != pin.text else { return nil }
        return
            "\(pin.file): \(pin.path) of \(app.environment) is the number \(pin.text), which Helm renders as \(rendered): quote it"
    }

    /// As Go prints a number: exponents from 1e+21, or for what YAML reads, from seven digits on.
    private static func text(of number: Double) -> String {
        guard number.magnitude >= 1e6 || number != number.rounded() else { return "\(Int(number))" }
        guard number.magnitude >= 1e6 else { return "\(number)" }
        var exponent = 0
        var mantissa = number
        while mantissa.magnitude >= 10 {
            mantissa /= 10
            exponent += 1
        }
        let digits = mantissa == mantissa.rounded() ? "\(Int(mantissa))" : "\(mantissa)"
        return "\(digits)e+\(exponent < 10 ? "0" : "")\(exponent)"
    }

    private static func document(of pin: Pin, in checkout: Checkout) throws -> Document? {
        guard let documents = try checkout.file(at: pin.file)?.yaml?.documents,
            documents.indices.contains(pin.document)
        else { return nil }
        return documents[pin.document]
    }
}
