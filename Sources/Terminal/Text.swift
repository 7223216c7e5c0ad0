/// One line of text whose parts carry a meaning.
///
///     let line: Text = "\(app, .app) runs \(version, .version)"
///
/// It holds what it was given, unchanged; control characters become harmless when it is rendered, so
/// that nothing hostile reaches a terminal whichever way it came here.
public struct Text: Sendable, Equatable {
    struct Run: Sendable, Equatable {
        var string: String
        var style: Style?
    }
    var runs: [Run]

    public init(_ string: String, _ style: Style? = nil) {
        runs = string.isEmpty ? [] : [Run(string: string, style: style)]
    }

    /// The characters as they were given, without styles and without escapes: for programs.
    public var raw: String {
        runs.reduce(into: "") { $0 += $1.string }
    }

    public var isEmpty: Bool { runs.isEmpty }

    /// Columns that the rendered text takes on a terminal.
    public var width: Int {
        runs.reduce(0) { $0 + escaped($1.string).displayWidth }
    }

    /// The text for a terminal or a file: one line, without control characters except, where `color`
    /// is on, those of the styles.
    public func rendered(color: Bool) -> String {
        runs.reduce(into: "") { result, run in
            let string = escaped(run.string)
            result += color ? run.style?.applied(to: string) ?? string : string
        }
    }

    /// The text cut to `width` columns, with `…` as the last one where something was cut off.
    public func truncated(to width: Int) -> Text {
        guard self.width > width else { return self }
        var result = Text("")
        var room = width - 1
        guard room >= 0 else { return result }
        for run in runs {
            let string = escaped(run.string)
            let head = string.prefix(columns: room)
            result.runs.append(Run(string: String(head), style: run.style))
            room -= head.displayWidth
            if head.endIndex < string.endIndex { break }
        }
        result.runs.append(Run(string: "…", style: result.runs.last?.style))
        return result
    }

    public static func + (left: Text, right: Text) -> Text {
        var result = left
        result.runs += right.runs
        return result
    }

    public static func += (left: inout Text, right: Text) {
        left.runs += right.runs
    }
}

extension String {
    /// The longest beginning that takes at most `columns` columns.
    fileprivate func prefix(columns: Int) -> Substring {
        var room = columns
        var end = startIndex
        while end < endIndex, self[end].displayWidth <= room {
            room -= self[end].displayWidth
            formIndex(after: &end)
        }
        return self[..<end]
    }
}

extension Text: ExpressibleByStringInterpolation {
    public struct StringInterpolation: StringInterpolationProtocol {
        var text = Text("")

        public init(literalCapacity: Int, interpolationCount: Int) {}

        public mutating func appendLiteral(_ literal: String) {
            text += Text(literal)
        }

        public mutating func appendInterpolation(
            _ value: some CustomStringConvertible, _ style: Style? = nil
        ) {
            text += Text(value.description, style)
        }

        public mutating func appendInterpolation(_ value: Text) {
            text += value
        }
    }

    public init(stringLiteral value: String) {
        self.init(value)
    }

    public init(stringInterpolation: StringInterpolation) {
        self = stringInterpolation.text
    }
}
