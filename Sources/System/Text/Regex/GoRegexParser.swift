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

extension GoRegexTree {
    /// Go's limit on counts within counts.
    func isRepeated(atMost limit: Int) -> Bool {
        switch self {
        case .empty, .scalar, .assert: return true
        case .sequence(let items), .choice(let items):
            return items.allSatisfy { $0.isRepeated(atMost: limit) }
        case .repetition(let item, let from, let upTo):
            let isCounted = !(upTo == nil && from <= 1) && !(upTo == 1 && from == 0)
            guard isCounted else { return item.isRepeated(atMost: limit) }
            let count = upTo ?? from
            if count == 0 { return true }
            return count <= limit && item.isRepeated(atMost: limit / count)
        }
    }
}

/// Reads Go's syntax of regular expressions (https://pkg.go.dev/regexp/syntax).
struct GoRegexParser {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private var flags = Flags()
    private var groupNames: Set<String> = []

    private struct Flags {
        var ignoresCase = false
        var multiline = false
        var dotMatchesNewline = false
    }

    /// Go's own limit.
    private static let repeatLimit = 1000
    /// Go's is 1000, which takes more of a stack than every thread has.
    private static let depthLimit = 200
    /// Reading takes time that grows faster than the length.
    private static let lengthLimit = 10_000

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    mutating func parse() throws(SystemError) -> GoRegexTree {
        guard scalars.count <= Self.lengthLimit else {
            throw .regularExpression(
                "it has \(scalars.count) characters, and more than \(Self.lengthLimit) are not read")
        }
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

    private mutating func next(_ missing: String) throws(SystemError) -> Unicode.Scalar {
        guard let scalar = peek else { throw refused(missing) }
        position += 1
        return scalar
    }

    private func refused(_ reason: String) -> SystemError {
        .regularExpression("\(reason), at character \(min(position, scalars.count) + 1)")
    }

    private mutating func choice() throws(SystemError) -> GoRegexTree {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw refused("it nests too deeply") }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(SystemError) -> GoRegexTree {
        var items: [GoRegexTree] = []
        // A repetition right behind another is refused, one behind flags or nothing in quotes is not.
        var followsRepetition = false
        while let scalar = peek, scalar != "|", scalar != ")" {
            let start = position
            if let range = try repetition() {
                guard !followsRepetition else {
                    position = start
                    throw refused("repetition of a repetition")
                }
                guard let item = items.popLast() else {
                    position = start
                    throw refused("nothing to repeat")
                }
                let repeated = GoRegexTree.repetition(item, from: range.from, upTo: range.upTo)
                guard repeated.isRepeated(atMost: Self.repeatLimit) else {
                    throw refused("repetitions that multiply to more than \(Self.repeatLimit)")
                }
                items.append(repeated)
                followsRepetition = true
            } else {
                items += try atoms()
                followsRepetition = false
            }
        }
        return items.isEmpty ? .empty : .sequence(items)
    }

    /// How often what stands before is to be repeated; nil where something else comes next.
    private mutating func repetition() throws(SystemError) -> (from: Int, upTo: Int?)? {
        let range: (from: Int, upTo: Int?)
        switch peek {
        case "*": range = (0, nil)
        case "+": range = (1, nil)
        case "?": range = (0, 1)
        case "{":
            guard let counts = try counts() else { return nil }
            position -= 1
            range = counts
        default: return nil
        }
        position += 1
        // Lazy repetition matches the same texts.
        _ = take("?")
        return range
    }

    /// `{2}`, `{2,}` or `{2,5}`; anything else is a brace like any character, as in Go.
    private mutating func counts() throws(SystemError) -> (from: Int, upTo: Int?)? {
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

    /// None for a group that only sets flags, several for a text in quotes.
    private mutating func atoms() throws(SystemError) -> [GoRegexTree] {
        let scalar = try next("it ends too early")
        switch scalar {
        case ".": return [.scalar(flags.dotMatchesNewline ? .any : ScalarSet(10).inverted)]
        case "^": return [.assert(flags.multiline ? .lineStart : .textStart)]
        case "$": return [.assert(flags.multiline ? .lineEnd : .textEnd)]
        case "[": return [.scalar(try bracket())]
        case "(": return try group().map { [$0] } ?? []
        case "\\":
            if take("Q") {
                var items: [GoRegexTree] = []
                while position < scalars.count, !take("\\E") { items.append(literal(try next("").value)) }
                return items
            }
            return [try escape()]
        default: return [literal(scalar.value)]
        }
    }

    private func literal(_ value: UInt32) -> GoRegexTree { .scalar(inCase(ScalarSet(value))) }

    private func inCase(_ set: ScalarSet) -> ScalarSet { flags.ignoresCase ? set.folded : set }

    private mutating func group() throws(SystemError) -> GoRegexTree? {
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

    private mutating func groupName() throws(SystemError) {
        let start = position
        while let scalar = peek, ScalarSet.word.contains(scalar) { position += 1 }
        let name = String(String.UnicodeScalarView(scalars[start..<position]))
        guard !name.isEmpty, take(">") else { throw refused("invalid group name") }
        guard groupNames.insert(name).inserted else { throw refused("two groups of one name") }
    }

    /// After `(?`: true when a group follows (`(?i:`), false when the flags were all (`(?i)`).
    private mutating func flagGroup() throws(SystemError) -> Bool {
        var value = true
        var isNamed = true
        while true {
            let scalar = try next("missing )")
            switch scalar {
            case "i": flags.ignoresCase = value
            case "m": flags.multiline = value
            case "s": flags.dotMatchesNewline = value
            case "U": break  // which of several matches is found does not matter here
            case "-" where value:
                value = false
                isNamed = false
                continue
            case ":" where isNamed: return true
            case ")" where isNamed: return false
            default:
                position -= 1
                throw refused("a group of a kind that Go does not have")
            }
            isNamed = true
        }
    }

    private mutating func escape() throws(SystemError) -> GoRegexTree {
        let scalar = try next("trailing \\")
        switch scalar {
        case "A": return .assert(.textStart)
        case "z": return .assert(.textEnd)
        case "b": return .assert(.wordBoundary)
        case "B": return .assert(.notWordBoundary)
        case "p", "P": return .scalar(try unicodeClass(isNegated: scalar == "P"))
        default:
            if let set = perlClass(scalar) { return .scalar(set) }
            return literal(try escaped(scalar))
        }
    }

    /// `\d` and the like; what differs only in case is added before it is turned round.
    private func perlClass(_ scalar: Unicode.Scalar) -> ScalarSet? {
        switch scalar {
        case "d": inCase(.digit)
        case "D": inCase(.digit).inverted
        case "w": inCase(.word)
        case "W": inCase(.word).inverted
        case "s": inCase(.space)
        case "S": inCase(.space).inverted
        default: nil
        }
    }

    /// After `\p`: `N`, `{Greek}` or `{^Greek}`.
    private mutating func unicodeClass(isNegated: Bool) throws(SystemError) -> ScalarSet {
        var isNegated = isNegated
        var name = String.UnicodeScalarView()
        let first = try next("a class of Unicode is cut short")
        if first == "{" {
            while let scalar = peek, scalar != "}" {
                name.append(scalar)
                position += 1
            }
            guard take("}") else { throw refused("missing }") }
            if name.first == "^" {
                isNegated.toggle()
                name.removeFirst()
            }
        } else {
            name.append(first)
        }
        guard let set = UnicodeTables.set(named: String(name)) else {
            throw refused("unknown class of Unicode characters")
        }
        return isNegated ? inCase(set).inverted : inCase(set)
    }

    /// The character that an escape stands for.
    private mutating func escaped(_ scalar: Unicode.Scalar) throws(SystemError) -> UInt32 {
        switch scalar {
        case "a": return 0x07
        case "f": return 0x0C
        case "n": return 0x0A
        case "r": return 0x0D
        case "t": return 0x09
        case "v": return 0x0B
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
            return value
        default:
            guard scalar.isASCII, !ScalarSet.word.contains(scalar) || scalar == "_" else {
                throw refused("unknown escape \\\(scalar)")
            }
            return scalar.value
        }
    }

    private mutating func hexadecimal() throws(SystemError) -> UInt32 {
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
            let value = UInt32(digits, radix: 16), value <= ScalarSet.last
        else { throw refused("no such character") }
        return value
    }

    /// After `[`.
    private mutating func bracket() throws(SystemError) -> ScalarSet {
        let isNegated = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        var isFirst = true
        while isFirst || peek != "]" {
            let start = position
            isFirst = false
            if let known = try posixClass() {
                ranges += known.ranges
                continue
            }
            var lower = try next("missing ]").value
            if lower == backslash {
                let scalar = try next("missing ]")
                if scalar == "p" || scalar == "P" {
                    ranges += try unicodeClass(isNegated: scalar == "P").ranges
                    continue
                }
                if let known = perlClass(scalar) {
                    ranges += known.ranges
                    continue
                }
                lower = try escaped(scalar)
            }
            var upper = lower
            if peek == "-", position + 1 < scalars.count, scalars[position + 1] != "]" {
                position += 1
                upper = try next("missing ]").value
                if upper == backslash { upper = try escaped(try next("missing ]")) }
                guard upper >= lower else {
                    position = start
                    throw refused("a range that goes backwards")
                }
            }
            ranges += inCase(ScalarSet(ranges: [lower...upper])).ranges
        }
        position += 1
        let set = ScalarSet(ranges: ranges)
        return isNegated ? set.inverted : set
    }

    private let backslash: UInt32 = 0x5C

    /// `[:alpha:]`; nil where `[:` is not closed, and stands for its characters.
    private mutating func posixClass() throws(SystemError) -> ScalarSet? {
        guard scalars[position...].starts(with: "[:".unicodeScalars) else { return nil }
        let rest = scalars[(position + 2)...]
        guard let end = rest.indices.dropLast().first(where: { rest[$0] == ":" && rest[$0 + 1] == "]" })
        else {
            return nil
        }
        position += 2
        let isNegated = take("^")
        for (name, ranges) in Self.posixClasses where take(name + ":]") {
            let set = inCase(ScalarSet(ranges: ranges))
            return isNegated ? set.inverted : set
        }
        position = end
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
    private static let sizeLimit = 200_000

    mutating func compile(_ tree: GoRegexTree) throws(SystemError) -> [GoRegex.Instruction] {
        try emit(tree)
        program.append(.match)
        return program
    }

    private mutating func emit(_ tree: GoRegexTree) throws(SystemError) {
        guard program.count < Self.sizeLimit else {
            throw .regularExpression("it is too large once its repetitions are written out")
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
