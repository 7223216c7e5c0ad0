/// What a pattern says, before it is compiled.
indirect enum GoRegexTree {
    case empty
    case scalar(ScalarSet)
    case assert(GoRegex.Assertion)
    case sequence([GoRegexTree])
    case choice([GoRegexTree])
    /// `upTo` nil: without end.
    case repetition(GoRegexTree, from: Int, upTo: Int?)
}

/// Reads Go's syntax of regular expressions (https://pkg.go.dev/regexp/syntax).
struct GoRegexParser {
    private let text: String
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private var flags = Flags()

    private struct Flags {
        var ignoresCase = false
        var multiline = false
        var dotMatchesNewline = false
    }

    /// Go's own limits.
    private static let repeatLimit = 1000
    private static let depthLimit = 1000

    init(_ text: String) {
        self.text = text
        scalars = Array(text.unicodeScalars)
    }

    mutating func parse() throws(SecretsError) -> GoRegexTree {
        let tree = try choice()
        guard position == scalars.count else { throw refused("unmatched )") }
        return tree
    }

    private var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func take(_ literal: String) -> Bool {
        let wanted = Array(literal.unicodeScalars)
        guard scalars[position...].starts(with: wanted) else { return false }
        position += wanted.count
        return true
    }

    private mutating func next(_ missing: String) throws(SecretsError) -> Unicode.Scalar {
        guard let scalar = peek else { throw refused(missing) }
        position += 1
        return scalar
    }

    private func refused(_ reason: String) -> SecretsError {
        SecretsError(
            .policy,
            "the regular expression does not compile: \(reason), at character \(min(position, scalars.count) + 1)",
            hint: "expressions follow Go's syntax (RE2)")
    }

    private mutating func choice() throws(SecretsError) -> GoRegexTree {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw refused("it nests too deeply") }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(SecretsError) -> GoRegexTree {
        var items: [GoRegexTree] = []
        while let scalar = peek, scalar != "|", scalar != ")" {
            guard let item = try atom() else { continue }
            items.append(try repeated(item))
        }
        return items.isEmpty ? .empty : .sequence(items)
    }

    private mutating func repeated(_ item: GoRegexTree) throws(SecretsError) -> GoRegexTree {
        let range: (from: Int, upTo: Int?)
        switch peek {
        case "*": range = (0, nil)
        case "+": range = (1, nil)
        case "?": range = (0, 1)
        case "{":
            guard let counts = try counts() else { return item }
            position -= 1
            range = counts
        default: return item
        }
        position += 1
        // Lazy repetition matches the same texts.
        _ = take("?")
        if let scalar = peek, "*+?".unicodeScalars.contains(scalar) {
            throw refused("repetition of a repetition")
        }
        if peek == "{", try counts() != nil { throw refused("repetition of a repetition") }
        return .repetition(item, from: range.from, upTo: range.upTo)
    }

    /// `{2}`, `{2,}` or `{2,5}`; anything else is a brace like any character, as in Go.
    private mutating func counts() throws(SecretsError) -> (from: Int, upTo: Int?)? {
        let start = position
        func abandon(_ parser: inout GoRegexParser) -> (from: Int, upTo: Int?)? {
            parser.position = start
            return nil
        }
        guard take("{"), let from = number() else { return abandon(&self) }
        var upTo: Int? = from
        if take(",") { upTo = number() }
        guard take("}") else { return abandon(&self) }
        guard from <= Self.repeatLimit, (upTo ?? 0) <= Self.repeatLimit, from <= upTo ?? from else {
            throw refused("a repeat count over \(Self.repeatLimit), or backwards")
        }
        return (from, upTo)
    }

    private mutating func number() -> Int? {
        let start = position
        while let scalar = peek, ("0"..."9").contains(scalar) { position += 1 }
        let digits = String(String.UnicodeScalarView(scalars[start..<position]))
        return digits.isEmpty || (digits.count > 1 && digits.hasPrefix("0")) ? nil : Int(digits) ?? Int.max
    }

