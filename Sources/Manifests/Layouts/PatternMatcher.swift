extension Pattern {
    /// The first way in which the pattern matches `path` and `accepts` each capture, shortest first. A
    /// repeated capture must agree with itself.
    public func match(
        _ path: String, accepts: (_ name: String, _ value: String) -> Bool = { _, _ in true }
    ) -> Match? {
        let bytes = Array(path.utf8)
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        var matcher = PatternMatcher(self, bytes)
        guard matcher.match(bytes.indices, accepts: { accepts(names[$0], text($1)) }) else { return nil }
        var match = Match(captures: [:], wildcards: matcher.wildcards.map(text))
        for (name, range) in zip(names, matcher.captures) { match.captures[name] = text(range) }
        return match
    }
}

/// A pattern as a flat list of steps, so that trying it on a path costs no memory.
struct PatternProgram: Hashable, Sendable {
    struct Step: Hashable, Sendable {
        enum Kind: Hashable, Sendable {
            case text, any, capture
            /// The component ends here.
            case end
            case deep, deepCapture
        }

        var kind: Kind
        /// A text's range in `texts`, a capture's place among the names.
        var range = 0..<0
        var name: Int { range.lowerBound }
    }

    private(set) var steps: [Step] = []
    private(set) var texts: [UInt8] = []
    /// For each step the captures that were taken before it and come again from it on.
    private(set) var repeated: [[Int]] = []

    init(_ components: [Pattern.Component]) {
        defer { repeated = captures() }
        for component in components {
            switch component {
            case .deep: steps.append(Step(kind: .deep))
            case .deepCapture(let name): steps.append(Step(kind: .deepCapture, range: name..<name))
            case .pieces(let pieces):
                for piece in pieces {
                    switch piece {
                    case .any: steps.append(Step(kind: .any))
                    case .capture(let name): steps.append(Step(kind: .capture, range: name..<name))
                    case .text(let text):
                        steps.append(Step(kind: .text, range: texts.count..<(texts.count + text.count)))
                        texts += text
                    }
                }
                steps.append(Step(kind: .end))
            }
        }
    }
}

extension PatternProgram {
    private func captures() -> [[Int]] {
        let isCapture = { (step: Step) in step.kind == .capture || step.kind == .deepCapture }
        var before: [Set<Int>] = []
        var seen: Set<Int> = []
        for step in steps {
            before.append(seen)
            if isCapture(step) { seen.insert(step.name) }
        }
        var after: Set<Int> = []
        var found: [[Int]] = []
        for (step, before) in zip(steps, before).reversed() {
            if isCapture(step) { after.insert(step.name) }
            found.append(before.intersection(after).sorted())
        }
        return found.reversed()
    }
}

/// Tries a pattern on paths that stand in one array of bytes. Backtracks, and remembers what has failed once it takes
/// long: so no pattern takes longer than its length times that of the path allows.
struct PatternMatcher {
    private let steps: [PatternProgram.Step]
    private let texts: [UInt8]
    private let repeated: [[Int]]
    private let bytes: [UInt8]
    private var end = 0
    private var isFolder = false
    /// What each capture of the last match stands for, by its place among the names.
    private(set) var captures: [Range<Int>]
    /// What each wildcard stands for, in order.
    private(set) var wildcards: [Range<Int>] = []

    /// Asked whether a capture, by its place among the names, may be a range of the bytes.
    typealias Accepts = (Int, Range<Int>) -> Bool

    init(_ pattern: Pattern, _ bytes: [UInt8]) {
        steps = pattern.program.steps
        texts = pattern.program.texts
        repeated = pattern.program.repeated
        self.bytes = bytes
        captures = Array(repeating: 0..<0, count: pattern.names.count)
    }

