/// A piece of a page: text, an element, or several of them.
///
///     HTML(.p, .class("note")) {
///         HTML(.a, .href(anchor)) { app }
///         " waits for \(environment)"
///     }
///
/// Strings are text wherever they stand: what a repository says can't become markup, since nothing turns a string
/// into an element, an attribute's name or an address other than `http:` and `https:`. What is written is also
/// well-formed XML.
public struct HTML: Sendable {
    private enum Content: Sendable {
        case text(String)
        case element(Tag, [Attribute], [HTML])
        /// A style sheet or a script: part of the program, as it is.
        case code(Tag, StaticString)
    }
    private let content: Content

    public init(_ text: String) { content = .text(text) }

    /// - Parameter attributes: Those that are nil are left out.
    public init(_ tag: Tag, _ attributes: Attribute?...) {
        content = .element(tag, attributes.compactMap(\.self), [])
    }

    public init(_ tag: Tag, _ attributes: Attribute?..., @HTMLBuilder content: () -> [HTML]) {
        self.content = .element(tag, attributes.compactMap(\.self), content())
    }

    public static func style(_ code: StaticString) -> HTML { HTML(content: .code(.style, code)) }
    public static func script(_ code: StaticString) -> HTML { HTML(content: .code(.script, code)) }

    private init(content: Content) { self.content = content }

    /// The elements of HTML and SVG that pages are made of.
    public enum Tag: String, Sendable {
        case html, head, meta, link, title, style, script, body
        case header, nav, main, section, footer, div, p, h1, h2, h3, h4
        case ul, ol, li, dl, dt, dd, details, summary
        case table, caption, thead, tbody, tr, th, td
        case a, abbr, b, br, code, em, i, s, small, span, strong, time
        case form, label, input, select, option, button, output
        case svg, g, path, circle, rect, line, text, desc

        var isVoid: Bool {
            switch self {
            case .meta, .link, .br, .input: true
            default: false
            }
        }
    }
}

/// Strings are text, and what is nil is nothing.
@resultBuilder public enum HTMLBuilder {
    public static func buildExpression(_ text: String) -> [HTML] { [HTML(text)] }
    public static func buildExpression(_ html: HTML) -> [HTML] { [html] }
    public static func buildExpression(_ html: HTML?) -> [HTML] { html.map { [$0] } ?? [] }
    public static func buildExpression(_ list: [HTML]) -> [HTML] { list }
    public static func buildBlock(_ parts: [HTML]...) -> [HTML] { parts.flatMap(\.self) }
    public static func buildOptional(_ part: [HTML]?) -> [HTML] { part ?? [] }
    public static func buildEither(first: [HTML]) -> [HTML] { first }
    public static func buildEither(second: [HTML]) -> [HTML] { second }
    public static func buildArray(_ parts: [[HTML]]) -> [HTML] { parts.flatMap(\.self) }
}

extension HTML {
    /// What is written for browsers.
    public var rendered: String {
        var text = ""
        write(to: &text)
        return text
    }

    func write(to output: inout String) {
        switch content {
        case .text(let text): output += Self.escaped(text)
        case .code(let tag, let code): output += "<\(tag.rawValue)>\(code)</\(tag.rawValue)>"
        case .element(let tag, let attributes, let children):
            output += "<" + tag.rawValue
            for attribute in attributes {
                output += " " + attribute.name + "=\"" + Self.escaped(attribute.value) + "\""
            }
            guard !tag.isVoid else {
                output += "/>"
                return
            }
            output += ">"
            for child in children { child.write(to: &output) }
            output += "</" + tag.rawValue + ">"
        }
    }

    /// What HTML would take for markup becomes a reference; control characters and those that turn the direction of
    /// writing become visible escapes, as on a terminal.
    public static func escaped(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { 0x20..<0x7F ~= $0 && !Self.special.contains($0) }
        guard !isPlain else { return text }
        var result = ""
        for scalar in escapedLines(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            // Characters that XML has no room for.
            case "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static let special: [UInt8] = Array("&<>\"".utf8)
}
