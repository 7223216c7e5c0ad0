public import System

/// Which values of a file are encrypted. The rules exclude each other.
public enum Selection: Hashable, Sendable {
    case unencryptedSuffix(String)
    case encryptedSuffix(String)
    case unencryptedRegex(GoRegex)
    case encryptedRegex(GoRegex)
    case unencryptedCommentRegex(GoRegex)
    case encryptedCommentRegex(GoRegex)

    public static let standard = Selection.unencryptedSuffix("_unencrypted")

    static let names = [
        "unencrypted_suffix", "encrypted_suffix", "unencrypted_regex", "encrypted_regex",
        "unencrypted_comment_regex",
        "encrypted_comment_regex",
    ]

    /// From the fields of a `sops` block or a creation rule; nil when none says anything.
    static func parse(_ field: (String) -> String?) throws(SecretsError) -> Selection? {
        var found: [Selection] = []
        for name in names {
            guard let text = field(name), !text.isEmpty else { continue }
            found.append(try parse(name, text))
        }
        guard found.count <= 1 else {
            throw SecretsError(.policy, "\(found.map(\.name).joined(separator: " and ")) exclude each other")
        }
        return found.first
    }

    private static func parse(_ name: String, _ text: String) throws(SecretsError) -> Selection {
        func pattern() throws(SecretsError) -> GoRegex {
            do { return try GoRegex(rule: text) } catch { throw error.inside(name) }
        }
        switch name {
        case "unencrypted_suffix": return .unencryptedSuffix(text)
        case "encrypted_suffix": return .encryptedSuffix(text)
        case "unencrypted_regex": return .unencryptedRegex(try pattern())
        case "encrypted_regex": return .encryptedRegex(try pattern())
        case "unencrypted_comment_regex": return .unencryptedCommentRegex(try pattern())
        default: return .encryptedCommentRegex(try pattern())
        }
    }

    var name: String {
        switch self {
        case .unencryptedSuffix: "unencrypted_suffix"
        case .encryptedSuffix: "encrypted_suffix"
        case .unencryptedRegex: "unencrypted_regex"
        case .encryptedRegex: "encrypted_regex"
        case .unencryptedCommentRegex: "unencrypted_comment_regex"
        case .encryptedCommentRegex: "encrypted_comment_regex"
        }
    }

    var text: String {
        switch self {
        case .unencryptedSuffix(let suffix), .encryptedSuffix(let suffix): suffix
        case .unencryptedRegex(let pattern), .encryptedRegex(let pattern),
            .unencryptedCommentRegex(let pattern),
            .encryptedCommentRegex(let pattern):
            pattern.description
        }
    }

    /// Whether a file in which the rule matches nothing is refused. A suffix that no key has leaves all encrypted, and
    /// is the usual case.
    var mustMatch: Bool {
        switch self {
        case .unencryptedSuffix, .unencryptedRegex, .unencryptedCommentRegex: false
        case .encryptedSuffix, .encryptedRegex, .encryptedCommentRegex: true
        }
    }
}

/// Applies a selection while a file is walked: what is selected, from the path and the comments so far.
struct Selector {
    private let selection: Selection
    /// Whether a key on the way to each open container matched.
    private var matched: [Bool] = [false]
    /// The comments at each open level since the last item there, and whether one of them matches.
    private var comments: [[Bool]] = [[]]
    /// A key's answer, since files repeat keys.
    private var known: [[UInt8]: Bool] = [:]
    /// Whether the rule matched anything at all.
    private(set) var hasMatched = false

    init(_ selection: Selection) { self.selection = selection }

    mutating func open(key: String?) {
        let pathMatches = matches(key: key)
        matched.append(pathMatches)
        comments.append([])
    }

    mutating func close() {
        matched.removeLast()
        comments.removeLast()
        endItem()
    }

    /// A value was passed: the comments before it are used up.
    mutating func endItem() { comments[comments.count - 1] = [] }

    /// Takes note of a comment (its text after `#`); whether it is selected itself.
    mutating func selects(comment: String) -> Bool {
        let pattern: GoRegex? =
            switch selection {
            case .unencryptedCommentRegex(let pattern), .encryptedCommentRegex(let pattern): pattern
            default: nil
            }
        let isMatch = pattern?.matches(comment) ?? false
        hasMatched = hasMatched || isMatch
        comments[comments.count - 1].append(isMatch)
        // The comment that switches encryption on stays readable itself.
        return decide(pathMatches: matched[matched.count - 1], droppingLastComment: true)
    }

    mutating func selects(key: String?) -> Bool {
        // First, since a call on `self` would hold a copy of what this changes.
        let pathMatches = matches(key: key)
        return decide(pathMatches: pathMatches, droppingLastComment: false)
    }

    private mutating func matches(key: String?) -> Bool {
        if matched[matched.count - 1] { return true }
        guard let key else { return false }
        let bytes = Array(key.utf8)
        if let answer = known[bytes] { return answer }
        let answer =
            switch selection {
            case .unencryptedSuffix(let suffix), .encryptedSuffix(let suffix):
                key.utf8.reversed().starts(with: suffix.utf8.reversed())
            case .unencryptedRegex(let pattern), .encryptedRegex(let pattern): pattern.matches(key)
            case .unencryptedCommentRegex, .encryptedCommentRegex: false
            }
        known[bytes] = answer
        hasMatched = hasMatched || answer
        return answer
    }

    private func decide(pathMatches: Bool, droppingLastComment: Bool) -> Bool {
        switch selection {
        case .unencryptedSuffix, .unencryptedRegex: return !pathMatches
        case .encryptedSuffix, .encryptedRegex: return pathMatches
        case .unencryptedCommentRegex: return !comments.contains { $0.contains(true) }
        case .encryptedCommentRegex:
            if comments.dropLast().contains(where: { $0.contains(true) }) { return true }
            let last = comments[comments.count - 1]
            return (droppingLastComment ? last.dropLast() : last[...]).contains(true)
        }
    }
}

extension GoRegex {
    /// The pattern of a rule.
    init(rule text: String) throws(SecretsError) {
        do { try self.init(text) } catch { throw SecretsError(.policy, error.description, hint: error.hint) }
    }
}
