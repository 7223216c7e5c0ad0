internal import System

/// Leads to nodes of a document: `spec.template.spec.containers[name=api].image`.
///
/// Steps are joined by dots:
///
///     a.b           keys; one with other characters than letters, digits and `_-/:@$+~!%^&<>,;` is quoted,
///     a."b.c"       with JSON's escapes: also ["b.c"] and, with '' for a quote, 'b.c'
///     a[0]          an item
///     a[name=api]   the items whose `name` reads `api`; key and value may be quoted
///     a.*           every value or item
///     a[*]          every item
///     **.image      at any depth, here too
///     a[0]?ref      the parameter `ref` of the URL that stands there (last step only)
///
/// The document's root is `.`. Aliases and merge keys are followed, except by `**`.
public struct Path: Hashable, Sendable, CustomStringConvertible {
    public enum Step: Hashable, Sendable {
        case key(String)
        case index(Int)
        case match(key: String, value: String)
        case any
        case anyItem
        case deep
        case query(String)
    }

    public var steps: [Step]

    public init(steps: [Step]) { self.steps = steps }

    public static let root = Path(steps: [])

    /// Whether it can only lead to one place: keys and indices alone.
    public var isConcrete: Bool {
        steps.allSatisfy {
            switch $0 {
            case .key, .index: true
            default: false
            }
        }
    }

    /// The parameter that a trailing `?ref` names.
    public var query: String? {
        if case .query(let name)? = steps.last { name } else { nil }
    }

    public func appending(_ step: Step) -> Path { Path(steps: steps + [step]) }

    /// Canonical; reads back as the same path.
    public var description: String {
        var text = ""
        for step in steps {
            switch step {
            case .key(let key): text += (text.isEmpty ? "" : ".") + Self.name(key)
            case .index(let index): text += "[\(index)]"
            case .match(let key, let value): text += "[\(Self.name(key))=\(Self.name(value, besides: "."))]"
            case .any: text += text.isEmpty ? "*" : ".*"
            case .anyItem: text += "[*]"
            case .deep: text += text.isEmpty ? "**" : ".**"
            case .query(let name): text += "?\(Self.name(name))"
            }
        }
        return text.isEmpty ? "." : text
    }

    private static func name(_ text: String, besides: String = "") -> String {
        let isPlain = text.unicodeScalars.allSatisfy {
            PathParser.isPlain($0) || besides.unicodeScalars.contains($0)
        }
        return isPlain && !text.isEmpty ? text : JSON.string(text).description
    }
}
