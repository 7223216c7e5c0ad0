internal import System

/// Looks for secrets in lines of `NAME=value` and `name: value`: dotenv and properties files, files within files, and
/// YAML that does not parse.
struct LineCheck {
    struct Found {
        /// From 0.
        let line: Int
        let key: String
        /// In the data of a Secret.
        var isSecretData = false
    }

    /// In files of code-like settings only what is quoted is a text.
    var needsQuotes = false
    /// In files of a shell a text with a variable in it is none that is known.
    var isShell = false

    func found(in text: String) -> [Found] {
        var found: [Found] = []
        for (number, line) in Self.lines(of: text).enumerated() {
            guard let (key, value, isQuoted) = Self.assignment(in: line) ?? Self.words(in: line) else {
                continue
            }
            if needsQuotes, !isQuoted { continue }
            if isShell, value.contains(where: { "$`".contains($0) }) { continue }
            if SecretText.isSecret(value, under: SecretKeyName.claim(of: key)) {
                found.append(Found(line: number, key: key))
            }
        }
        return found
    }

    /// Values under `data:` and `stringData:` where a document says `kind: Secret`.
    static func secretData(in text: String) -> [Found] {
        var found: [Found] = []
        var document: [(number: Int, line: Substring)] = []
        for (number, line) in lines(of: text).enumerated() {
            if line.hasPrefix("---") {
                found += secretData(in: document)
                document = []
            } else {
                document.append((number, line))
            }
        }
        return found + secretData(in: document)
    }

    private static func secretData(in document: [(number: Int, line: Substring)]) -> [Found] {
        guard document.contains(where: { isKindSecret($0.line) }) else { return [] }
        var found: [Found] = []
        var section: (name: String, indentation: Int)?
        for (number, line) in document {
            let indentation = line.utf8.prefix { $0 == 32 }.count
            let content = line.dropFirst(indentation)
            guard !content.isEmpty, !content.hasPrefix("#"), !content.hasPrefix("{{") else { continue }
            if let current = section, indentation <= current.indentation { section = nil }
            if let current = section {
                if let (key, value, _) = assignment(in: content),
                    !isNoSecret(value, isData: current.name == "data")
                {
                    found.append(Found(line: number, key: "\(current.name).\(key)", isSecretData: true))
                }
            } else if let name = ["data", "stringData"].first(where: { content.hasPrefix("\($0):") }) {
                section = (name, indentation)
            }
        }
        return found
    }

    /// What is in a Secret and is none: nothing, a placeholder, a switch.
    static func isNoSecret(_ text: String, isData: Bool) -> Bool {
        var plain = text
        if isData, let bytes = Base64.decode(Array(text.utf8)),
            let decoded = String(validating: bytes, as: UTF8.self)
        {
            plain = decoded
        }
        let block = ["|", ">", "|-", ">-", "|+", "&", "*"]
        return SecretText.standsForSecret(plain) || SecretText.isSwitch(SecretText.trimmed(plain))
            || block.contains(plain)
    }

    static func isKindSecret(_ line: Substring) -> Bool {
        let words = line.split(whereSeparator: { $0.isWhitespace || "\"',{}".contains($0) })
        guard let place = words.firstIndex(where: { $0 == "kind:" || $0 == "kind" }) else { return false }
        let next = words[(place + 1)...].first { $0 != ":" }
        return next == "Secret"
    }

    /// By line feeds, without the carriage return before one.
    static func lines(of text: String) -> [Substring] {
        text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    }

    /// `ENV PASSWORD value` of an image, `login NAME password value` of a netrc, `host:port:db:user:password` of a pgpass.
    private static func words(in line: Substring) -> (key: String, value: String, isQuoted: Bool)? {
        let words = line.split(whereSeparator: \.isWhitespace)
        if words.count == 3, words[0] == "ENV" { return (String(words[1]), String(words[2]), false) }
        if let first = words.first, ["machine", "default", "login"].contains(first),
            let place = words.firstIndex(of: "password"), place + 1 < words.count
        {
            return ("password", String(words[place + 1]), false)
        }
        let parts = line.split(separator: ":", omittingEmptySubsequences: false)
        guard words.count == 1, parts.count == 5, parts[1] == "*" || Int(parts[1]) ?? 0 > 999 else {
            return nil
        }
        return ("password", String(parts[4]), false)
    }

    /// The name and the value of a line; nil where it is something else.
    static func assignment(in line: Substring) -> (key: String, value: String, isQuoted: Bool)? {
        var rest = line.drop(while: \.isWhitespace)
        for word in ["export ", "- ", "set ", "ENV ", "ARG ", "--"] where rest.hasPrefix(word) {
            rest = rest.dropFirst(word.count).drop(while: \.isWhitespace)
        }
        // `//registry.example.com/:_authToken=…`
        if rest.hasPrefix("//"), let host = rest.lastIndex(of: "/"), rest[host...].hasPrefix("/:") {
            rest = rest[host...].dropFirst(2)
        }
        var quote: Character?
        if let first = rest.first, first == "\"" || first == "'" {
            quote = first
            rest = rest.dropFirst()
        }
        let key = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-/".contains($0)) }
        guard !key.isEmpty, key.first?.isNumber == false else { return nil }
        rest = rest[key.endIndex...]
        if let quote {
            guard rest.first == quote else { return nil }
            rest = rest.dropFirst()
        }
        rest = rest.drop { $0 == " " || $0 == "\t" }
        guard let sign = rest.first, sign == "=" || sign == ":" else { return nil }
        rest = rest.dropFirst()
        // `==`, `:=` and addresses are no assignments; `key:value` is none either.
        guard rest.first != "=", sign == "=" || rest.first.map({ $0.isWhitespace || $0 == "\"" }) ?? true
        else { return nil }
        rest = rest.drop { $0 == " " || $0 == "\t" }
        while let last = rest.last, last.isWhitespace || ",;\\".contains(last) { rest = rest.dropLast() }
        guard let open = rest.first, open == "\"" || open == "'" else {
            if let comment = rest.indices.first(where: { index in
                rest[index] == "#" && index > rest.startIndex && rest[rest.index(before: index)].isWhitespace
            }) {
                rest = rest[..<comment]
            }
            return (String(key), SecretText.trimmed(String(rest)), false)
        }
        let inner = rest.dropFirst().prefix { $0 != open }
        return (String(key), String(inner), true)
    }
}
