internal import Git
internal import Ledger
internal import System
internal import YAML

/// A host of pull requests, as far as gx needs it: how a promotion gets there by a push, and what its API is asked
/// where there is a token. What is done with that, in which order, is the same for all of them (`Proposing.swift`).
protocol ReviewHost {
    /// As people call it.
    static var name: String { get }
    /// How many characters the text of a request may have.
    static var longest: Int { get }
    /// What a title begins with where the request is a draft; nil where that is said in another way.
    static var draftPrefix: String? { get }
    /// Names of hosts that are of this kind, or parts of them: `gitlab` of `gitlab.example.com`.
    static var labels: [String] { get }
    /// As people read it; nil where a token is of no use.
    static var tokenVariable: String? { get }
    /// What follows `https://host/owner/name` in the address of a commit's page, up to its id; nil where there is none.
    static var commitPage: String? { get }
    static var requestPage: String? { get }

    /// - Throws: `PublishingError.badToken` where a token would go where it must not, `.unknownHost` where the remote's
    ///   address has no repository of such a host.
    init(_ host: Host) throws

    /// Whether the API can be asked.
    var isAuthorized: Bool { get }
    /// Whether it can be asked for deployments, and told of them.
    var canReport: Bool { get }
    /// Whether it has a way to merge by itself, once it may, for whoever asks as gx can here.
    var canMergeByItself: Bool { get }

    /// How a promotion gets there.
    ///
    /// - Parameter name: The branch's, or the topic's.
    func way(of write: StepWrite, on name: String, _ options: PullRequestOptions) throws -> PushWay
    /// Where somebody can open the request by hand; nil where it has no such page.
    func pageToOpen(_ branch: String, into target: String) -> String?

    // MARK: Where it is authorized

    /// The open request from a branch into another one.
    func find(_ branch: String, into target: String) throws(HostError) -> HostedRequest?
    /// The newest request from a branch into another one, open or not.
    func newest(_ branch: String, into target: String) throws(HostError) -> HostedRequest?
    /// Opens a request.
    ///
    /// - Parameter isDraft: Whether nobody is to merge it yet, where the host knows such.
    func create(
        _ branch: String, into target: String, _ message: CommitMessage, isDraft: Bool
    ) throws(HostError) -> HostedRequest
    /// Gives labels to a request, and asks people for a review.
    ///
    /// - Parameters:
    ///   - reviewers: Accounts, and teams with a slash.
    /// - Returns: What the host has nothing for.
    func add(labels: [String], reviewers: [String], to request: HostedRequest) throws(HostError) -> [String]
    /// Nobody wants it any more.
    func close(_ request: HostedRequest) throws(HostError)
    func update(_ request: HostedRequest, _ message: CommitMessage) throws(HostError)
    func comment(_ text: String, on request: HostedRequest) throws(HostError)
    /// Has it merged.
    ///
    /// - Parameters:
    ///   - head: The only commit that may be merged.
    ///   - waits: Whether the host is asked to wait for its conditions; else it merges now, or not at all.
    func merge(_ request: HostedRequest, at head: ObjectID, _ message: CommitMessage, waits: Bool)
        throws(HostError) -> MergeAnswer

    /// The newest word of each check of a commit.
    ///
    /// - Parameter request: What asks for it to be merged, where something does.
    func checks(at head: ObjectID, of request: HostedRequest?) throws(HostError) -> [HostedCheck]
    /// The names, with `*`, of the checks without which the host merges nothing into a branch; nil where it does not say.
    func requiredChecks(into target: String, of request: HostedRequest?) throws(HostError) -> [String]?
    /// Sets a status of gx on a commit.
    func setStatus(_ status: HostedStatus, at head: ObjectID) throws(HostError)

    /// The deployments of an environment that it has, newest first; nil where it keeps none that gx could ask for.
    func deployments(to environment: String) throws(HostError) -> [HostedDeployment]?
    /// How one of them went; nil where it has not ended.
    func ending(of deployment: HostedDeployment) throws(HostError) -> HostedEnding?
    /// Writes how a deployment goes, once for each commit and environment. Of one that the host knows already, nothing
    /// is written that says less.
    func report(_ report: DeploymentReport) throws(HostError)

    /// Who wrote and pushed what a request asks for, and who agrees to it.
    ///
    /// - Parameter head: The only commit that it counts to agree to.
    func reviews(of request: HostedRequest, at head: ObjectID) throws(HostError) -> HostedReviews
    /// Whether somebody is in a team, or a group: `acme/sre`; nil where the host has none that gx could ask for.
    func isMember(_ person: HostedPerson, of team: String) throws(HostError) -> Bool?
}

/// A status that gx sets.
struct HostedStatus: Hashable {
    var name: String
    var state: HostedCheck.State
    /// One line, of at most 140 characters.
    var words: String
    /// Where to read more: some hosts want an address.
    var url: String
}

extension HostedCheck.State {
    /// What a host calls it.
    func word(passed: String, failed: String, pending: String) -> JSON {
        switch self {
        case .passed: .string(passed)
        case .failed: .string(failed)
        case .pending: .string(pending)
        }
    }
}

/// A request, as its host has it.
struct HostedRequest: Hashable {
    var number: Int
    /// What the host's other API calls it, where that has names of its own.
    var id: String?
    var url: String?
    var title: String?
    var body: String?
    var state = State.open

    enum State: Hashable { case open, merged, closed }

    /// What its title begins with, and is not part of it.
    var prefix = ""

    /// Takes what marks a draft off the title.
    mutating func setAside(_ mark: String?) {
        guard let mark, let title, title.hasPrefix(mark) else { return }
        (prefix, self.title) = (mark, String(title.dropFirst(mark.count)))
    }

