import ArgumentParser
import Delivery
import Git
import Ledger
import Manifests
import Secrets
import System
import Terminal

struct Hook: Command {
    static let configuration = CommandConfiguration(
        commandName: "hook",
        abstract: "Judge a commit or a push, as a hook of Git.",
        examples: [
            "gx hook pre-commit": "what is staged",
            "gx hook commit-msg .git/COMMIT_EDITMSG": "the commit with its message",
            "gx hook pre-push origin https://git.example.com/shop.git": "what is pushed, by standard input",
            "gx hook pre-receive": "the same on a server",
            "gx hook update refs/heads/main HEAD~1 HEAD": "one branch of it",
        ],
        discussion: """
            Refuses secrets in the clear, versions that are held, promotions past a gate, a window or a lock that nobody \
            answers for, what promote.protect names where it changes along with a version, and a gx.yaml that can't be read. \
            The rules are those from before the push. post-receive refuses nothing: it says what was deployed, and \
            brings the index up to date.

            `gx init --hooks` writes the hooks that call this. Exit status 1 if something is refused.
            """)

    @OptionGroup(title: "Global options") var global: GlobalOptions

    @Argument(
        help: ArgumentHelp(
            "pre-commit, commit-msg, pre-push, pre-receive, update or post-receive.", valueName: "hook"))
    var name: HookName

    @Argument(help: ArgumentHelp("What Git gives that hook.", valueName: "argument"))
    var arguments: [String] = []

    func validate() throws {
        let wanted = name.arguments
        if name == .prePush, arguments.isEmpty, FrameworkPush() != nil { return }
        guard arguments.count >= wanted.count else {
            throw ValidationError("\(name.rawValue) is given \(wanted.joined(separator: " ")) by Git.")
        }
    }

    func run(in context: Context) throws -> ExitStatus {
        if name == .postReceive {
            try Reception(context).tell(pushedLines())
            return .done
        }
        var verdict = HookVerdictLines(context)
        switch name {
        case .preCommit: try judgeCommit(message: "", context, &verdict)
        case .commitMsg:
            let text = try readFile(arguments[0]).map { String(decoding: $0, as: UTF8.self) }
            guard let text else { throw Failure("there is no file '\(arguments[0])'") }
            if try !isPassing(text, context) { try judgeCommit(message: text, context, &verdict) }
        case .prePush:
            if let push = FrameworkPush() {
                try judgePush([push.line], to: push.remote, context: context, verdict: &verdict)
            } else {
                try judgePush(pushedLines(), to: arguments, context: context, verdict: &verdict)
            }
        case .preReceive: try judgeReceived(pushedLines(), context: context, verdict: &verdict)
        case .update:
            try judgeReceived(
                ["\(id(arguments[1], context)) \(id(arguments[2], context)) \(arguments[0])"],
                context: context,
                verdict: &verdict)
        case .postReceive: break
        }
        return try verdict.end()
    }

    // MARK: In a clone

    private func judgeCommit(
        message: String, _ context: Context, _ verdict: inout HookVerdictLines
    ) throws {
        let repository = try context.repository
        if name == .preCommit { try verdict.add(CheckedFiles(repository, .staged)) }
        guard let (move, trial) = try repository.moveByCommit(message: message) else { return }
        // Who answers for passing by a gate says so in the message, which pre-commit does not know.
        let concerns: Set<MoveReview.Concern> =
            name == .preCommit ? [.holds, .protection, .rules] : [.holds, .gates, .reviews]
        let refusals = try MoveReview(trial, moves: [move], concerns: concerns).refusals()
        // The commit that was tried is none that anybody will find.
        try verdict.add(
            refusals.map { refusal in
                var refusal = refusal
                refusal.commit = nil
                return refusal
            })
    }

    /// Whether a message is none of a commit that is here to stay, or brings what was judged already.
    private func isPassing(_ message: String, _ context: Context) throws -> Bool {
        let isMerge = Files.exists(try context.repository.gitDirectory + "/MERGE_HEAD")
        return isMerge || ["fixup!", "squash!", "amend!"].contains { message.hasPrefix($0) }
    }

    /// - Parameter remote: By its name and its URL.
    private func judgePush(
        _ lines: [String], to remote: [String], context: Context, verdict: inout HookVerdictLines
    ) throws {
        guard !lines.isEmpty else { return }
        let repository = try context.repository
        try verdict.add(CheckedFiles(repository, .pushed(lines.joined(separator: "\n"))))
        // What goes to a fork deploys nothing.
        guard try isHome(remote, repository) else { return }
        let moves = lines.compactMap { line -> BranchMove? in
            let words = line.split(separator: " ")
            return words.count == 4 ? BranchMove(ref: words[2], old: words[3], new: words[1]) : nil
        }
        try verdict.add(
            MoveReview(repository, moves: moves.filter { $0.old.map(repository.contains) ?? true }).refusals()
        )
    }

    private func isHome(_ remote: [String], _ repository: Repository) throws -> Bool {
        guard let home = try repository.homeRemote(of: repository.defaultBranch ?? "main") else {
            return true
        }
        return try remote.contains(home) || remote.contains(repository.url(ofRemote: home, forPush: true))
    }

    // MARK: On a server

    private func judgeReceived(_ lines: [String], context: Context, verdict: inout HookVerdictLines)
        throws
    {
        guard !lines.isEmpty else { return }
        let repository = try context.repository
        try verdict.add(CheckedFiles(repository, .pushed(lines.joined(separator: "\n"))))
        var concerns = Set(MoveReview.Concern.allCases)
        if repository.environment.isMergedByHost { concerns.remove(.reviews) }
        try verdict.add(
            MoveReview(repository, moves: lines.compactMap(BranchMove.init(received:)), concerns: concerns)
                .refusals())
    }

    private func id(_ revision: String, _ context: Context) throws -> String {
        if ObjectID(hex: revision) != nil { return revision }
        guard let id = try context.repository.resolve(revision) else {
            throw Failure("there is no commit '\(revision)'")
        }
        return "\(id)"
    }

    private func pushedLines() throws -> [String] {
        let text = try String(decoding: Files.read("-", mayBePipe: true).unwiped, as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).map(String.init)
    }
}

extension BranchMove {
    /// A line of a pre-receive or post-receive hook: `OLD NEW REF`.
    init?(received line: String) {
        let words = line.split(separator: " ")
        guard words.count == 3 else { return nil }
        self.init(ref: words[2], old: words[0], new: words[1])
    }
}

/// A push as pre-commit (the framework) tells its hooks of it: by variables, since it reads standard input itself.
private struct FrameworkPush {
    var line: String
    var remote: [String]

    init?() {
        let environment = ProcessEnvironment()
        guard let new = environment["PRE_COMMIT_TO_REF"], let old = environment["PRE_COMMIT_FROM_REF"],
            let ref = environment["PRE_COMMIT_REMOTE_BRANCH"]
        else { return nil }
        line = "HEAD \(new) \(ref) \(old)"
        remote = ["PRE_COMMIT_REMOTE_NAME", "PRE_COMMIT_REMOTE_URL"].compactMap { environment[$0] }
    }
}

extension ProcessEnvironment {
    /// Whether a host says that it brings this itself, by merging a pull request.
    fileprivate var isMergedByHost: Bool {
        // GitHub Enterprise; Gitea and Forgejo; GitLab, for all that is done on its pages and by its API.
        self["GITHUB_VIA"]?.hasPrefix("pull request merge") == true
            || self["GITEA_PR_ID"].map { $0 != "0" && !$0.isEmpty } == true || self["GL_PROTOCOL"] == "web"
    }
}
