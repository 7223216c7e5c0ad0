public import System
internal import YAML

/// What a check found: a test, a scan, a query after a deployment.
public struct CheckResult: Hashable, Sendable {
    public enum Result: String, Sendable, CaseIterable {
        case passed, failed, unknown
    }

    public var name: String
    public var result: Result
    /// What was measured, as the check gives it: `0.003`, `Degraded`.
    public var value: String?
    public var detail: String?
    public var url: String?

    public init(
        name: String, result: Result, value: String? = nil, detail: String? = nil, url: String? = nil
    ) {
        (self.name, self.result, self.value, self.detail, self.url) = (name, result, value, detail, url)
    }
}

extension CheckResult {
    /// As it stands in records.
    public var json: JSON {
        JSON.record([
            ("name", name), ("result", result.rawValue), ("value", value), ("detail", detail), ("url", url),
        ])
    }

    /// Nil for what is no check; a result that is not known is `unknown`.
    public init?(_ json: JSON) {
        guard let name = json["name"]?.string else { return nil }
        self.init(
            name: name, result: json["result"]?.string.flatMap(Result.init) ?? .unknown,
            value: json["value"]?.string, detail: json["detail"]?.string, url: json["url"]?.string)
    }
}

extension JSON {
    /// An object of strings, without the fields that have none.
    static func record(_ fields: [(String, String?)]) -> JSON {
        .object(fields.compactMap { key, value in value.map { Field(key, .string($0)) } })
    }

    /// Null for nothing, which records leave out.
    static func list(_ items: [JSON]) -> JSON { items.isEmpty ? .null : .array(items) }

    static func optional(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }
}
