extension String {
    /// Its lines, ended by LF or CRLF (which Swift takes as one character).
    package var lines: [Substring] {
        split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    }
}

extension StringProtocol {
    /// Without what the predicate holds for at the end.
    package func trimmingSuffix(while predicate: (Character) -> Bool) -> SubSequence {
        var end = endIndex
        while end > startIndex, predicate(self[index(before: end)]) { end = index(before: end) }
        return self[..<end]
    }
}
