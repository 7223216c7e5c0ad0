/// A commit's message, or that of one that it merges, names an issue or a pull request.
struct MentionRow: BitwiseCopyable {
    var commit: UInt32
    var name: Name

    /// What is named, in 32 bits.
    struct Name: BitwiseCopyable, Hashable {
        /// Of an issue the position of its key, of a pull request its number: times two, plus 1 for a pull request.
        private var bits: UInt32

        init(issue key: UInt32) { bits = key << 1 }

        /// Nil for what can't be the number of one.
        init?(pullRequest number: some StringProtocol) {
            guard let number = UInt32(number), number < 1 << 31 else { return nil }
            bits = number << 1 | 1
        }

        /// The position of an issue's key.
        var issue: UInt32? { bits & 1 == 0 ? bits >> 1 : nil }
        /// The number of a pull request.
        var pullRequest: UInt32? { bits & 1 == 1 ? bits >> 1 : nil }
    }
}
