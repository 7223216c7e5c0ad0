import System
import Testing
import YAML

@testable import Manifests

@Suite struct GateSectionTests {
    /// What was derived from history stays where gx.yaml changes in what is about deployments to come.
    @Test func historyIsReadAlike() throws {
        func rules(_ text: String) throws -> [UInt8] {
            try Configuration(parsing: Array("version: 1\n\(text)".utf8)).text.historyRules
        }
        let one = try rules("environments: { dev: {}, prod: { after: dev } }")
        for other in [
            "environments:  # all\n  dev: {}\n  prod:\n    after: dev\n",
            "environments: { dev: {}, prod: { after: dev, gates: { soak: 1h }, publish: pull-request } }",
            "environments: { dev: {}, prod: { after: dev, select: set } }\nverify: { prod: { cluster: { argocd: api } } }",
            "environments: { dev: {}, prod: { after: dev } }\nrollback: { pause: [ { path: a, value: 1 } ] }",
        ] {
            #expect(try rules(other) == one, "\(other)")
        }
        for other in [
            "environments: { dev: {}, prod: {} }", "environments: { dev: {}, test: { after: dev } }",
            "environments: { dev: {}, prod: { after: dev } }\nlayout: [\"{env}/**\"]",
            "environments: { dev: {}, prod: { after: dev } }\nissues: { keys: [A] }",
        ] {
            #expect(try rules(other) != one, "\(other)")
        }
    }

    private func read(_ text: String) throws -> Configuration {
        try Configuration(parsing: Array("version: 1\n\(text)\n".utf8))
    }

    private func problem(_ text: String) -> String? {
        do {
            _ = try read(text)
            return nil
        } catch let error as ManifestsError {
            if case .configuration(_, _, _, let message, _) = error { return message }
            return "\(error)"
        } catch { return "\(error)" }
    }

    @Test func gatesAreRead() throws {
        let configuration = try read(
            """
            environments:
              qa: {}
              prod:
                after: qa
                select: upstream
                gates:
                  verified: true
                  need: any
                  soak: 4h
                  every: 1h
                  run: [./gate.sh, "{app}", "{version}"]
                  prometheus: { url: "http://prometheus:9090", query: "up", min: 1 }
                  url: https://status.example.com
                  approvals: { count: 2, from: ["*@acme.example"], not: [author] }
            promote: { auto: [prod] }
            """)
        let prod = try #require(configuration.environment(named: "prod"))
        let gates = try #require(prod.gates)
        #expect(prod.selection == .upstream && gates.verified && gates.need == .any)
        #expect(gates.soak == 14_400 && gates.every == 3600 && gates.checks.count == 3)
        #expect(gates.approvals?.count == 2 && gates.approvals?.not == [.author])
        #expect(configuration.environment(named: "qa")?.gates == nil)
        #expect(
            configuration.automatic(among: configuration.environments.map(\.environment)).map(\.name) == [
                "prod"
            ])
    }

    @Test func automaticEnvironmentsComeAfterEachOther() throws {
        let configuration = try read(
            """
            environments: { prod: { after: qa, group: live }, qa: { after: dev }, dev: {} }
            promote: { auto: [live, qa] }
            """)
        #expect(
            configuration.automatic(among: configuration.environments.map(\.environment)).map(\.name) == [
                "qa", "prod",
            ])
    }

    @Test func windowsAreRead() throws {
        let configuration = try read(
            """
            environments: { prod-eu: { group: prod } }
            windows:
              - { allow: [prod-*], cron: "0 9 * * 1-4", duration: 7h, timezone: Europe/Berlin }
              - { deny: ["*"], from: 2026-12-18, to: 2027-01-04, timezone: Europe/Berlin, reason: year end, except: [sre@acme.example] }
              - { deny: [prod/api], rrule: "FREQ=MONTHLY;BYDAY=1MO", from: "06:00", duration: 2h, timezone: UTC }
            """)
        let prod = try #require(configuration.environment(named: "prod-eu"))
        #expect(configuration.windows(for: "api", in: prod).map(\.act) == [.allow, .deny, .deny])
        #expect(configuration.windows(for: "web", in: prod).count == 2)
        #expect(configuration.windows[1].reason == "year end")
    }

    @Test(arguments: [
        ("{ cron: '0 9 * * *', duration: 1h, timezone: UTC }", "a window takes 'allow' or 'deny', with"),
        ("{ deny: [a], allow: [a], timezone: UTC }", "a window takes 'allow' or 'deny', with"),
        ("{ deny: [a], cron: '0 9 * * *', duration: 1h }", "a window needs a 'timezone'"),
        (
            "{ deny: [a], cron: '0 9 * * *', duration: 1h, timezone: Europe/Berlim }",
            "this machine knows no time zone 'Europe/Berlim'"
        ),
        ("{ deny: [a], cron: '0 9 * * *', timezone: UTC }", "a window that comes again needs a 'duration'"),
        ("{ deny: [a], cron: '0 25 * * *', duration: 1h, timezone: UTC }", "'25' is not within 0 to 23"),
        ("{ deny: [a], timezone: UTC }", "a window says when: by 'cron', 'rrule', or 'from' and 'to'"),
        (
            "{ deny: [a], from: 2026-02-30, to: 2026-03-01, timezone: UTC }",
            "'2026-02-30' is no time of a day"
        ),
        ("{ deny: [a], from: 2026-03-01, to: 2026-02-01, timezone: UTC }", "this is not after 'from'"),
        (
            "{ deny: [a], cron: '0 9 * * *', duration: 1h, to: 2026-02-01, timezone: UTC }",
            "'to' does not go with cron"
        ),
    ])
    func whatIsNoWindowIsRefused(_ text: String, _ message: String) {
        let problem = problem("windows: [ \(text) ]")
        #expect(problem?.hasPrefix(message) == true, "\(problem ?? "it is read")")
    }

    @Test func nobodyApproves() {
        let problem = problem("environments: { prod: { gates: { approvals: { from: ['@acme/'] } } } }")
        #expect(problem == "'@acme/' is nobody")
    }

    @Test func whatIsAutomaticIsAnEnvironment() {
        #expect(
            problem("environments: { qa: {} }\npromote: { auto: [qaa] }")
                == "no environment or group is called 'qaa'")
    }
}
