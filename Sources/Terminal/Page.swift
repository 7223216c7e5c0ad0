/// A page that needs nothing but itself: style and script are in it, and its policy lets a browser load nothing else.
public struct Page {
    private let title: String
    private let styles: [StaticString]
    private let script: StaticString?
    private let digest: ([UInt8]) -> String
    private let body: [HTML]

    /// - Parameters:
    ///   - digest: The SHA-256 of bytes in Base64: by it the policy names the style and the script that may be used.
    public init(
        title: String, styles: [StaticString], script: StaticString? = nil,
        digest: @escaping ([UInt8]) -> String,
        @HTMLBuilder body: () -> [HTML]
    ) {
        self.title = title
        self.styles = styles
        self.script = script
        self.digest = digest
        self.body = body()
    }

    /// Content Security Policy, level 3. `data:` is for the icon that is empty.
    private var policy: String {
        let source = { (code: StaticString) in "'sha256-\(digest(Array("\(code)".utf8)))'" }
        let scripts = script.map { "script-src \(source($0)); " } ?? ""
        return
            "default-src 'none'; style-src \(styles.map(source).joined(separator: " ")); \(scripts)img-src data:; "
            + "base-uri 'none'; form-action 'none'"
    }

    public var rendered: String {
        let document = HTML(.html, .lang("en")) {
            HTML(.head) {
                HTML(.meta, .charset("utf-8"))
                HTML(.meta, .httpEquiv("Content-Security-Policy"), .content(policy))
                HTML(.meta, .meta("viewport"), .content("width=device-width, initial-scale=1"))
                HTML(.meta, .meta("referrer"), .content("no-referrer"))
                HTML(.meta, .meta("color-scheme"), .content("light dark"))
                HTML(.title) { title }
                HTML.noIcon
                styles.map(HTML.style)
            }
            HTML(.body) {
                body
                script.map(HTML.script)
            }
        }
        return "<!DOCTYPE html>\n" + document.rendered + "\n"
    }
}
