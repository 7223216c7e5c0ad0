internal import System
internal import YAML

/// Types of scalars in the clear, as the reference program's parsers see them: the MAC is over what they read.
enum GoScalar {
    /// Whether a plain scalar is null to Go's YAML reader.
    static func isNull(_ node: Node) -> Bool {
        node.scalar?.style == .plain && node.tag == nil
            && ["", "~", "null", "Null", "NULL"].contains(node.string)
    }

    static func yaml(_ node: Node) throws(SecretsError) -> PlainValue {
        guard let text = node.string, let scalar = node.scalar else {
            throw SecretsError(.format, "a value is not a scalar")
        }
        switch node.tag {
        case nil where scalar.style == .plain: return try plain(text)
        case nil, "tag:yaml.org,2002:str", "!": return PlainValue(.str, text)
        case "tag:yaml.org,2002:binary":
            guard let bytes = Base64.decode(Array(text.utf8.filter { $0 > 32 })) else {
                throw SecretsError(.format, "a value is said to be binary, and is not Base64")
            }
            return PlainValue(.str, SecretBytes(taking: bytes))
        default:
            throw SecretsError(
                .format, "values with a tag of their own are not encrypted",
                hint: "take the tag away, or quote the value")
        }
    }

    /// A scalar without quotes.
    private static func plain(_ text: String) throws(SecretsError) -> PlainValue {
        switch text {
        case "true", "True", "TRUE": return PlainValue(.bool, "True")
        case "false", "False", "FALSE": return PlainValue(.bool, "False")
        default: break
        }
        guard let first = text.utf8.first, (48...57).contains(first) || "+-.".utf8.contains(first) else {
            return PlainValue(.str, text)
        }
        if GoTime.isYAMLTime(text) {
            guard GoTime.isRFC3339(text) else {
                throw SecretsError(
                    .format, "a date does not survive encryption as it is",
                    hint: "quote it, so that it is kept as text")
            }
            return PlainValue(.time, text)
        }
        return try Number.resolve(yaml: text) ?? PlainValue(.str, text)
    }

    static func json(_ node: Node) throws(SecretsError) -> PlainValue {
        guard let text = node.string, let scalar = node.scalar else {
            throw SecretsError(.format, "a value is not a scalar")
        }
        switch scalar.type {
        case .bool: return PlainValue(.bool, text == "true" ? "True" : "False")
        case .int, .float: return try Number.resolve(json: text)
        case .string, .null: return PlainValue(.str, text)
        }
    }

    /// Whether a key is a string to Go's YAML reader; others are refused there.
    static func isStringKey(_ node: Node) -> Bool {
        guard node.kind == .scalar, !isNull(node) else { return false }
        // `!!merge <<`, as Go's YAML writer has it.
        if node.tag == "tag:yaml.org,2002:merge", node.string == "<<" { return true }
        // A number too large to keep is no string either.
        guard let value = try? yaml(node) else { return false }
        return value.type == .str
    }
}
