internal import System
internal import YAML

/// Changes of a policy, each of which gives the bytes of the new one.
extension Policy {
    /// The policy with `recipient` as one more reader of these rules. Names are kept, the new one too: where a text with
    /// commas or a list in brackets has no place for them, it becomes a list with a reader a line.
    public func adding(
        _ recipient: String, name: String?, to indices: [Int]
    ) throws(SecretsError) -> [UInt8] {
        var wanted = names
        if let name { wanted[recipient] = name }
        func isNamed(_ bytes: [UInt8]) throws(SecretsError) -> Bool {
            let names = try Policy(parsing: bytes).names
            return wanted.allSatisfy { names[$0.key] == $0.value }
        }
        let bytes = try plainlyAdding(recipient, name: name, to: indices)
        if try isNamed(bytes) { return bytes }
        guard let index = indices.first(where: { !rules[$0].encryption.recipients.contains(recipient) })
        else {
            return bytes
        }
        let listed = try Policy(
            parsing: listing(rules[index].encryption.recipients + [recipient], of: index, wanted))
        let all = try listed.plainlyAdding(recipient, name: name, to: indices)
        guard try isNamed(all) else {
            throw SecretsError(
                .policy,
                "the rule at line \(rules[index].line) is written in a way that has no place for names",
                hint: "write its readers as a list, one a line")
        }
        return all
    }

    /// The readers of a rule as a list, each with its name behind it.
    private func listing(
        _ recipients: [String], of index: Int, _ names: [String: String]
    ) throws(SecretsError) -> [UInt8] {
        let path = try ageList(of: index)
        let list = Value.sequence(recipients.map { .scalar($0) })
        let isInBrackets = node(at: path)?.resolved.kind == .sequence
        var edits: [Edit] =
            isInBrackets
            ? [.remove(path: path), .insert(path: path, value: list)] : [.replace(path: path, with: list)]
        for (position, recipient) in recipients.enumerated() {
            guard let name = names[recipient] else { continue }
            edits.append(.comment(path: path.appending(.index(position)), from: "", to: "# \(name)"))
        }
        return try edited(edits)
    }

    private func plainlyAdding(
        _ recipient: String, name: String?, to indices: [Int]
    ) throws(SecretsError) -> [UInt8] {
        var edits: [Edit] = []
        for index in indices where !rules[index].encryption.recipients.contains(recipient) {
            let path = try ageList(of: index)
            switch node(at: path)?.resolved.kind {
            case .sequence:
                let place = path.appending(.index(node(at: path)?.items.count ?? 0))
                edits.append(.insert(path: place, value: .scalar(recipient)))
                if let name, node(at: path)?.resolved.isFlow == false {
                    edits.append(.comment(path: place, from: "", to: "# \(name)"))
                }
            case .scalar:
                let recipients = rules[index].encryption.recipients + [recipient]
                edits.append(.replace(path: path, with: .scalar(recipients.joined(separator: ","))))
            default:
                edits.append(.insert(path: path, value: .sequence([.scalar(recipient)])))
            }
        }
        return try edited(edits)
    }

    /// The policy without `recipient`, wherever it stands in these rules.
    public func removing(_ recipient: String, from indices: [Int]) throws(SecretsError) -> [UInt8] {
        var edits: [Edit] = []
        for index in indices where rules[index].encryption.recipients.contains(recipient) {
            let path = try ageList(of: index)
            let others = rules[index].encryption.recipients.filter { $0 != recipient }
            guard !others.isEmpty else {
                throw SecretsError(
                    .policy, "it is the only reader of the rule at line \(rules[index].line)",
                    hint: "add another reader first")
            }
            guard let list = node(at: path) else { continue }
            if list.resolved.kind == .scalar {
                edits.append(.replace(path: path, with: .scalar(others.joined(separator: ","))))
            } else {
                // From the end, so that the indices before stay right.
                for (position, item) in list.items.enumerated().reversed()
                where PolicyReader.split(item.string) == [recipient] {
                    edits.append(.remove(path: path.appending(.index(position))))
                }
            }
        }
        return try edited(edits)
    }

    private func node(at path: Path) -> Node? { path.matches(in: file.documents[0]).first }

