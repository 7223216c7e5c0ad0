import Git
import Secrets
import System

/// What a check looks at: files of the index, of a commit, or of all commits of a push, with the policies that hold.
struct CheckedFiles {
    struct Item: Hashable {
        let path: String
        let id: ObjectID
        /// The commit that has it, where history is looked at.
        var commit: ObjectID?
        /// Whose policies hold.
        var rules = 0

        /// The same file in another commit is told of once.
        var unique: Item { Item(path: path, id: id, rules: rules) }
    }

    /// What is looked at.
    enum Scope {
        /// All that would be committed.
        case index
        /// Of that, what differs from the commit before.
        case staged
        /// `A..B`.
        case range(String)
        /// What git tells a hook of a push: `OLD NEW REF`, or `REF NEW REMOTE-REF OLD`, a line each.
        case pushed(String)

        /// What git asks about where it says nothing on the command line.
        static func standardInput() throws -> Scope {
            .pushed(try String(decoding: Files.read("-").unwiped, as: UTF8.self))
        }
    }

    private struct Rules {
        var policies: [String: Policy] = [:]
        var allowances = Allowances()
    }

    private let repository: Repository
    private(set) var items: [Item] = []
    /// What there is to say of what was looked at.
    private(set) var remark: String?
    private var rules: [Rules] = []

    init(_ repository: Repository, _ scope: Scope) throws {
        self.repository = repository
        switch scope {
        case .index: try addIndex(onlyStaged: false)
        case .staged: try addIndex(onlyStaged: true)
        case .range(let range): try addRange(range)
        case .pushed(let lines): try addPushed(lines)
        }
    }

    /// What is found, each file's once, by the commit that has it first of all.
    func forEachFinding(_ tell: (Item, PlaintextCheck.Finding) throws -> Void) throws {
        var seen: Set<Item> = []
        for item in items where seen.insert(item.unique).inserted {
            for finding in try findings(in: item) { try tell(item, finding) }
        }
    }

    private func findings(in item: Item) throws -> [PlaintextCheck.Finding] {
        let rules = rules[item.rules]
        let governed = Self.policy(for: item.path, rules.policies)
        return PlaintextCheck.findings(
            in: try repository.blob(item.id), file: item.path, path: governed?.path ?? item.path,
            policy: governed?.policy, allowing: rules.allowances)
    }

    // MARK: What is to be committed

    private mutating func addIndex(onlyStaged: Bool) throws {
        let index = repository.isBare ? [] : try repository.index()
        guard !index.isEmpty || onlyStaged else { return try addHead() }
        let files = index.filter(\.isRegular).map { Item(path: $0.path, id: $0.id) }
        try addRules(files)
        items = files
        guard onlyStaged else { return }
        let changes = try repository.stagedChanges().filter(\.isRegular)
        // Another policy changes what is right for every file.
        if !changes.contains(where: { Self.isPolicy($0.path) }) {
            items = changes.map { Item(path: $0.path, id: $0.id) }
        }
    }

    /// Where there is no index: in a bare repository, or a clone that nothing was checked out in.
    private mutating func addHead() throws {
        guard let head = try repository.resolve("HEAD") else {
            throw Failure(
                "there is nothing to look at: no file is in the index, and there is no commit",
                hint: "git add the files first; in a hook on a server, say --range OLD..NEW or --stdin")
        }
        items = try addRules(of: head)
        guard !items.isEmpty else {
            throw Failure("there is nothing to look at: the commit of HEAD has no files")
        }
        remark = "nothing is checked out: looked at the \(items.count) files of HEAD (\(head.short))"
    }

    // MARK: What was committed

    private mutating func addRange(_ range: String) throws {
        guard let dots = range.place(of: ".."), !range.contains("...") else {
            throw Failure("'\(range)' is not a range", hint: "say it as in git log: origin/main..HEAD")
        }
        let from = String(range[..<dots])
        let to = String(range[range.index(dots, offsetBy: 2)...])
        if Self.isZero(to) {
            remark = "a branch is taken away: there is nothing to look at"
            return
        }
        let tip = try commit(to.isEmpty ? "HEAD" : to)
        if Self.isZero(from) {
            // A branch or tag of what others have is no news.
            if try add(tip, ["\(tip)", "--not", "--all"]) == 0 {
                remark = "all commits of \(tip.short) are known already: there is nothing new to look at"
            }
            return
        }
        let base = try commit(from.isEmpty ? "HEAD" : from)
        guard try add(tip, ["\(tip)", "^\(base)"]) > 0 else {
            throw Failure(
                "there is nothing to look at: \(range) has no commit", hint: "say the older end first")
        }
        if items.isEmpty { remark = "no commit of \(range) adds or changes a file" }
    }

