public import System
internal import YAML

/// Issues as an export of a tracker gives them: one JSON object a line, with the fields of an issue's record.
public enum IssueExport {
    /// A line that is no issue.
    public struct Problem: Explained, Hashable, Sendable {
        /// From 1.
        public var line: Int
        public var message: String

        public var description: String { "line \(line): \(message)" }
        public var hint: String? { "nothing was recorded" }
    }

    private static let fields = ["key", "title", "kind", "url", "status", "introduced"]

    /// Reads all lines, or none: empty ones are skipped.
    public static func read(_ bytes: [UInt8]) throws(Problem) -> [IssueRecord] {
        var issues: [IssueRecord] = []
        for (index, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated()
        where !line.allSatisfy({ [9, 13, 32].contains($0) }) {
            do { issues.append(try issue(Array(line))) } catch {
                throw Problem(line: index + 1, message: error.message)
            }
        }
        return issues
    }

    private struct Reason: Error {
        var message: String
    }

    private static func issue(_ line: [UInt8]) throws(Reason) -> IssueRecord {
        let json: JSON
        do { json = try JSON(parsing: line) } catch { throw Reason(message: error.message) }
        guard let all = json.fields else { throw Reason(message: "this is no object") }
        var values: [String: String] = [:]
        for field in all where !field.value.isNull {
            guard fields.contains(field.key) else {
                throw Reason(
                    message:
                        "'\(field.key)' is no field of an issue: it has \(fields.joined(separator: ", "))")
            }
            guard let text = field.value.string else { throw Reason(message: "\(field.key) is no string") }
            values[field.key] = text
        }
        guard let key = values["key"], !key.isEmpty else { throw Reason(message: "there is no key") }
        let kind = values["kind"].map(IssueRecord.Kind.init)
        if case .some(.none) = kind {
            throw Reason(message: "kind is '\(values["kind"] ?? "")', and neither feature nor bug")
        }
        return IssueRecord(
            key: key, title: values["title"], kind: kind ?? nil, url: values["url"], status: values["status"],
            introduced: values["introduced"])
    }
}
