internal import Git
internal import Manifests
internal import System

/// The host of a branch that environments are deployed from, as gates ask it.
struct BranchHost {
    let kind: HostKind
    let talk: any ReviewHost
    /// What promotions are merged into.
    let branch: String

    /// Who agrees to a request, and in which of the teams they are.
    func reviews(
        of request: HostedRequest, at head: ObjectID, teams: [String]
    ) throws(HostError) -> HostedReviews {
        var reviews = try talk.reviews(of: request, at: head)
        for team in teams {
            for person in reviews.approvals {
                guard let isMember = try talk.isMember(person, of: team) else {
                    throw HostError(message: "gx can't ask \(kind.name) who is in a team")
                }
                if isMember { reviews.members[team, default: []].insert(person.login) }
            }
        }
        return reviews
    }

    /// Sets what gates say as a status on the head of a promotion, so that people and merge queues know; leaves it alone where
    /// it says so already.
    func set(_ answers: [GateAnswer], at head: ObjectID, of request: HostedRequest) throws(HostError) {
        let closed = answers.closed
        let words =
            closed.isEmpty
            ? "all gates are open" : closed.map { "\($0.gate.rawValue): \($0.words)" }.joined(separator: "; ")
        let status = HostedStatus(
            name: GateStatus.name,
            state: closed.isEmpty ? .passed : closed.contains { $0.verdict == .refused } ? .failed : .pending,
            words: String(words.onOneLine.prefix(140)), url: request.url ?? "")
        let now = try talk.checks(at: head, of: request).last { $0.name == GateStatus.name }
        guard now?.state != status.state else { return }
        try talk.setStatus(status, at: head)
    }

    /// What it says of the checks of a commit.
    ///
    /// - Parameters:
    ///   - wanted: The names of those that have to have passed; empty for those that the host requires.
    ///   - request: What asks for the commit to be merged, where something does.
    func checks(_ wanted: [String], at head: ObjectID, of request: HostedRequest? = nil) -> GateAnswer {
        guard talk.isAuthorized else {
            let words = kind.tokenVariable.map { "\(kind.name) tells its checks only with a token in \($0)" }
            return .unknown(.checks, words ?? "\(kind.name) has no checks that gx could ask for")
        }
        do {
            var names = wanted
            if names.isEmpty {
                guard let required = try talk.requiredChecks(into: branch, of: request) else {
                    return .unknown(
                        .checks, "\(kind.name) does not say which checks it requires: name them in gx.yaml")
                }
                names = required.filter { $0 != GateStatus.name }
                guard !names.isEmpty else {
                    return .unknown(
                        .checks, "\(kind.name) requires no checks for \(branch): name them in gx.yaml")
                }
            }
            return try talk.checks(at: head, of: request).answer(for: names, at: head)
        } catch {
            return .unknown(.checks, "\(kind.name) says '\(error.message.onOneLine)'")
        }
    }
}

/// What gx itself sets on the head of a promotion.
enum GateStatus {
    static let name = "gx/gates"
}

extension [HostedCheck] {
    /// - Parameter names: With `*` for anything. What has not reported is still to come.
    func answer(for names: [String], at head: ObjectID) -> GateAnswer {
        var (passed, open, failed): ([String], [String], [String]) = ([], [], [])
        for name in names {
            let found = filter {
                $0.name != GateStatus.name && ($0.name == name || Glob.matches(name, $0.name))
            }
            if found.isEmpty { open.append("\(name) has not reported") }
            for check in found {
                let words = "\(check.name) \(check.word)"
                switch check.state {
                case .passed: passed.append(check.name)
                case .pending: open.append(words)
                case .failed: failed.append(words)
                }
            }
        }
        let words = { (list: [String]) in "\(unique(list).joined(separator: ", ")) at \(head.short)".onOneLine
        }
        if !failed.isEmpty { return GateAnswer(.checks, verdict: .refused, words: words(failed)) }
        if !open.isEmpty { return GateAnswer(.checks, verdict: .waiting(until: nil), words: words(open)) }
        return GateAnswer(.checks, verdict: .open, words: words(passed))
    }
}

extension GateAnswer {
    static func unknown(_ gate: Gate, _ words: String) -> GateAnswer {
        GateAnswer(gate, verdict: .unknown, words: words)
    }
}

extension FetchedPlaces {
    /// The host of a place; nil where there is no remote.
    func host(of place: Place) throws -> BranchHost? {
        let address = try address(of: place)
        guard let remote = try address.remote ?? address.repository.homeRemote(of: address.branch) else {
            return nil
        }
        let host = try Host(remote: remote, of: address.repository, nil)
        return BranchHost(kind: host.kind, talk: try host.talk(), branch: address.branch)
    }
}