    /// Lines of a pre-receive hook (`OLD NEW REF`), or of a pre-push hook (`REF NEW REMOTE-REF OLD`).
    private mutating func addPushed(_ text: String) throws {
        var count = 0
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 3 || words.count == 4 else {
                throw Failure(
                    "standard input does not say which commits are meant: '\(line.prefix(40))'",
                    hint: "lines are OLD NEW REF, or REF NEW REMOTE-REF OLD, as Git tells its hooks")
            }
            count += 1
            let isPush = words.count == 4
            let (old, new) = isPush ? (words[3], words[1]) : (words[0], words[1])
            if Self.isZero(new) { continue }  // a branch that is taken away
            if try repository.resolve(new) == nil, let id = ObjectID(hex: new), repository.contains(id) {
                try addLoose(id, as: words[2])
                continue
            }
            let tip = try commit(new)
            // In a post-receive hook the reference itself leads to what is new.
            let known =
                isPush ? ["--not", "--remotes"] : ["--not", "--exclude=\(words[2])", "--glob=refs/*"]
            if !Self.isZero(old), let base = try repository.resolve(old) {
                try add(tip, ["\(tip)", "^\(base)"] + (isPush ? [] : known))
            } else {
                try add(tip, ["\(tip)"] + known)
            }
        }
        guard count > 0 else {
            throw Failure(
                "there is nothing to look at: standard input names no commits",
                hint: "a hook has to hand on what Git tells it; or say --range OLD..NEW")
        }
    }

    /// What a tag names that is no commit: a file, or a folder of them. No rules stand beside it.
    private mutating func addLoose(_ id: ObjectID, as name: String) throws {
        let number = rules.count
        rules.append(Rules())
        do {
            let files = try repository.files(inTree: id)
            items += files.filter { $0.mode == .file || $0.mode == .executable }
                .map { Item(path: $0.path, id: $0.id, rules: number) }
        } catch {
            switch error {
            case .badObject, .missingObject:
                // It is there, and no folder: who looks for one does not find it.
                items.append(Item(path: name, id: id, rules: number))
            default: throw error
            }
        }
    }

    /// The commits of `revisions`, by the rules of the newest; how many there are. Where the rules changed, all that
    /// the newest has.
    @discardableResult
    private mutating func add(_ tip: ObjectID, _ revisions: [String]) throws -> Int {
        let (count, files) = try repository.changedFiles(in: revisions)
        let all = try addRules(of: tip)
        let number = rules.count - 1
        items += files.map { Item(path: $0.path, id: $0.id, commit: $0.commit, rules: number) }
        if files.contains(where: { Self.isPolicy($0.path) }) { items += all }
        return count
    }

    private func commit(_ revision: String) throws -> ObjectID {
        guard let id = try repository.resolve(revision) else {
            throw Failure("there is no commit '\(revision)'", hint: "fetch it, or correct the name")
        }
        return id
    }

    private static func isZero(_ id: String) -> Bool {
        id.utf8.count >= 40 && id.utf8.allSatisfy { $0 == 48 }
    }

    // MARK: Rules

    private static func isPolicy(_ path: String) -> Bool {
        path.split(separator: "/").last.map(String.init) == Policy.fileName
    }

    /// The files of a commit, and its rules.
    private mutating func addRules(of commit: ObjectID) throws -> [Item] {
        let tree = try repository.commit(commit).tree
        let number = rules.count
        let files = try repository.files(inTree: tree).filter { $0.mode == .file || $0.mode == .executable }
            .map {
                Item(path: $0.path, id: $0.id, rules: number)
            }
        try addRules(files)
        return files
    }

    private mutating func addRules(_ files: [Item]) throws {
        var found = Rules()
        for item in files {
            if Self.isPolicy(item.path) {
                do {
                    found.policies[String(item.path.dropLast(Policy.fileName.utf8.count))] = try Policy(
                        parsing: repository.blob(item.id))
                } catch let error as SecretsError {
                    throw error.inside(item.path)
                }
            } else if item.path == Allowances.path {
                found.allowances = Allowances(parsing: try repository.blob(item.id))
            }
        }
        rules.append(found)
    }

    /// The policy of the nearest folder above.
    private static func policy(for path: String, _ policies: [String: Policy]) -> (
        policy: Policy, path: String
    )? {
        var folder = path[...]
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            if let policy = policies["\(folder)/"] {
                return (policy, String(path.dropFirst(folder.count + 1)))
            }
        }
        return policies[""].map { ($0, path) }
    }
}
