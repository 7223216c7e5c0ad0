public import System

/// Why a file, a path or an edit is refused: what, where in the file, and what to do next.
///
/// The module does not know file names; whoever opened the file puts its name in front.
public struct YAMLError: Explained, Hashable, Sendable {
    public enum Code: String, Hashable, Sendable {
        /// The text is not YAML (or JSON).
        case invalid
        /// The file is a template (`{{ … }}`) that becomes YAML only after rendering.
        case template
        /// The marks of a merge that was not settled.
        case conflict
        /// Not the file, but what git keeps in its place.
        case stored
        /// Larger than ``YAMLFile/maximumSize``, or its aliases expand to more than is sane.
        case tooLarge
        /// Nested deeper than ``YAMLFile/maximumDepth``.
        case tooDeep
        /// A path that cannot be read.
        case path
        /// A path that leads to nothing.
        case notFound
        /// A path that leads to several places where one is needed.
        case ambiguous
        /// A mapping on the way has the key twice.
        case duplicateKey
        /// The place for an insertion is taken.
        case exists
        /// The node is also used through an alias, which would change with it.
        case shared
        /// The path goes through an alias or a merge key.
        case alias
        /// The value cannot be written in the style that stands there.
        case unwritable
        /// The edited bytes do not read back as planned. Nothing was changed.
        case unproven
    }

    public var code: Code
    /// Lower case, without the position and without a full stop.
    public var message: String
    public var position: Position?
    /// What to do next.
    public var hint: String?

    public init(_ code: Code, _ message: String, at position: Position? = nil, hint: String? = nil) {
        self.code = code
        self.message = message
        self.position = position
        self.hint = hint
    }

    public var description: String {
        position.map { "\($0): \(message)" } ?? message
    }
}

/// A place in a file, as editors count: both from 1, columns in code points.
public struct Position: Hashable, Sendable, CustomStringConvertible {
    public var line: Int
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public var description: String { "line \(line), column \(column)" }

    init(of offset: Int, in bytes: [UInt8]) {
        let offset = min(offset, bytes.count)
        let start = bytes.lineStart(of: offset)
        line = 1 + bytes[..<start].count { $0 == .lineFeed }
        column = 1 + bytes[start..<offset].count { !$0.isUTF8Continuation }
    }
}
