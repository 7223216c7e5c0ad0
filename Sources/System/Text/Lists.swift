extension [String] {
    /// In a sentence: `a, b and c`; the rest of a long list is only counted. `none` where there are none.
    public func listed(_ conjunction: String) -> String {
        guard let last else { return "none" }
        guard count > 1 else { return last }
        guard count > 12 else { return "\(dropLast().joined(separator: ", ")) \(conjunction) \(last)" }
        return "\(prefix(10).joined(separator: ", ")) \(conjunction) \(count - 10) more"
    }

    /// What to say to somebody who named none of these, in a hint.
    ///
    /// - Parameters:
    ///   - nearest: The one that was probably meant.
    ///   - what: What they are: `environments`.
    public func suggestion(_ nearest: String?, of what: String) -> String {
        nearest.map { "did you mean '\($0)'?" } ?? "the \(what) are \(listed("and"))"
    }
}