    /// Nil for a group that only sets flags.
    private mutating func atom() throws(SecretsError) -> GoRegexTree? {
        let scalar = try next("it ends too early")
        switch scalar {
        case ".": return .scalar(flags.dotMatchesNewline ? .any : ScalarSet(ranges: [10...10]).inverted)
        case "^": return .assert(flags.multiline ? .lineStart : .textStart)
        case "$": return .assert(flags.multiline ? .lineEnd : .textEnd)
        case "[": return .scalar(try bracket())
        case "(": return try group()
        case "\\": return try escape()
        case "*", "+", "?":
            position -= 1
            throw refused("nothing to repeat")
        case "{":
            position -= 1
            if try counts() != nil { throw refused("nothing to repeat") }
            position += 1
            return literal(scalar)
        default: return literal(scalar)
        }
    }

    private func literal(_ scalar: Unicode.Scalar) -> GoRegexTree {
        .scalar(ScalarSet(ranges: [scalar.value...scalar.value], ignoresCase: flags.ignoresCase))
    }

    private mutating func group() throws(SecretsError) -> GoRegexTree? {
        let outer = flags
        if take("?") {
            if take("P<") || take("<") {
                try groupName()
            } else if try !flagGroup() {
                return nil  // the flags hold to the end of the group around
            }
        }
        let tree = try choice()
        guard take(")") else { throw refused("missing )") }
        flags = outer
        return tree
    }

    private mutating func groupName() throws(SecretsError) {
        let start = position
        while let scalar = peek, ScalarSet.word.contains(scalar) { position += 1 }
        guard position > start, take(">") else { throw refused("invalid group name") }
    }

    /// After `(?`: true when a group follows (`(?i:`), false when the flags were all (`(?i)`).
    private mutating func flagGroup() throws(SecretsError) -> Bool {
        var value = true
        while true {
            switch try next("missing )") {
            case "i": flags.ignoresCase = value
            case "m": flags.multiline = value
            case "s": flags.dotMatchesNewline = value
            case "U": break  // which of several matches is found does not matter here
            case "-" where value: value = false
            case ":": return true
            case ")": return false
            default:
                position -= 1
                throw refused("a group of a kind that Go does not have")
            }
        }
    }

    private mutating func escape() throws(SecretsError) -> GoRegexTree {
        let scalar = try next("trailing \\")
        switch scalar {
        case "A": return .assert(.textStart)
        case "z": return .assert(.textEnd)
        case "b": return .assert(.wordBoundary)
        case "B": return .assert(.notWordBoundary)
        case "Q":
            var items: [GoRegexTree] = []
            while position < scalars.count, !take("\\E") { items.append(literal(try next(""))) }
            return .sequence(items)
        default:
            if let set = Self.perlClass(scalar) { return .scalar(set) }
            return literal(try escaped(scalar))
        }
    }

    private static func perlClass(_ scalar: Unicode.Scalar) -> ScalarSet? {
        switch scalar {
        case "d": .digit
        case "D": ScalarSet.digit.inverted
        case "w": .word
        case "W": ScalarSet.word.inverted
        case "s": .space
        case "S": ScalarSet.space.inverted
        default: nil
        }
    }

    /// The character that an escape stands for.
    private mutating func escaped(_ scalar: Unicode.Scalar) throws(SecretsError) -> Unicode.Scalar {
        switch scalar {
        case "a": return "\u{07}"
        case "f": return "\u{0C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{0B}"
        case "x": return try hexadecimal()
        case "0"..."7":
            // Go has octal numbers of up to three digits after a zero, and no references back.
            guard scalar == "0" || (peek.map { ("0"..."7").contains($0) } ?? false) else {
                throw refused("references back are not in Go's syntax")
            }
            var value = scalar.value - 48
            for _ in 0..<2 {
                guard let digit = peek, ("0"..."7").contains(digit) else { break }
                value = value * 8 + digit.value - 48
                position += 1
            }
            guard let result = Unicode.Scalar(value) else { throw refused("no such character") }
            return result
        case "p", "P":
            throw refused("classes of Unicode (\\p) are not supported here; write the characters out")
        default:
            guard scalar.isASCII, !ScalarSet.word.contains(scalar) || scalar == "_" else {
                throw refused("unknown escape \\\(scalar)")
            }
            return scalar
        }
    }

