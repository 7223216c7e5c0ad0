import Git
import Manifests
import System
import Testing

@testable import Delivery
@testable import Ledger

/// What gates say is a function of what is known: no repository, no clock.
@Suite struct GateTests {
    private static let hour: Int64 = 3600
    private static let now = Timestamp(seconds: 1_800_000_000)

    private static func pin(_ version: String) -> Pinned {
        Pinned(Artifact(.image, "ghcr.io/acme/api"), Version(version))
    }

    /// Ran from so many hours ago until so many hours ago; nil is still.
    private static func ran(
        _ version: String, _ from: Double, _ until: Double?, _ outcome: Outcome = .unknown,
        kind: Deployment.Kind = .promotion, by author: String = "bot@example.com", isCut: Bool = false
    ) -> Residence {
        let at = { (hours: Double) in Timestamp(seconds: now.seconds - Int64(hours * Double(hour))) }
        return Residence(
            commit: .zero, start: at(from), end: until.map(at), isCut: isCut, versions: [pin(version)],
            kind: kind, outcome: outcome, authors: [author], committers: [author])
    }

    private func facts(
        _ sources: [[Residence]], own: [Residence] = [], words: GateWords = GateWords(),
        person: String? = nil
    ) -> GateFacts {
        GateFacts(
            now: Self.now, app: "api", versions: [Self.pin("2")],
            sources: sources.enumerated().map { ("qa\($0)", $1) }, own: own, words: words,
            person: person)
    }

    private let prod = Environment(name: "prod", after: ["qa"])

    private func verdicts(_ facts: GateFacts, _ change: (inout GateRules) -> Void) -> [GateAnswer.Verdict] {
        var rules = GateRules()
        change(&rules)
        return facts.answers(rules, [], in: prod).map(\.verdict)
    }