    private func ageList(of index: Int) throws(SecretsError) -> Path {
        guard rules[index].encryption.groups.count == 1 else {
            throw SecretsError(
                .policy, "the rule at line \(rules[index].line) has key groups",
                hint: "edit it by hand: only you know which group is meant")
        }
        let rule = Path(steps: [.key("creation_rules"), .index(index)])
        let group = rule.appending(.key("key_groups"))
        return (node(at: group) == nil ? rule : group.appending(.index(0))).appending(.key("age"))
    }

    private func edited(_ edits: [Edit]) throws(SecretsError) -> [UInt8] {
        do {
            return try file.applying(edits).bytes
        } catch {
            throw SecretsError(.policy, error.message, at: error.position?.description, hint: error.hint)
        }
    }

    // MARK: Splitting

    /// A rule of its own, before the one at `index`, for some of its files.
    public struct Split: Sendable {
        public let policy: Policy
        /// The `path_regex` of the new rule, which stands at the index.
        public let pattern: String
    }

    /// Splits a rule: `chosen` come under a new one that says the same; for `others` the same rule holds as before.
    /// Paths are from the policy's folder.
    public func splitting(_ index: Int, for chosen: [String], besides others: [String]) throws(SecretsError)
        -> Split
    {
        for pattern in patterns(for: chosen, of: index) {
            let split = try inserting(pattern, before: index)
            let isRight =
                chosen.allSatisfy { split.ruleIndex(for: $0) == index }
                && others.allSatisfy { path in
                    ruleIndex(for: path).map { $0 < index ? $0 : $0 + 1 } == split.ruleIndex(for: path)
                }
            if isRight { return Split(policy: split, pattern: pattern) }
        }
        throw SecretsError(
            .policy, "the rule at line \(rules[index].line) cannot be split for these files alone",
            hint: "write a rule for them by hand, before that one")
    }

    public func ruleIndex(for path: String) -> Int? { rules.firstIndex { $0.path?.matches(path) ?? true } }

    /// For the folder that all files are in, so that new ones there are meant too; else for the files by their names.
    private func patterns(for chosen: [String], of index: Int) -> [String] {
        var patterns: [String] = []
        let folders = chosen.map { $0.split(separator: "/").dropLast() }
        var common = folders.first ?? []
        for folder in folders { common = zip(common, folder).prefix { $0 == $1 }.map(\.0)[...] }
        if !common.isEmpty {
            let folder = "^\(Self.quoted(common.joined(separator: "/")))/"
            let original = rules[index].path?.description ?? ""
            if original.isEmpty || folder.hasPrefix(original) { patterns.append(folder) }
            if !original.isEmpty, !original.hasPrefix("^") { patterns.append("\(folder).*(?:\(original))") }
        }
        let exact = chosen.sorted().map(Self.quoted).joined(separator: "|")
        return patterns + [chosen.count == 1 ? "^\(exact)$" : "^(?:\(exact))$"]
    }

    private static func quoted(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            if #"\.+*?()|[]{}^$"#.contains(character) { result.append("\\") }
            result.append(character)
        }
    }

    private func inserting(_ pattern: String, before index: Int) throws(SecretsError) -> Policy {
        let rule = Path(steps: [.key("creation_rules"), .index(index)])
        guard let node = node(at: rule) else {
            throw SecretsError(.policy, "there is no rule \(index + 1)")
        }
        let recipients = rules[index].encryption.recipients
        let hasNames = rules[index].encryption.groups.count == 1 && recipients.contains { names[$0] != nil }
        var entries = [Value.Entry("path_regex", .scalar(pattern))]
        for (key, value) in node.resolved.entries where key.string != "path_regex" {
            let isReaders = key.string == "age" && hasNames
            entries.append(
                Value.Entry(
                    key.string ?? "", isReaders ? .sequence(recipients.map { .scalar($0) }) : value.value))
        }
        var edits: [Edit] = [.insert(path: rule, value: .mapping(entries))]
        if hasNames, entries.contains(where: { $0.key == "age" }) {
            for (position, recipient) in recipients.enumerated() {
                guard let name = names[recipient] else { continue }
                let item = rule.appending(.key("age")).appending(.index(position))
                edits.append(.comment(path: item, from: "", to: "# \(name)"))
            }
        }
        return try Policy(parsing: edited(edits))
    }
}