    private mutating func hexadecimal() throws(SecretsError) -> Unicode.Scalar {
        var digits = ""
        if take("{") {
            while let scalar = peek, scalar != "}" {
                digits.unicodeScalars.append(scalar)
                position += 1
            }
            guard take("}") else { throw refused("missing }") }
        } else {
            for _ in 0..<2 { digits.unicodeScalars.append(try next("a hexadecimal escape is cut short")) }
        }
        guard digits.utf8.allSatisfy({ UInt8(ascii: "+") != $0 && UInt8(ascii: "-") != $0 }),
            let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value)
        else { throw refused("no such character") }
        return scalar
    }

    /// After `[`.
    private mutating func bracket() throws(SecretsError) -> ScalarSet {
        var set = ScalarSet(ignoresCase: flags.ignoresCase)
        set.isNegated = take("^")
        var isFirst = true
        while isFirst || peek != "]" {
            let start = position
            isFirst = false
            if take("[:") {
                set.ranges += try posixClass().ranges
                continue
            }
            var scalar = try next("missing ]")
            if scalar == "\\" {
                scalar = try next("missing ]")
                if let known = Self.perlClass(scalar) {
                    set.ranges += known.ranges
                    continue
                }
                scalar = try escaped(scalar)
            }
            var last = scalar
            if peek == "-", position + 1 < scalars.count, scalars[position + 1] != "]" {
                position += 1
                last = try next("missing ]")
                if last == "\\" { last = try escaped(try next("missing ]")) }
                guard last >= scalar else {
                    position = start
                    throw refused("a range that goes backwards")
                }
            }
            set.ranges.append(scalar.value...last.value)
        }
        position += 1
        return set
    }

    private mutating func posixClass() throws(SecretsError) -> ScalarSet {
        let isNegated = take("^")
        for (name, ranges) in Self.posixClasses where take(name + ":]") {
            let set = ScalarSet(ranges: ranges)
            return isNegated ? set.inverted : set
        }
        throw refused("unknown class of characters")
    }

    private static let posixClasses: [(String, [ClosedRange<UInt32>])] = [
        ("alnum", [0x30...0x39, 0x41...0x5A, 0x61...0x7A]), ("alpha", [0x41...0x5A, 0x61...0x7A]),
        ("ascii", [0...0x7F]), ("blank", [0x09...0x09, 0x20...0x20]), ("cntrl", [0...0x1F, 0x7F...0x7F]),
        ("digit", [0x30...0x39]), ("graph", [0x21...0x7E]), ("lower", [0x61...0x7A]),
        ("print", [0x20...0x7E]),
        ("punct", [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E]),
        ("space", [0x09...0x0D, 0x20...0x20]),
        ("upper", [0x41...0x5A]), ("word", [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]),
        ("xdigit", [0x30...0x39, 0x41...0x46, 0x61...0x66]),
    ]
}

/// Thompson's construction.
struct GoRegexCompiler {
    private var program: [GoRegex.Instruction] = []
    /// Nested repeats multiply; Go refuses such patterns too.
    private static let sizeLimit = 20_000

    mutating func compile(_ tree: GoRegexTree, of text: String) throws(SecretsError) -> [GoRegex.Instruction]
    {
        try emit(tree)
        program.append(.match)
        return program
    }

    private mutating func emit(_ tree: GoRegexTree) throws(SecretsError) {
        guard program.count < Self.sizeLimit else {
            throw SecretsError(
                .policy, "the regular expression is too large once its repetitions are written out")
        }
        switch tree {
        case .empty: break
        case .scalar(let set): program.append(.scalar(set))
        case .assert(let assertion): program.append(.assert(assertion))
        case .sequence(let items): for item in items { try emit(item) }
        case .choice(let branches):
            var ends: [Int] = []
            for branch in branches.dropLast() {
                let split = reserve()
                try emit(branch)
                ends.append(reserve())
                program[split] = .split(split + 1, program.count)
            }
            if let last = branches.last { try emit(last) }
            for end in ends { program[end] = .jump(program.count) }
        case .repetition(let item, let from, let upTo):
            for _ in 0..<from { try emit(item) }
            if let upTo {
                var splits: [Int] = []
                for _ in from..<upTo {
                    splits.append(reserve())
                    try emit(item)
                }
                for split in splits { program[split] = .split(split + 1, program.count) }
            } else {
                let split = reserve()
                try emit(item)
                program.append(.jump(split))
                program[split] = .split(split + 1, program.count)
            }
        }
    }

    /// A place that is filled in when its target is known.
    private mutating func reserve() -> Int {
        program.append(.match)
        return program.count - 1
    }
}