    @Test func soakIsResidenceSummedUp() {
        let soak = { (facts: GateFacts) in self.verdicts(facts) { $0.soak = Int(4 * Self.hour) } }
        #expect(soak(facts([[Self.ran("2", 5, nil)]])) == [.open])
        // Two stays, with another version between them.
        #expect(soak(facts([[Self.ran("2", 9, 6), Self.ran("3", 6, 2), Self.ran("2", 2, nil)]])) == [.open])
        // It goes on running: so it is known when it has run long enough.
        let later = Timestamp(seconds: Self.now.seconds + 2 * Self.hour)
        #expect(soak(facts([[Self.ran("2", 2, nil)]])) == [.waiting(until: later)])
        // It was replaced before: only somebody can bring it back.
        #expect(soak(facts([[Self.ran("2", 6, 4), Self.ran("3", 4, nil)]])) == [.waiting(until: nil)])
        #expect(soak(facts([[Self.ran("1", 6, nil)]])) == [.waiting(until: nil)])
        // A bad outcome starts anew.
        #expect(
            soak(facts([[Self.ran("2", 50, 20, .rolledBack), Self.ran("1", 20, 3), Self.ran("2", 3, nil)]]))
                == [.waiting(until: Timestamp(seconds: Self.now.seconds + Self.hour))])
    }

    /// A clone that does not have the beginning knows that something was so long ago at least, and not by whom.
    @Test func whatIsNotSeenIsNotToldOf() throws {
        let soak = { (facts: GateFacts) in self.verdicts(facts) { $0.soak = Int(4 * Self.hour) } }
        #expect(soak(facts([[Self.ran("2", 2, nil, isCut: true)]])) == [.unknown])
        #expect(soak(facts([[Self.ran("2", 5, nil, isCut: true)]])) == [.open])
        // Since when it runs is known, and then how long at the latest.
        let later = Timestamp(seconds: Self.now.seconds + 2 * Self.hour)
        let seen = [Self.ran("1", 5, 2, isCut: true), Self.ran("2", 2, nil)]
        #expect(soak(facts([seen])) == [.waiting(until: later)])
        // It may have been there before.
        let before = [Self.ran("1", 9, 6, isCut: true), Self.ran("2", 6, 4), Self.ran("3", 4, nil)]
        #expect(soak(facts([before])) == [.unknown])
        // Whatever was before a failure does not count.
        let failed = [Self.ran("2", 9, 6, .failed, isCut: true), Self.ran("2", 6, 4), Self.ran("3", 4, nil)]
        #expect(soak(facts([failed])) == [.waiting(until: nil)])

        let verified = { (facts: GateFacts) in self.verdicts(facts) { $0.verified = true } }
        #expect(verified(facts([[Self.ran("2", 5, nil, isCut: true)]])) == [.unknown])
        #expect(verified(facts([[Self.ran("2", 5, nil, .succeeded, isCut: true)]])) == [.open])
        #expect(verified(facts([[Self.ran("1", 5, nil, isCut: true)]])) == [.unknown])
        #expect(verified(facts([[Self.ran("1", 5, nil)]])) == [.waiting(until: nil)])

        let every = { (own: Residence) in
            self.verdicts(self.facts([], own: [own])) { $0.every = Int(4 * Self.hour) }
        }
        #expect(every(Self.ran("1", 1, nil, isCut: true)) == [.unknown])
        #expect(every(Self.ran("1", 5, nil, isCut: true)) == [.open])

        // Who wrote the commit that history begins with did not bring it.
        let source = [[Self.ran("2", 5, nil, by: "ada@example.com", isCut: true)]]
        let approved = { (words: GateWords, roles: [GateRules.Approvals.Role]) in
            self.verdicts(self.facts(source, words: words)) {
                $0.approvals = GateRules.Approvals()
                $0.approvals?.not = roles
            }
        }
        let cy = try words(("Gx-Approve: prod/api 2", by: "cy@example.com"))
        #expect(approved(cy, [.author]) == [.unknown])
        #expect(approved(cy, []) == [.open])
        #expect(approved(GateWords(), [.author]) == [.waiting(until: nil)])
    }

    @Test func severalBeforeNeedAllOrAny() {
        let one = facts([[Self.ran("2", 5, nil)], [Self.ran("2", 1, nil)]])
        #expect(
            verdicts(one) { $0.soak = Int(4 * Self.hour) }
                == [.waiting(until: Timestamp(seconds: Self.now.seconds + 3 * Self.hour))])
        #expect(
            verdicts(one) {
                $0.soak = Int(4 * Self.hour)
                $0.need = .any
            } == [.open])
    }

    @Test(arguments: [
        (Outcome.succeeded, GateAnswer.Verdict.open), (.failed, .refused), (.rolledBack, .refused),
        (.unknown, .waiting(until: nil)), (.superseded, .waiting(until: nil)),
    ])
    func onlySuccessIsVerified(_ outcome: Outcome, _ verdict: GateAnswer.Verdict) {
        #expect(verdicts(facts([[Self.ran("2", 5, nil, outcome)]])) { $0.verified = true } == [verdict])
        // The last word counts.
        let earlier = [Self.ran("2", 9, 7, .succeeded), Self.ran("1", 7, 5), Self.ran("2", 5, nil, outcome)]
        #expect(verdicts(facts([earlier])) { $0.verified = true } == [verdict])
    }

    @Test func promotionsKeepADistance() {
        let every = { (own: [Residence]) in
            self.verdicts(self.facts([], own: own)) { $0.every = Int(4 * Self.hour) }
        }
        #expect(every([]) == [.open])
        #expect(every([Self.ran("1", 5, nil)]) == [.open])
        #expect(
            every([Self.ran("1", 1, nil)]) == [
                .waiting(until: Timestamp(seconds: Self.now.seconds + 3 * Self.hour))
            ])
        // What goes back keeps nobody waiting.
        #expect(every([Self.ran("1", 9, 1), Self.ran("0", 1, nil, kind: .rollback)]) == [.open])
    }

    private func words(_ lines: (String, by: String)...) throws -> GateWords {
        var words = GateWords()
        for (line, author) in lines {
            words.add(
                GateWord(
                    trailer: try #require(GateTrailer(line: line)), commit: .zero, time: Self.now,
                    author: "Ada",
                    address: author))
        }
        return words
    }

    @Test func othersApprove() throws {
        let source = [[Self.ran("2", 5, nil, by: "ada@example.com")]]
        let approved = { (words: GateWords) in
            self.verdicts(self.facts(source, words: words)) {
                $0.approvals = GateRules.Approvals()
                $0.approvals?.count = 2
                $0.approvals?.from = ["*@example.com"]
            }
        }
        let bo = ("Gx-Approve: prod/api 2", by: "Bo@example.com")
        let cy = ("Gx-Approve: prod/api 2", by: "cy@example.com")
        #expect(try approved(words(bo, cy)) == [.open])
        // Nobody twice, not who brought it, not a stranger, not for another version, environment or app.
        for other in [
            bo, ("Gx-Approve: prod/api 2", by: "ada@example.com"),
            ("Gx-Approve: prod/api 2", by: "cy@example.org"),
            ("Gx-Approve: prod/api 1", by: "cy@example.com"), ("Gx-Approve: qa/api 2", by: "cy@example.com"),
            ("Gx-Approve: prod/web 2", by: "cy@example.com"),
        ] {
            #expect(try approved(words(bo, other)) == [.waiting(until: nil)])
        }
    }

    @Test func locksHoldUntilTheyEnd() throws {
        let lock = { (text: String) in
            try self.facts([], words: self.words((text, by: "ada@example.com"))).lock(in: self.prod)?.verdict
        }
        #expect(try lock("Gx-Lock: prod/*") == .waiting(until: nil))
        let end = Timestamp(seconds: Self.now.seconds + 60)
        #expect(try lock("Gx-Lock: prod/api until \(end.utc)") == .waiting(until: end))
        #expect(try lock("Gx-Lock: prod/api until \(Self.now.utc)") == nil)
        #expect(try lock("Gx-Lock: prod/web") == nil && lock("Gx-Lock: qa/api") == nil)
    }

    @Test func denyWinsAndAllowClosesTheRest() throws {
        // 2027-01-15 08:00 UTC, a Friday.
        let utc = try #require(TimeZone("UTC"))
        let work = WindowRule(
            .allow, targets: ["prod"],
            schedule: Schedule(.cron(try Cron("0 6 * * 1-5"), duration: 4 * Self.hour), utc))
        let day = Self.now.seconds / 86_400 * 86_400
        var freeze = WindowRule(
            .deny, targets: ["prod"], schedule: Schedule(.once(from: day, to: day + 9 * Self.hour), utc))
        freeze.except = ["*@sre.example.com"]
        #expect([work].closed(at: Self.now.seconds) == nil)
        #expect([work, freeze].closed(at: Self.now.seconds) == "closed by a window of gx.yaml")
        #expect([work, freeze].opening(after: Self.now.seconds) == day + 9 * Self.hour)
        // At ten o'clock on a Friday work is over until Monday at six.
        #expect([work].closed(at: day + 10 * Self.hour) == "outside its windows")
        #expect([work].opening(after: day + 10 * Self.hour) == day + (3 * 24 + 6) * Self.hour)
        // People who are excepted pass, and only where they are there.
        #expect(facts([], person: "ada@sre.example.com").window([freeze]) == nil)
        #expect(facts([], person: "ada@example.com").window([freeze])?.isOpen == false)
        #expect(facts([]).window([freeze])?.isOpen == false)
    }

    // MARK: Candidates

    private func candidates(_ own: [Residence], _ source: [Residence], _ selection: Selection = .newest)
        -> [String]
    {
        Candidates.all(own: own, sources: [("qa", source)], selection).map { $0.changes[0].version }
    }

    @Test func theNewestComesFirst() {
        let own = [Self.ran("1", 50, nil)]
        let source = [Self.ran("1", 60, 9), Self.ran("2", 9, 6), Self.ran("3", 6, 3), Self.ran("4", 3, nil)]
        #expect(candidates(own, source) == ["4", "3", "2"])
        #expect(candidates(own, source, .upstream) == ["4"])
        #expect(candidates([Self.ran("3", 5, nil)], source) == ["4"])
        #expect(candidates([Self.ran("4", 2, nil)], source) == [])
        // Nothing tells what is newer than a version that never ran there, but what runs there now.
        #expect(candidates([Self.ran("0", 5, nil)], source) == ["4"])
    }

    @Test func whatWentWrongIsNotWanted() {
        let own = [Self.ran("1", 50, nil)]
        #expect(
            candidates(
                own,
                [
                    Self.ran("1", 60, 9), Self.ran("2", 9, 6, .succeeded), Self.ran("3", 6, 3, .rolledBack),
                    Self.ran("2", 3, nil, kind: .rollback),
                ]) == ["2"])
        // What the environment itself has left comes back by a person only.
        let left = [
            Self.ran("1", 50, 9), Self.ran("2", 9, 8, .rolledBack), Self.ran("1", 8, nil, kind: .rollback),
        ]
        #expect(candidates(left, [Self.ran("1", 60, 10), Self.ran("2", 10, nil)]) == [])
        #expect(
            candidates(left, [Self.ran("1", 60, 10), Self.ran("2", 10, 1), Self.ran("3", 1, nil)]) == ["3"])
    }
}
