import Git
import Secrets
import System

/// A reader more or less, in policies and in the files that they cover: all is ready before the first is written.
struct ReaderChange {
    typealias Write = (path: String, old: [UInt8], bytes: [UInt8])

    let action: SecretsReaders.Action
    /// Who it is about.
    let recipient: String
    private(set) var files: [Write] = []
    private var policies: [Write] = []
    /// What somebody who is removed knows.
    private(set) var seen: [String] = []

    /// Policies last: a file that can't be written leaves them as they are.
    var writes: [Write] { files + policies }

    /// - Parameters:
    ///   - reader: A recipient, or the name of one that goes.
    ///   - name: What to call a new one.
    ///   - isEverywhere: In all rules, and not only in those of the covered files.
    init(
        _ action: SecretsReaders.Action, reader: String, name: String?, covered: [CoveredFiles],
        isEverywhere: Bool, files: SecretFiles, identity: IdentityOptions
    ) throws {
        let names = covered.reduce(into: [:]) { $0.merge($1.policy.names) { first, _ in first } }
        self.action = action
        recipient = names.first { $0.value == reader && action == .remove }?.key ?? reader
        if action == .add { _ = try parseRecipient(recipient) }
        let history = files.root == nil ? nil : PastReaders(repository: try files.context.repository)
        for part in covered {
            let rules =
                isEverywhere ? Array(part.policy.rules.indices) : Set(part.files.map(\.rule)).sorted()
            let bytes = try changed(part, rules, name: name)
            if bytes != part.old { policies.append((part.policyPath, part.old, bytes)) }
            let policy = try Policy(parsing: bytes)
            for (path, relative, _) in part.files {
                let open = try files.open(path, identity)
                guard open.file.recipients.contains(recipient) == (action == .remove) else { continue }
                let encryption = try policy.rule(for: relative).encryption
                let addsOnly = action == .add && encryption.groups.count == 1
                let new = try addsOnly ? open.adding(reader: recipient) : open.rotated(to: encryption)
                self.files.append((path, open.file.bytes, new))
                if action == .remove { try note(open, files.shown(path), history) }
            }
        }
        if action == .remove, policies.isEmpty, self.files.isEmpty {
            throw Failure(
                "\(reader) is no reader here",
                hint: names.isEmpty
                    ? "gx secrets readers shows who is"
                    : "those with names are \(names.values.sorted().listed("and"))")
        }
    }

    private func changed(_ part: CoveredFiles, _ rules: [Int], name: String?) throws -> [UInt8] {
        let policy = part.policy
        if action == .add { return try policy.adding(recipient, name: name, to: rules) }
        let isIn = rules.contains { policy.rules[$0].encryption.recipients.contains(recipient) }
        return isIn ? try policy.removing(recipient, from: rules) : part.old
    }

    /// Notes the values that a reader knows: those that are there, and those that were.
    private mutating func note(_ open: OpenFile, _ path: String, _ history: PastReaders?) throws {
        let keys = open.keys
        let now = keys.secrets.map { keys.label(of: $0) }
        let before = try history?.keys(readBy: recipient, in: path).filter { !now.contains($0) } ?? []
        seen += now.map { "\(path): \($0)" }
        seen += before.map { "\(path): \($0) (not there any more)" }
    }
}
