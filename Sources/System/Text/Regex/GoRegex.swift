/// A regular expression in Go's syntax (RE2), asked only whether it matches somewhere in a text.
///
/// `.sops.yaml` and kustomizations are written for Go, and a rule that is read otherwise than there leaves secrets in
/// the open: what this cannot represent exactly is refused. Matching takes time that grows with the text times the
/// pattern, whatever both are.
public struct GoRegex: Sendable, Hashable, CustomStringConvertible {
    public let description: String
    private let program: [Instruction]

    /// By code points: two ways to write an accent are two patterns.
    public static func == (a: GoRegex, b: GoRegex) -> Bool {
        a.description.utf8.elementsEqual(b.description.utf8)
    }
    public func hash(into hasher: inout Hasher) {
        for byte in description.utf8 { hasher.combine(byte) }
    }

    /// One step of a nondeterministic automaton; addresses are indices of the program.
    enum Instruction: Sendable {
        case scalar(ScalarSet)
        case split(Int, Int)
        case jump(Int)
        case assert(Assertion)
        case match
    }

    enum Assertion: Sendable { case textStart, textEnd, lineStart, lineEnd, wordBoundary, notWordBoundary }

    /// - Throws: `SystemError.regularExpression` for what Go refuses, or what is too large.
    public init(_ text: String) throws(SystemError) {
        description = text
        var parser = GoRegexParser(text)
        let tree = try parser.parse()
        var compiler = GoRegexCompiler()
        program = try compiler.compile(tree)
    }

    /// Whether any part of `text` matches.
    public func matches(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var current = States(program.count)
        var next = States(program.count)
        for position in 0...scalars.count {
            // A match may start anywhere: unanchored.
            if follow(0, position: position, text: scalars, into: &current) { return true }
            guard position < scalars.count else { return false }
            next.removeAll()
            for state in current.list {
                if case .scalar(let set) = program[state], set.contains(scalars[position]),
                    follow(state + 1, position: position + 1, text: scalars, into: &next)
                {
                    return true
                }
            }
            swap(&current, &next)
        }
        return false
    }

    /// Adds a state and all that it leads to without consuming; true when that is a match.
    private func follow(_ start: Int, position: Int, text: [Unicode.Scalar], into states: inout States)
        -> Bool
    {
        states.pending.append(start)
        while let state = states.pending.popLast() {
            guard states.insert(state) else { continue }
            switch program[state] {
            case .match: return true
            case .jump(let target): states.pending.append(target)
            case .split(let first, let second):
                states.pending.append(second)
                states.pending.append(first)
            case .assert(let assertion):
                if holds(assertion, position: position, text: text) { states.pending.append(state + 1) }
            case .scalar: break
            }
        }
        return false
    }

    private func holds(_ assertion: Assertion, position: Int, text: [Unicode.Scalar]) -> Bool {
        func isWord(_ index: Int) -> Bool {
            text.indices.contains(index) && ScalarSet.word.contains(text[index])
        }
        return switch assertion {
        case .textStart: position == 0
        case .textEnd: position == text.count
        case .lineStart: position == 0 || text[position - 1] == "\n"
        case .lineEnd: position == text.count || text[position] == "\n"
        case .wordBoundary: isWord(position - 1) != isWord(position)
        case .notWordBoundary: isWord(position - 1) == isWord(position)
        }
    }

    /// The states of one position, each once.
    private struct States {
        private(set) var list: [Int] = []
        /// Those that still have to be followed; kept, since an array of its own for each character is slow.
        var pending: [Int] = []
        private var contained: [Bool]

        init(_ count: Int) { contained = [Bool](repeating: false, count: count) }

        mutating func insert(_ state: Int) -> Bool {
            if contained[state] { return false }
            contained[state] = true
            list.append(state)
            return true
        }

        mutating func removeAll() {
            for state in list { contained[state] = false }
            list.removeAll(keepingCapacity: true)
        }
    }
}
