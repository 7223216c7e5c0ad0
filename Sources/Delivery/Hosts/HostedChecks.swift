/// A check of a commit, as its host has it: the last word of a job, or of a program that judges commits.
struct HostedCheck: Hashable {
    enum State: Hashable { case passed, failed, pending }

    var name: String
    var state: State
    /// What the host calls that.
    var word: String

    /// - Parameters:
    ///   - word: The host's.
    ///   - passed: The words for what is as it should be.
    ///   - failed: Those for what is not. Any other is still to come.
    init(_ name: String, _ word: String?, passed: Set<String>, failed: Set<String>) {
        let word = word?.lowercased() ?? "without a state"
        (self.name, self.word) = (name, word)
        state = passed.contains(word) ? .passed : failed.contains(word) ? .failed : .pending
    }
}