    /// Whether its text is another one. Hosts change white space and line ends; and what gates say grows by itself.
    func differs(from message: CommitMessage, longest: Int) -> Bool {
        let words = { (text: String) in
            text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("Gx-Gate:") }
                .flatMap { $0.split(whereSeparator: \.isWhitespace) }
        }
        return title.map(words) != words(message.subject)
            || words(body ?? "") != words(message.body(atMost: longest))
    }
}

extension HostedRequest {
    /// Whether it would give to each app of a step the versions that the step does, by the lines for programs in its text.
    func proposes(_ step: Step) -> Bool {
        let key = "\(DeployTrailer.key):"
        let said = (body ?? "").split(whereSeparator: \.isNewline).filter { $0.hasPrefix(key) }.compactMap {
            line in
            DeployTrailer(value: line.dropFirst(key.count).trimmingPrefix { $0 == " " }.description)
        }
        let names = { (trailers: [DeployTrailer]) in
            Set(trailers.map { "\($0.environment)/\($0.app) \($0.new) \($0.artifact ?? "")" })
        }
        return !said.isEmpty && names(said) == names(DeployTrailer.all(of: step))
    }
}

extension ReviewHost {
    /// Closes the open request of a branch, with a word on why. It proposes nothing any more then, so that nobody takes it
    /// for one that people have closed.
    func retire(_ branch: String, into target: String, _ words: String) throws(HostError) {
        guard let request = try find(branch, into: target) else { return }
        try comment(words, on: request)
        try update(request, CommitMessage(subject: request.title ?? branch, paragraphs: [words]))
        try close(request)
    }
}

extension HostedRequest? {
    /// The request that an answer to its creation has to name.
    func named(_ kind: String = "pull request") throws(HostError) -> HostedRequest {
        guard let self else { throw HostError(message: "the answer names no \(kind)") }
        return self
    }
}

/// What a host answers to whoever wants something merged.
enum MergeAnswer: Hashable {
    case merged
    /// It merges by itself, once it may.
    case waits
    /// It does not. Its own words.
    case refused(String)
}

/// Why a host's API did not do what it was asked to.
struct HostError: Error, Hashable {
    /// Nil where it was not reached.
    var status: Int?
    /// The host's own words, or those of the program that talks to it.
    var message: String
}

extension ReviewHost {
    static var longest: Int { 30_000 }
    static var draftPrefix: String? { nil }
    static var commitPage: String? { nil }
    static var requestPage: String? { nil }
    static var tokenVariable: String? { nil }
    var isAuthorized: Bool { false }
    var canReport: Bool { isAuthorized }
    var canMergeByItself: Bool { isAuthorized }

    func way(of write: StepWrite, on name: String, _ options: PullRequestOptions) throws -> PushWay {
        PushWay(ref: "refs/heads/\(name)", message: write.message)
    }

    func pageToOpen(_ branch: String, into target: String) -> String? { nil }

    /// The title of a new request, with what marks a draft where the title does.
    static func title(_ subject: String, isDraft: Bool) -> String {
        (isDraft ? draftPrefix ?? "" : "") + subject
    }

    // Nobody asks them where there is no API to be asked.

    private static var noAccess: HostError { HostError(message: "gx has no access to the API of \(name)") }

    func find(_ branch: String, into target: String) throws(HostError) -> HostedRequest? { nil }

    func newest(_ branch: String, into target: String) throws(HostError) -> HostedRequest? { nil }

    func close(_ request: HostedRequest) throws(HostError) {
        throw Self.noAccess
    }

    func add(labels: [String], reviewers: [String], to request: HostedRequest) throws(HostError) -> [String] {
        labels + reviewers.map { "@\($0)" }
    }

    func create(
        _ branch: String, into target: String, _ message: CommitMessage, isDraft: Bool
    ) throws(HostError) -> HostedRequest {
        throw Self.noAccess
    }

    func update(_ request: HostedRequest, _ message: CommitMessage) throws(HostError) {
        throw Self.noAccess
    }

    func comment(_ text: String, on request: HostedRequest) throws(HostError) {
        throw Self.noAccess
    }

    func merge(_ request: HostedRequest, at head: ObjectID, _ message: CommitMessage, waits: Bool)
        throws(HostError) -> MergeAnswer
    {
        .refused("\(Self.name) has no way to do so")
    }

    func checks(at head: ObjectID, of request: HostedRequest?) throws(HostError) -> [HostedCheck] {
        throw Self.noAccess
    }

    func requiredChecks(into target: String, of request: HostedRequest?) throws(HostError) -> [String]? {
        nil
    }

    func setStatus(_ status: HostedStatus, at head: ObjectID) throws(HostError) {
        throw Self.noAccess
    }

    func deployments(to environment: String) throws(HostError) -> [HostedDeployment]? { nil }

    func ending(of deployment: HostedDeployment) throws(HostError) -> HostedEnding? { deployment.ending }

    /// Where a host has no deployments, a status of the commit says as much.
    func report(_ report: DeploymentReport) throws(HostError) {
        let status = HostedStatus(
            name: "deploy/\(report.environment)", state: report.state, words: report.words, url: report.url)
        let now = try checks(at: report.commit, of: nil).last { $0.name == status.name }
        guard now == nil || now?.state != status.state && status.state != .pending else { return }
        try setStatus(status, at: report.commit)
    }

    func reviews(of request: HostedRequest, at head: ObjectID) throws(HostError) -> HostedReviews {
        throw Self.noAccess
    }

    func isMember(_ person: HostedPerson, of team: String) throws(HostError) -> Bool? { nil }
}
