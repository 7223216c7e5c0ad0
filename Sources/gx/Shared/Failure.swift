import ArgumentParser
import Delivery
import Git
import Ledger
import Manifests
import Secrets
import System
import Terminal
import YAML

/// What the user is told when a command does not get to its end. All errors of all modules become one
/// of these, and only here.
struct Failure: Error {
    /// What is wrong, and where: lower case, without a full stop.
    var message: String
    /// What to do next.
    var hint: String?
    var status: ExitStatus

    init(_ message: String, hint: String? = nil, status: ExitStatus = .error) {
        self.message = message
        self.hint = hint
        self.status = status
    }

    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as SystemError: self.init(error.description, hint: error.hint)
        case let error as GitError: self.init(error)
        case let error as YAMLError: self.init(error.description, hint: error.hint)
        case let error as ManifestsError: self.init(error)
        case let error as LedgerError: self.init(error)
        case let error as IssueExport.Problem:
            self.init("line \(error.line): \(error.message)", hint: "nothing was recorded")
        case let error as DeliveryError: self.init(error)
        case let error as PublishingError: self.init(error)
        case let error as VerificationError: self.init(error)
        case let error as SecretsError: self.init(error.description, hint: error.hint)
        case let error where GX.exitCode(for: error) == .validationFailure: self.init(usage: error)
        default: self.init(String(describing: error))
        }
    }

    private init(_ error: GitError) {
        self.init(error.description, hint: error.hint)
        switch error {
        case .missingObject(_, isShallow: true), .tooShallow:
            (hint, status) = (LedgerError.unshallow, .cannotTell)
        case .missingObject, .badObject:
            (hint, status) = (
                "'git fsck' tells what is damaged; a fetch from a whole clone brings it back", .cannotTell
            )
        default: break
        }
    }

    private init(_ error: LedgerError) {
        switch error {
        case .unknownSubject(let text):
            // That is no answer: whoever asks by a misspelt key must not take it for a no.
            self.init("nothing that was ever deployed is called '\(text)'", status: .cannotTell)
        case .unknown(let what, let gap):
            self.init("cannot tell \(what): \(gap)", hint: Self.hint(for: gap), status: .cannotTell)
        case .ambiguousSubject(let text, let candidates):
            self.init("'\(text)' may be several things", hint: "say \(Self.list(candidates, "or"))")
        case .unknownEnvironment(let name, let nearest, let known):
            self.init(
                "there is no environment '\(name)', and never was one",
                hint: Self.known("environments", nearest, known))
        case .nothingThen(let name):
            self.init("\(name) has no history that goes back so far", status: .no)
        case .badRevision(let text):
            self.init("'\(text)' names no moment", hint: "write ENV, ENV~3 or ENV@{last friday}")
        case .unknownDeployment(let text):
            self.init(
                "no deployment is called '\(text)'",
                hint: "write ENV/APP, ENV/APP~2, a commit, or COMMIT:ENV/APP; 'gx trace log' shows them")
        case .tooShallow(let what):
            self.init(
                "cannot tell \(what): this clone does not have all of history",
                hint: LedgerError.unshallow, status: .cannotTell)
        }
    }

    private init(_ error: ManifestsError) {
        switch error {
        case .configuration(let file, let line, let column, let message, let hint):
            self.init("\(file):\(line):\(column): \(message)", hint: hint)
        case .undetected(let reason, let hint):
            self.init(reason, hint: hint)
        case .unknownEnvironment(let name, let nearest, let known):
            self.init("unknown environment '\(name)'", hint: Self.known("environments", nearest, known))
        case .unknownApp(let name, let environment, let nearest, let known):
            let place = environment.map { " in \($0)" } ?? ""
            self.init("unknown app '\(name)'\(place)", hint: Self.known("apps\(place)", nearest, known))
        case .ambiguousApp(let name, let candidates):
            self.init("'\(name)' is the name of several apps", hint: "say \(Self.list(candidates, "or"))")
        case .outside(let file, let reason), .unreadable(let file, let reason):
            self.init("\(file): \(reason)")
        case .noBranch(let branch?, let repository):
            self.init(
                "there is no branch '\(branch)'" + (repository.map { " in \($0)" } ?? ""),
                hint: "fetch it, or correct the layout in gx.yaml")
        case .noBranch(nil, let repository):
            self.init(
                "\(repository ?? "this repository") has no branch yet", hint: "commit the manifests first")
        }
    }

    private init(_ error: DeliveryError) {
        switch error {
        case .appNeeded(let environment, let apps):
            self.init(
                "\(environment) has \(apps.count) apps, and none was named",
                hint: "name some, or take --all: \(Self.list(apps, "and"))")
        case .noEnvironmentBefore(let name):
            self.init(
                "no environment comes before \(name)",
                hint: "say --from, or `after:` in gx.yaml which one comes before it")
        case .severalBefore(let environment, let app, let sources):
            self.init(
                "the environments before \(environment) run different versions of \(app)",
                hint: "say --from \(Self.list(sources, "or"))")
        case .severalBranches(let environment, let branches):
            self.init(
                "several branches come before \(environment): \(Self.list(branches, "and"))",
                hint:
                    "say --from where they are several environments; else give each branch an environment of its own in gx.yaml"
            )
        case .mixedGroup(let name):
            self.init(
                "some environments of \(name) are branches and some are not",
                hint: "promote to them one at a time")
        case .branchAsItIs(let name):
            self.init(
                "\(name) is a branch, and is promoted from a branch as that is now",
                hint: "leave out the moment of --from")
        case .branchTakesAll(let name):
            self.init(
                "\(name) is a branch, and a branch is promoted as a whole",
                hint: "leave out --image, --chart, --with and --create")
        case .otherRepository(let source, let target):
            self.init("\(source) and \(target) are branches of different repositories: they can't be merged")
        case .sameEnvironment(let name):
            self.init("\(name) cannot be promoted to itself")
        case .badVersion(let text, let reason):
            self.init(
                "'\(text)' can't be promoted: \(reason)",
                hint: "write NAME=VERSION; an image's as TAG, sha256:…, TAG@sha256:… or REPOSITORY:TAG")
        case .noMoment(let text):
            self.init(
                "'\(text)' is no moment to go back to",
                hint: "name a version, a commit, ~3, @{last friday} or an issue")
        case .unconcerned(let environment, let text):
            self.init("\(text) is not in \(environment)", hint: "'gx trace' says where it is", status: .no)
        case .branchGoesBackWhole(let name, let apps):
            self.init(
                "\(name) is a branch, and a branch goes back as a whole",
                hint: "take --all: it has \(Self.list(apps, "and"))")
        case .notRun(let artifact, let app, let environment, let known):
            self.init(
                "\(app) does not run \(artifact) in \(environment)",
                hint: "it runs \(Self.list(known, "and"))")
        }
    }

    private init(_ error: PublishingError) {
        switch error {
        case .noDefaultBranch(let repository, let isDetached):
            let place = repository.map { " of \($0)" } ?? ""
            self.init(
                "the default branch\(place) can't be told" + (isDetached ? ": HEAD is detached" : ""),
                hint: "switch to it, or have git remember it: git remote set-head origin --auto")
        case .rejected(let branch, let remote, let message):
            self.init(
                "\(remote) does not take \(branch): \(message)",
                hint: "if it is protected, --pr asks for it to be merged")
        case .unknownOutcome(let branch, let remote, let commit, let message):
            self.init(
                "\(message), and whether \(remote) has the commit can't be told",
                hint:
                    "when it can be reached again: git fetch \(remote) \(branch) && git branch -r --contains \(commit.short)"
            )
        case .contended(let branch, let attempts, let seconds):
            self.init(
                "others were faster to push to \(branch), \(attempts) times in \(seconds) s",
                hint: "nothing was changed: run the command again")
        case .workTree(let branch, let message):
            self.init(
                "the work tree of \(branch) can't be moved along: \(message)",
                hint: "nothing was changed: commit or stash what you have there")
        case .toldToEnd(let signal, let landed):
            self.init(
                "told to end by \(signal): "
                    + (landed
                        ? "the push had landed by then" : "the push had not landed, nothing was changed"),
                hint: landed ? "what comes after a push was left out" : "run the command again")
        case .noRemote:
            self.init("there is no remote to ask for a merge", hint: "add one, or leave out --pr")
        case .unknownHost(let name):
            self.init(
                "'\(name)' is no kind of host that gx knows",
                hint: "git config gx.host takes \(Self.list(HostKind.allCases.map(\.rawValue), "or"))")
        case .noAutoMerge(let host):
            self.init(
                "\(host.name) has no way to merge by itself that a push could ask for",
                hint: "leave out --auto-merge")
        case .noToken(let host):
            self.init(
                "\(host.name) merges by itself only where its API is asked to", hint: "set GITHUB_TOKEN")
        case .badToken(let reason):
            self.init(reason, hint: "correct GITHUB_TOKEN, or GX_GITHUB_API")
        case .api(let host, let branch, let message):
            self.init(
                "\(branch) is pushed, but \(host.name) does not open a pull request: \(message)",
                hint: "the same command tries again")
        case .hook(let hook, let words):
            let words = words.split(whereSeparator: \.isNewline).joined(separator: "; ")
            self.init(
                "the hook \(hook) of this clone refuses it\(words.isEmpty ? "" : ": \(words)")",
                hint: "nothing was changed: do what it wants, as for git commit and git push")
        case .locked(let branch, let lock):
            self.init(
                "\(branch) can't be moved: git has locked it by \(lock)",
                hint: "nothing was changed: where no git is at work any more, remove that file")
        case .badTimeLimit(let setting):
            self.init("the setting gx.timeout is no length of time: '\(setting)'", hint: TimeSpan.hint)
        }
    }

    private init(_ error: VerificationError) {
        switch error {
        case .noRule(let environment, let apps):
            let what = apps.isEmpty ? environment : "\(Self.list(apps, "and")) in \(environment)"
            self.init("gx.yaml does not say how \(what) is verified", hint: "see 'verify' in docs/gx-yaml.md")
        case .unknownName(let name, let template, let app, let environment):
            self.init(
                "'{\(name)}' in '\(template)' stands for nothing that \(app) has in \(environment)",
                hint: "known are env, app, version, commit, and what the layout captures")
        case .unknownKind(let kind, let key):
            self.init(
                "'\(key)' can't judge a \(kind)",
                hint: key == "flux"
                    ? "it takes Kustomization and HelmRelease"
                    : "it takes Deployment, StatefulSet and DaemonSet; anything else is for 'run'")
        case .noAccess(let url, let place):
            self.init("what \(url) wants to be asked with is not in \(place)")
        case .tooShallow(let environment, let app):
            self.init(
                "cannot tell which commit deployed \(app) to \(environment): this clone does not have all of history",
                hint: LedgerError.unshallow, status: .cannotTell)
        case .notAnnounced(let command, let status, let words):
            self.init(
                "\(command) of 'before' in gx.yaml failed with status \(status)\(words.map { ": \($0)" } ?? "")",
                hint: "nothing was pushed: run the command again once it succeeds", status: .no)
        case .notDeployed(let environment, let app):
            self.init("no commit of history deployed \(app) to \(environment)")
        }
    }

    private static func hint(for gap: Gap) -> String? {
        switch gap {
        case .missingSource(let app, _, _): "clone it there, or correct the source of \(app) in gx.yaml"
        case .shallowSource: LedgerError.unshallow
        case .unreadableRecords: "'gx trace sync' fetches them"
        case .unknownOrigin, .originNeverRan: nil
        }
    }

    private static func known(_ what: String, _ nearest: String?, _ names: [String]) -> String {
        nearest.map { "did you mean '\($0)'?" } ?? "the \(what) are \(list(names, "and"))"
    }

    /// `a, b and c`; the rest of a long list is only counted.
    static func list(_ names: [String], _ conjunction: String) -> String {
        guard names.count > 1 else { return names.first ?? "none" }
        let isLong = names.count > 12
        let shown = names.prefix(isLong ? 10 : names.count - 1)
        let last = isLong ? "\(names.count - shown.count) more" : names[shown.count]
        return "\(shown.joined(separator: ", ")) \(conjunction) \(last)"
    }

    /// For programs.
    var json: JSON {
        [
            "schema": "gx.error/1", "message": .string(message), "hint": hint.map(JSON.string) ?? .null,
            "status": .int(Int(status.rawValue)),
        ]
    }

    /// The lines that tell it: `gx: error: …`, then `gx: hint: …`. Further lines of either are indented,
    /// so that text from elsewhere cannot pass for one of ours.
    var lines: [Text] {
        Self.paragraph("gx: \("error:", .failure)", message)
            + (hint.map { Self.paragraph("gx: \("hint:", .emphasis)", $0) } ?? [])
    }

    private static func paragraph(_ label: Text, _ text: String) -> [Text] {
        let lines = text.replacing("\t", with: "  ").split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return lines.enumerated().map { index, line in index == 0 ? "\(label) \(line)" : "    \(line)" }
    }
}
