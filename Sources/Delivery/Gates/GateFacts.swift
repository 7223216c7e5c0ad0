internal import Git
internal import Ledger
internal import Manifests
internal import System

/// All that gates judge by, so that what they say is a function of nothing else.
struct GateFacts {
    var now: Timestamp
    var app: String
    /// What would come.
    var versions: [Pinned]
    /// What ran in each of the environments before, oldest first.
    var sources: [(environment: String, residences: [Residence])]
    /// What ran in the environment itself, oldest first.
    var own: [Residence]
    var words: GateWords
    /// The address of who promotes by hand, in lower case; nil where nobody does.
    var person: String?
    /// Who agrees to the pull request that would bring it; nil where there is none.
    var reviews: HostedReviews?
    /// Who has a part in what comes, besides those who brought it to the environments before.
    var contributors = Contributors()
}

extension GateFacts {
    /// What an environment wants, but for the checks, which have to be run.
    func answers(_ rules: GateRules?, _ windows: [WindowRule], in environment: Environment) -> [GateAnswer] {
        var answers = [lock(in: environment)].compactMap(\.self)
        if let answer = window(windows) { answers.append(answer) }
        guard let rules else { return answers }
        let isAll = rules.need == .all
        if rules.verified, let answer = [GateAnswer].combined(sources.map(verified), all: isAll) {
            answers.append(answer)
        }
        if let soak = rules.soak {
            let each = sources.map { self.soak($0, Int64(soak)) }
            if let answer = [GateAnswer].combined(each, all: isAll) { answers.append(answer) }
        }
        if let every = rules.every { answers.append(self.every(Int64(every))) }
        if let approvals = rules.approvals { answers.append(approved(approvals, in: environment)) }
        return answers
    }

    // MARK: One by one

    func lock(in environment: Environment) -> GateAnswer? {
        let locks = words.locks.filter { $0.trailer.concerns(app, in: environment.name) }
        guard let lock = locks.last(where: { !$0.isExpired(at: now) }) else { return nil }
        let reason = lock.trailer.reason.map { ": \($0)" } ?? ""
        return GateAnswer(
            .lock, verdict: .waiting(until: lock.trailer.until),
            words:
                "locked since \("\(lock.time)".prefix(10)) by \(lock.author.onOneLine) (\(lock.commit.short))\(reason)"
        )
    }

    func window(_ rules: [WindowRule]) -> GateAnswer? {
        let rules = rules.filter { rule in
            guard let person else { return true }
            return !rule.except.contains { Glob.matches($0.lowercased(), person) }
        }
        guard !rules.isEmpty else { return nil }
        guard let closed = rules.closed(at: now.seconds) else {
            return GateAnswer(.window, verdict: .open, words: "open at \(now.utc)")
        }
        let until = rules.opening(after: now.seconds).map { Timestamp(seconds: $0) }
        return GateAnswer(.window, verdict: .waiting(until: until), words: closed)
    }

    private func verified(_ source: (environment: String, residences: [Residence])) -> GateAnswer {
        let name = source.environment
        guard let last = source.residences.last(where: { $0.runs(versions) }) else {
            guard !source.residences.isCut else {
                return GateAnswer(
                    .verified, verdict: .unknown,
                    words: "it has not run in \(name), as far as this clone's history goes")
            }
            return GateAnswer(.verified, verdict: .waiting(until: nil), words: "it has not run in \(name)")
        }
        let reason = last.reason.map { ": \($0.onOneLine)" } ?? ""
        switch last.outcome {
        case .succeeded: return GateAnswer(.verified, verdict: .open, words: "\(name) \(last.commit.short)")
        case .failed, .rolledBack:
            return GateAnswer(
                .verified, verdict: .refused,
                words: "\(last.outcome.rawValue) in \(name) (\(last.commit.short))\(reason)")
        case .superseded, .unknown:
            guard !last.isCut else {
                return GateAnswer(
                    .verified, verdict: .unknown,
                    words: "what brought it to \(name) is not in this clone's history")
            }
            return GateAnswer(
                .verified, verdict: .waiting(until: nil),
                words: "no verification of \(last.commit.short) in \(name) is recorded")
        }
    }

    /// Residence is summed up, over rollbacks and repairs; after a bad outcome it counts from the beginning. What a clone
    /// does not see can only make it longer.
    private func soak(
        _ source: (environment: String, residences: [Residence]), _ wanted: Int64
    ) -> GateAnswer {
        var sum: Int64 = 0
        var runs = false
        // Whether it may have been there before what is seen, and whether that was seen in part: then what is seen begins
        // later with each push.
        var (isLeast, isCut) = (source.residences.isCut, false)
        for residence in source.residences where residence.runs(versions) {
            guard !residence.wasBad else {
                (sum, runs, isLeast, isCut) = (0, false, false, false)
                continue
            }
            sum += max(0, (residence.end ?? now).seconds - residence.start.seconds)
            runs = residence.end == nil
            isCut = isCut || residence.isCut
        }
        let (ran, limit) = (TimeSpan(seconds: sum), TimeSpan(seconds: wanted))
        guard sum < wanted else {
            return GateAnswer(.soak, verdict: .open, words: "\(ran) >= \(limit) in \(source.environment)")
        }
        let text = "\(ran) of \(limit) in \(source.environment)"
        guard runs ? !isCut : !isLeast else {
            return GateAnswer(.soak, verdict: .unknown, words: "\(text), as far as this clone's history goes")
        }
        return GateAnswer(
            .soak, verdict: .waiting(until: runs ? Timestamp(seconds: now.seconds + wanted - sum) : nil),
            words: text)
    }

