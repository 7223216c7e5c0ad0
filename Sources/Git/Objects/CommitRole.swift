internal import System

/// What somebody does to a commit.
enum CommitRole: String {
    case author, committer
}

extension Repository {
    /// Who writes a commit, and when: now. Nil where it takes git to know it: no variable and no setting says both name
    /// and address, they have characters that git takes away, or a variable gives the date, in one of git's many forms.
    func statedSignature(_ role: CommitRole) throws(GitError) -> Signature? {
        let variables = "GIT_\(role.rawValue.uppercased())_"
        guard environment[variables + "DATE"] == nil else { return nil }
        func stated(_ variable: String, _ key: String) throws(GitError) -> String? {
            var text = environment[variables + variable]
            for section in [role.rawValue, "user"] where text == nil {
                text = try setting("\(section).\(key)")
            }
            return text.flatMap { $0.isPlainIdentity ? $0 : nil }
        }
        guard let name = try stated("NAME", "name"), let email = try stated("EMAIL", "email") else {
            return nil
        }
        return Signature(name: name, email: email, time: .now)
    }
}

extension String {
    /// Whether git takes it as it is, as the name or address of a person.
    fileprivate var isPlainIdentity: Bool {
        func isCrud(_ byte: UInt8) -> Bool { byte <= UInt8(ascii: " ") || ".,:;<>\"\\'".utf8.contains(byte) }
        guard let first = utf8.first, let last = utf8.last, !isCrud(first), !isCrud(last) else {
            return false
        }
        // What is no UTF-8 has been replaced.
        return !utf8.contains { "<>\n".utf8.contains($0) } && !unicodeScalars.contains("\u{FFFD}")
    }
}
