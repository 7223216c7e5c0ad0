internal import System

extension Path {
    /// Reads a path; an error says at which character it stops to make sense.
    public init(_ text: String) throws(YAMLError) {
        var parser = PathParser(text)
        self = try parser.path()
    }
}

struct PathParser {
    private let text: String
    private let characters: [Unicode.Scalar]
    private var position = 0

    init(_ text: String) {
        self.text = text
        characters = Array(text.unicodeScalars)
    }

    /// Whether a name may have this character without quotes.
    static func isPlain(_ character: Unicode.Scalar) -> Bool {
        switch character {
        case "a"..."z", "A"..."Z", "0"..."9": true
        case "_", "-", "/", ":", "@", "$", "+", "~", "!", "%", "^", "&", "<", ">", ",", ";": true
        default:
            character.value >= 0xA1 && character.properties.generalCategory != .format
                && !character.properties.isWhitespace
        }
    }

    mutating func path() throws(YAMLError) -> Path {
        if text == "." { return .root }
        var steps: [Path.Step] = []
        while position < characters.count {
            if take("[") {
                steps.append(try bracket())
            } else if take("?") {
                steps.append(.query(try name("a parameter's name")))
                guard position == characters.count else { throw error("nothing may follow a parameter") }
            } else {
                if !steps.isEmpty { try expect(".") }
                steps.append(try key())
            }
        }
        guard !steps.isEmpty else { throw error("the path is empty") }
        return Path(steps: steps)
    }

    private mutating func key() throws(YAMLError) -> Path.Step {
        guard take("*") else { return .key(try name("a key")) }
        let step = take("*") ? Path.Step.deep : .any
        guard position == characters.count || ".[?".unicodeScalars.contains(characters[position]) else {
            throw error("a '*' stands alone; quote a key that contains one")
        }
        return step
    }

    /// After `[`.
    private mutating func bracket() throws(YAMLError) -> Path.Step {
        if take("*") {
            try expect("]")
            return .anyItem
        }
        let start = position
        let isQuoted = peek == "\"" || peek == "'"
        let key = try name("an index, a quoted key or NAME=VALUE")
        if take("=") {
            let value = try name("a value", besides: ".*?")
            try expect("]")
            return .match(key: key, value: value)
        }
        if isQuoted {
            try expect("]")
            return .key(key)
        }
        guard let index = Int(key), index >= 0, key.utf8.allSatisfy(\.isDigit) else {
            position = start
            throw error("expected an index, a quoted key or NAME=VALUE")
        }
        try expect("]")
        return .index(index)
    }

    private mutating func name(_ what: String, besides: String = "") throws(YAMLError) -> String {
        if peek == "\"" { return try doubleQuoted() }
        if peek == "'" { return try singleQuoted() }
        let start = position
        while let next = peek, Self.isPlain(next) || besides.unicodeScalars.contains(next) { position += 1 }
        guard position > start else { throw error("expected \(what)") }
        return string(start..<position)
    }

    private mutating func doubleQuoted() throws(YAMLError) -> String {
        let start = position
        position += 1
        while let next = peek, next != "\"" { position += next == "\\" ? 2 : 1 }
        guard take("\"") else {
            position = start
            throw error("the quote is not closed")
        }
        guard let json = try? JSON(parsing: Array(string(start..<position).utf8)), let text = json.string
        else {
            position = start
            throw error("not a string with JSON's escapes")
        }
        return text
    }

    private mutating func singleQuoted() throws(YAMLError) -> String {
        let start = position
        position += 1
        var text = String.UnicodeScalarView()
        while let next = peek {
            position += 1
            if next == "'", !take("'") { return String(text) }
            text.append(next)
        }
        position = start
        throw error("the quote is not closed")
    }

    private var peek: Unicode.Scalar? { position < characters.count ? characters[position] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == character else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(YAMLError) {
        guard take(character) else { throw error("expected '\(character)'") }
    }

    private func string(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: characters[range])
        return String(view)
    }

    private func error(_ reason: String) -> YAMLError {
        YAMLError(
            .path, "path '\(text)': \(reason), at character \(min(position, characters.count) + 1)",
            hint:
                "a path looks like spec.containers[name=api].image or images[0].newTag; quote other keys: a.\"b.c\""
        )
    }
}