    private func every(_ wanted: Int64) -> GateAnswer {
        // What goes back, or only changes configuration, keeps nobody waiting.
        let last = own.last { [.forward, .promotion, .initial, .repair].contains($0.kind) }
        guard let last else {
            return GateAnswer(.every, verdict: .open, words: "nothing was promoted before")
        }
        let passed = max(0, now.seconds - last.start.seconds)
        guard passed < wanted else {
            return GateAnswer(
                .every, verdict: .open, words: "\(TimeSpan(seconds: passed)) >= \(TimeSpan(seconds: wanted))")
        }
        guard !last.isCut else {
            return GateAnswer(
                .every, verdict: .unknown, words: "when it was last promoted is not in this clone's history")
        }
        return GateAnswer(
            .every, verdict: .waiting(until: Timestamp(seconds: last.start.seconds + wanted)),
            words: "\(TimeSpan(seconds: passed)) of \(TimeSpan(seconds: wanted)) since \(last.commit.short)")
    }

    func approved(_ rule: GateRules.Approvals, in environment: Environment) -> GateAnswer {
        let bringing = sources.flatMap { source in source.residences.filter { $0.runs(versions) } }
        let authors = bringing.flatMap(\.authors).reduce(into: contributors.authors) {
            $0.formUnion(HostedPerson.marks(of: $1))
        }
        let committers = bringing.flatMap(\.committers).reduce(into: contributors.committers) {
            $0.formUnion(HostedPerson.marks(of: $1))
        }
        var people: [(shown: String, marks: Set<String>)] = []
        var others: [String] = []
        func take(
            _ shown: String, _ marks: Set<String>, alias: String? = nil, isKnown: Bool,
            isAuthor: Bool = false,
            isCommitter: Bool = false
        ) {
            let isOwn =
                rule.not.contains(.author) && (isAuthor || !authors.isDisjoint(with: marks))
                || rule.not.contains(.committer) && (isCommitter || !committers.isDisjoint(with: marks))
            guard isKnown, !isOwn else { return others.append(shown) }
            // Whoever says it in two ways is one.
            guard !people.contains(where: { !$0.marks.isDisjoint(with: marks) }) else { return }
            people.append((shown, marks.union([alias].compactMap { $0?.lowercased() })))
        }
        for word in words.approvals where word.trailer.concerns(app, in: environment.name) {
            guard let version = word.trailer.version,
                versions.contains(where: { Version($0.version).isSame(as: version) })
            else { continue }
            let address = word.address.lowercased()
            let isKnown = rule.from.isEmpty || rule.from.contains { Glob.matches($0.lowercased(), address) }
            take(address, HostedPerson.marks(of: address), alias: word.author, isKnown: isKnown)
        }
        for person in reviews?.approvals ?? [] {
            take(
                person.shown, person.marks, isKnown: reviews?.counts(person, among: rule.from) == true,
                isAuthor: person.login == reviews?.author?.login,
                isCommitter: person.login == reviews?.pusher?.login)
        }
        var list = people.map(\.shown).joined(separator: ", ")
        if let reviews, !reviews.approvals.isEmpty, reviews.pusher == nil, rule.not.contains(.committer) {
            let words = "\(reviews.host) does not say who pushed last"
            if contributors.areOthersOnBranch {
                return .unknown(.approvals, "\(words), and its branch has commits that are not of gx")
            }
            list += list.isEmpty ? "" : " (\(words))"
        }
        if people.count >= rule.count {
            guard rule.not.isEmpty || !sources.contains(where: \.residences.isCut) else {
                return GateAnswer(
                    .approvals, verdict: .unknown,
                    words: "\(list); whether one of them brought it is not in this clone's history")
            }
            return GateAnswer(.approvals, verdict: .open, words: list)
        }
        var text = "\(people.count) of \(rule.count)" + (people.isEmpty ? "" : ": \(list)")
        if !others.isEmpty { text += "; not counted: \(unique(others).joined(separator: ", "))" }
        return GateAnswer(.approvals, verdict: .waiting(until: nil), words: text)
    }
}

extension [Residence] {
    /// Whether there may have been more than what this clone's history has.
    fileprivate var isCut: Bool { contains(where: \.isCut) }
}

extension HostedReviews {
    /// Whether somebody is of those who may agree: by address, by account (`@ada`), or by team (`@acme/sre`).
    fileprivate func counts(_ person: HostedPerson, among wanted: [String]) -> Bool {
        wanted.isEmpty
            || wanted.contains { one in
                guard one.hasPrefix("@") else {
                    return [person.address, person.login].compactMap(\.self).contains {
                        $0.contains("@") && Glob.matches(one.lowercased(), $0.lowercased())
                    }
                }
                let name = String(one.dropFirst())
                guard name.contains("/") else { return name.lowercased() == person.login.lowercased() }
                return members[name]?.contains(person.login) == true
            }
    }
}

extension [WindowRule] {
    /// Why it is closed at a moment; nil where it is open.
    func closed(at moment: Int64) -> String? {
        for rule in self where rule.act == .deny && rule.schedule.contains(moment) {
            return rule.reason.map { "closed: \($0)" } ?? "closed by a window of gx.yaml"
        }
        let allowing = filter { $0.act == .allow }
        if allowing.isEmpty || allowing.contains(where: { $0.schedule.contains(moment) }) { return nil }
        return "outside its windows"
    }

    /// The next moment at which it is open; nil where that is not within two years.
    func opening(after moment: Int64) -> Int64? {
        var moment = moment
        // Each turn goes on to where one of them begins or ends.
        for _ in 0..<2000 {
            guard let next = compactMap({ $0.schedule.change(after: moment) }).min() else { return nil }
            if closed(at: next) == nil { return next }
            moment = next
        }
        return nil
    }
}
