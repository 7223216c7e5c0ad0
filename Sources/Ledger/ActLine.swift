internal import System

/// A line of a commit message that does something, as it is written: `Gx-Hold: WORDS… (reason)`.
struct ActLine<Act: RawRepresentable & CaseIterable> where Act.RawValue == String {
    let act: Act
    let words: [String]
    /// Why, in one line.
    let reason: String?

    /// Nil for a line of another act, or with a reason that has no end.
    init?(_ line: some StringProtocol) {
        let line = Substring(line)
        guard let colon = line.firstIndex(of: ":"),
            let act = Act.allCases.first(where: { $0.rawValue.lowercased() == line[..<colon].lowercased() })
        else { return nil }
        self.act = act
        let value = line[line.index(after: colon)...]
        guard let open = value.firstRange(of: " (") else {
            (words, reason) = (value.split(separator: " ").map(String.init), nil)
            return
        }
        let end = value.lastIndex { !$0.isWhitespace } ?? value.startIndex
        guard value[end] == ")" else { return nil }
        reason = String(value[open.upperBound..<end])
        words = value[..<open.lowerBound].split(separator: " ").map(String.init)
    }
}
