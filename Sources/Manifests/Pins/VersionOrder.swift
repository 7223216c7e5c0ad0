extension Version {
    /// Which of two versions is the later one.
    public enum Order: Sendable {
        case earlier, same, later
    }

    /// How this version stands to another, by what the tags say; nil where they do not tell: digests, commit
    /// ids, tags of different make.
    public func order(to other: Version) -> Order? {
        if self == other { return .same }
        guard let tag, let otherTag = other.tag, let own = Numbered(tag), let others = Numbered(otherTag)
        else {
            return nil
        }
        if tag == otherTag { return digest == nil || other.digest == nil ? .same : nil }
        return own.order(to: others)
    }

    /// Whether its tag has a place in an order at all.
    public var isOrdered: Bool { tag.map { Numbered($0) != nil } ?? false }

    /// A tag such as `v1.4.2`, `release-3.0-rc.1`, `2026.11.3-alpine`, `build-512`, `main-1a2b3c4-1700000000`.
    private struct Numbered {
        var lead: Substring
        var numbers: [Int]
        /// So many commits after it, as `git describe` counts them.
        var distance = 0
        var rest: Substring
        /// What stands behind `+`: it orders nothing.
        var build: Substring = ""
        /// The ids of commits in it: they order nothing, either.
        var commits: [Substring] = []

        init?(_ whole: String) {
            if let built = Self.build(whole) {
                (lead, numbers, rest) = (built.lead, [built.number], "")
                return
            }
            // Behind an id, or in its place, there is no number: `sha-6d55f25`, `1a2b3c4-12`.
            let tag = Self.withoutCommits(whole, &commits)
            let bytes = tag.utf8
            guard let start = bytes.firstIndex(where: isDigit) else { return nil }
            if let first = commits.first, first.startIndex <= start { return nil }
            lead = tag[..<start]
            numbers = []
            var end = start
            while let first = bytes[end...].firstIndex(where: { !isDigit($0) }) ?? .some(bytes.endIndex),
                first > end,
                let number = Int(tag[end..<first])
            {
                numbers.append(number)
                end = first
                guard end < bytes.endIndex, bytes[end] == UInt8(ascii: ".") || bytes[end] == UInt8(ascii: "_")
                else { break }
                let next = bytes.index(after: end)
                guard next < bytes.endIndex, isDigit(bytes[next]) else { break }
                end = next
            }
            rest = tag[end...].prefix { $0 != "+" }
            build = tag[rest.endIndex...]
            if lead == "v" || lead == "V" { lead = "" }
            // A bare number may be the beginning of a commit's id.
            let isHex =
                rest.utf8.contains { !isDigit($0) }
                && tag.utf8.allSatisfy { isDigit($0) || (0x61...0x66).contains($0) }
            guard !numbers.isEmpty, !(lead.isEmpty && numbers.count == 1 && isHex), !Self.isCommit(tag[...])
            else { return nil }
            let word = lead.split { !$0.isLetter }.last ?? ""
            let isCounted = word.isEmpty || Self.counters.contains(word.lowercased())
            guard isCounted || numbers.count > 1 || !Self.isCommit(tag[start..<end]) else { return nil }
            // Nor is the number in the middle of one: `abc1234`.
            guard
                lead.isEmpty || lead.utf8.last.map({ !isLetter($0) }) ?? true || tag.utf8.count < 7
                    || numbers.count > 1
            else { return nil }
            let parts = rest.split(separator: "-", omittingEmptySubsequences: false)
            if parts.count == 3, parts[0].isEmpty, let count = Int(parts[1]), parts[2].hasPrefix("g"),
                parts[2].utf8.count > 7, parts[2].dropFirst().utf8.allSatisfy(Self.isHexDigit)
            {
                (distance, rest) = (count, "")
            }
        }

        /// What stands before the number of a build, which may be a long one.
        private static let counters: Set = ["build", "run", "job", "ci", "rev", "r", "release", "version"]

        /// The number of a build behind a branch and a commit: `main-1a2b3c4-1700000000`.
        private static func build(_ tag: String) -> (lead: Substring, number: Int)? {
            let parts = tag.split(separator: "-")
            guard parts.count >= 3, let last = parts.last, last.utf8.allSatisfy(isDigit),
                let number = Int(last),
                case let commit = parts[parts.count - 2], (7...40).contains(commit.utf8.count),
                commit.utf8.allSatisfy(isHexDigit), commit.utf8.contains(where: { !isDigit($0) })
            else { return nil }
            return (tag[..<commit.startIndex], number)
        }

        /// A tag without the ids of commits in it: words of digits and of letters up to F.
        private static func withoutCommits(_ tag: String, _ commits: inout [Substring]) -> String {
            commits = tag.split { !$0.isLetter && !$0.isNumber }.filter { word in
                (7...40).contains(word.utf8.count) && word.utf8.allSatisfy(isHexDigit)
                    && word.utf8.contains { !isDigit($0) } && word.utf8.contains(where: isDigit)
            }
            var (left, end) = ("", tag.startIndex)
            for commit in commits {
                left += tag[end..<commit.startIndex]
                end = commit.endIndex
            }
            return left + tag[end...]
        }

        /// Digits alone that may be the beginning of a commit's id, and are no date and no time.
        private static func isCommit(_ tag: Substring) -> Bool {
            let bytes = Array(tag.utf8)
            guard bytes.count >= 7, bytes.allSatisfy(isDigit) else { return false }
            func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 * 10 + Int($1 - 0x30) } }
            if [8, 10, 12, 14].contains(bytes.count), (1990...2099).contains(number(0..<4)),
                (1...12).contains(number(4..<6)), (1...31).contains(number(6..<8))
            {
                return false
            }
            return !(bytes.count == 10 && (1_000_000_000...2_200_000_000).contains(number(0..<10)))
        }

        private static func isHexDigit(_ byte: UInt8) -> Bool {
            isDigit(byte) || (0x61...0x66).contains(byte)
        }

        func order(to other: Numbered) -> Order? {
            guard lead == other.lead else { return nil }
            let count = max(numbers.count, other.numbers.count)
            func padded(_ numbers: [Int]) -> [Int] {
                numbers + Array(repeating: 0, count: count - numbers.count)
            }
            let (own, others) = (padded(numbers), padded(other.numbers))
            if own != others { return own.lexicographicallyPrecedes(others) ? .earlier : .later }
            if rest == other.rest {
                if distance != other.distance { return distance < other.distance ? .earlier : .later }
                return build == other.build && commits == other.commits ? .same : nil
            }
            switch (Self.isBefore(rest), Self.isBefore(other.rest)) {
            case (true, false): return other.rest.isEmpty ? .earlier : nil
            case (false, true): return rest.isEmpty ? .later : nil
            case (true, true): return preRelease(other)
            case (false, false): return nil
            }
        }

        /// `rc.1` and `rc.2`, `beta` and `rc`, `rc.1` and `rc.1.1`: part by part, numbers as numbers.
        private func preRelease(_ other: Numbered) -> Order? {
            let (own, others) = (Self.parts(of: rest), Self.parts(of: other.rest))
            for (left, right) in zip(own, others) where left != right {
                if let a = Int(left), let b = Int(right) {
                    if a != b { return a < b ? .earlier : .later }
                } else {
                    return left.lowercased() < right.lowercased() ? .earlier : .later
                }
            }
            if own.count != others.count { return own.count < others.count ? .earlier : .later }
            return commits == other.commits ? .same : nil
        }

        /// Words and numbers, without what stands between them.
        private static func parts(of text: Substring) -> [Substring] {
            var parts: [Substring] = []
            var rest = text
            while let first = rest.first {
                guard first.isNumber || first.isLetter else {
                    rest.removeFirst()
                    continue
                }
                let run = rest.prefix { first.isNumber ? $0.isNumber : $0.isLetter }
                parts.append(run)
                rest = rest[run.endIndex...]
            }
            return parts
        }

        /// Whether a suffix says that this comes before the release: `-rc1`, `-alpha.2`, `-SNAPSHOT`.
        private static func isBefore(_ rest: Substring) -> Bool {
            let word = rest.drop { !$0.isLetter }.prefix { $0.isLetter }.lowercased()
            return ["alpha", "beta", "rc", "pre", "preview", "dev", "snapshot", "a", "b", "m"].contains(word)
        }
    }
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

private func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
