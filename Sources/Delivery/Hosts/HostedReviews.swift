internal import System
internal import YAML

/// Somebody as a host knows them.
struct HostedPerson: Hashable {
    /// What their account is called.
    var login: String
    var name: String?
    var address: String?

    /// Nil where an answer names nobody.
    init?(_ user: JSON?, login: String, name: String, address: String? = nil) {
        guard let user, let account = user[login]?.string, !account.isEmpty else { return nil }
        self.login = account
        self.name = user[name]?.string.flatMap { $0.isEmpty ? nil : $0 }
        self.address = address.flatMap { user[$0]?.string }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// As people read it: `@ada`, or an address where that is what accounts are called.
    var shown: String { login.contains("@") ? login.lowercased() : "@\(login)" }

    /// What commits may call them, in lower case.
    var marks: Set<String> { Set([login, name, address].compactMap { $0?.lowercased() }) }

    /// What somebody may be called whom a commit names as `Ada <ada@acme.example>`. Addresses that hosts give away instead of
    /// real ones have the account in them.
    static func marks(of identity: String) -> Set<String> {
        let text = identity.lowercased()
        var marks: Set<String> = []
        var address = text[...]
        if let open = text.lastIndex(of: "<") {
            let name = text[..<open].split(whereSeparator: \.isWhitespace).joined(separator: " ")
            if !name.isEmpty { marks.insert(name) }
            address = text[text.index(after: open)...].prefix { $0 != ">" }
        }
        guard !address.isEmpty else { return marks }
        marks.insert(String(address))
        if let at = address.lastIndex(of: "@"), address[at...].contains("noreply") {
            let account = address[..<at]
            marks.insert(
                String(account.firstIndex(of: "+").map { account[account.index(after: $0)...] } ?? account))
        }
        return marks
    }
}

/// Who agrees to a request, as its host has it.
struct HostedReviews: Hashable {
    var author: HostedPerson?
    /// Who pushed the head; nil where the host does not say.
    var pusher: HostedPerson?
    /// Those who agree to the very head, and have not said otherwise since.
    var approvals: [HostedPerson] = []
    /// The accounts of those of them who are in a team, by the team.
    var members: [String: Set<String>] = [:]
    /// What the host is called.
    var host = ""
}

/// Who has a part in what is promoted, as commits name them.
struct Contributors: Hashable {
    var authors: Set<String> = []
    var committers: Set<String> = []
    /// Whether the branch of the request has commits that gx did not write.
    var areOthersOnBranch = false

    mutating func add(author: String, committer: String? = nil) {
        authors.formUnion(HostedPerson.marks(of: author))
        if let committer { committers.formUnion(HostedPerson.marks(of: committer)) }
    }
}
