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

    /// A tag such as `v1.4.2`, `release-3.0-rc.1`, `2026.11.3-alpine`, `build-512`.
    private struct Numbered {
        var lead: Substring
        var numbers: [Int]
        var rest: Substring

        init?(_ tag: String) {
            let bytes = tag.utf8
            guard let start = bytes.firstIndex(where: isDigit) else { return nil }
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
            if lead == "v" || lead == "V" { lead = "" }
            // A bare number may be the beginning of a commit's id.
            let isHex =
                rest.utf8.contains { !isDigit($0) }
                && tag.utf8.allSatisfy { isDigit($0) || (0x61...0x66).contains($0) }
            guard !numbers.isEmpty, !(lead.isEmpty && numbers.count == 1 && isHex) else { return nil }
            // Nor is the number in the middle of one: `abc1234`.
            guard
                lead.isEmpty || lead.utf8.last.map({ !isLetter($0) }) ?? true || tag.utf8.count < 7
                    || numbers.count > 1
            else { return nil }
        }

        func order(to other: Numbered) -> Order? {
            guard lead == other.lead else { return nil }
            let count = max(numbers.count, other.numbers.count)
            func padded(_ numbers: [Int]) -> [Int] {
                numbers + Array(repeating: 0, count: count - numbers.count)
            }
            let (own, others) = (padded(numbers), padded(other.numbers))
            if own != others { return own.lexicographicallyPrecedes(others) ? .earlier : .later }
            if rest == other.rest { return .same }
            switch (Self.isBefore(rest), Self.isBefore(other.rest)) {
            case (true, false): return other.rest.isEmpty ? .earlier : nil
            case (false, true): return rest.isEmpty ? .later : nil
            case (true, true): return preRelease(other)
            case (false, false): return nil
            }
        }

        /// `rc.1` and `rc.2`.
        private func preRelease(_ other: Numbered) -> Order? {
            let word = { (rest: Substring) in rest.prefix { !$0.isNumber } }
            let (own, others) = (word(rest), word(other.rest))
            guard own == others else { return own < others ? .earlier : .later }
            guard let a = Int(rest.dropFirst(own.count)), let b = Int(other.rest.dropFirst(others.count))
            else {
                return nil
            }
            return a == b ? .same : a < b ? .earlier : .later
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