    /// Whether a path matches; of a folder, whether all files in it do.
    mutating func match(_ path: Range<Int>, isFolder: Bool = false, accepts: Accepts) -> Bool {
        end = path.upperBound
        self.isFolder = isFolder
        wildcards.removeAll(keepingCapacity: true)
        tries = 0
        if !failed.isEmpty { failed = [] }
        // An empty range is a capture that has not been taken: none may be empty.
        for index in captures.indices { captures[index] = 0..<0 }
        return match(0, at: path.isEmpty ? end + 1 : path.lowerBound, accepts)
    }

    /// How many tries are worth no memory.
    private static let cheap = 500
    private var tries = 0
    /// From where which steps have failed, with what the captures stood for that they come back to.
    private var failed: Set<[Int]> = []

    /// Matches the steps from `index` on with the rest of the path. Behind `end`, no component is left.
    private mutating func match(_ index: Int, at start: Int, _ accepts: Accepts) -> Bool {
        guard index < steps.count else { return start > end }
        tries += 1
        guard tries > Self.cheap, steps[index].kind != .text, steps[index].kind != .end else {
            return attempt(index, at: start, accepts)
        }
        var state = [index, start]
        for name in repeated[index] { state += [captures[name].lowerBound, captures[name].upperBound] }
        guard !failed.contains(state) else { return false }
        if attempt(index, at: start, accepts) { return true }
        failed.insert(state)
        return false
    }

    private mutating func attempt(_ index: Int, at start: Int, _ accepts: Accepts) -> Bool {
        let step = steps[index]
        switch step.kind {
        case .text:
            return hasText(step.range, at: start) && match(index + 1, at: start + step.range.count, accepts)
        case .end:
            return (start == end || start < end && bytes[start] == UInt8(ascii: "/"))
                && match(index + 1, at: start + 1, accepts)
        case .any, .capture:
            guard start <= end else { return false }
            var stop = start
            while true {
                if mayFollow(index + 1, at: stop),
                    take(step, value: start..<stop, index: index, at: stop, accepts: accepts)
                {
                    return true
                }
                guard stop < end, bytes[stop] != UInt8(ascii: "/") else { return false }
                stop += 1
            }
        case .deep, .deepCapture:
            // Behind the path's end there is nothing to take.
            let first = min(start, end)
            let mayBeNothing = step.kind == .deep && (index + 1 < steps.count || isFolder)
            if mayBeNothing, take(step, value: first..<first, index: index, at: start, accepts: accepts) {
                return true
            }
            var stop = start - 1
            while stop < end {
                stop += 1
                while stop < end, bytes[stop] != UInt8(ascii: "/") { stop += 1 }
                if take(step, value: first..<stop, index: index, at: stop + 1, accepts: accepts) {
                    return true
                }
            }
            return false
        }
    }

    /// Lets a step stand for a value, and matches the rest from `next` on.
    private mutating func take(
        _ step: PatternProgram.Step, value: Range<Int>, index: Int, at next: Int, accepts: Accepts
    ) -> Bool {
        guard step.kind == .capture || step.kind == .deepCapture else {
            wildcards.append(value)
            if match(index + 1, at: next, accepts) { return true }
            wildcards.removeLast()
            return false
        }
        guard !value.isEmpty else { return false }
        let earlier = captures[step.name]
        if !earlier.isEmpty {
            return bytes[earlier].elementsEqual(bytes[value]) && match(index + 1, at: next, accepts)
        }
        guard accepts(step.name, value) else { return false }
        captures[step.name] = value
        if match(index + 1, at: next, accepts) { return true }
        captures[step.name] = 0..<0
        return false
    }

    /// A quick look at what comes next, before a capture is judged.
    private func mayFollow(_ index: Int, at position: Int) -> Bool {
        switch steps[index].kind {
        case .text: hasText(steps[index].range, at: position)
        case .end: position == end || bytes[position] == UInt8(ascii: "/")
        default: true
        }
    }

    private func hasText(_ text: Range<Int>, at start: Int) -> Bool {
        guard text.count <= end - start else { return false }
        for offset in 0..<text.count where bytes[start + offset] != texts[text.lowerBound + offset] {
            return false
        }
        return true
    }
}
