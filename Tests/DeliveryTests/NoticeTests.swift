import Git
import Ledger
import Manifests
import System
import TestSupport
import Testing

@testable import Delivery

/// Whom deployments are told to, beside a server that writes down what it is told.
@Suite struct NoticeTests {
    private static func rules(_ notices: String) -> String { Hosted.folders + "\nnotify: [\(notices)]\n" }

    /// `POST PATH`, the signature, the token and the body of each request.
    private func heard(_ hosted: Hosted) throws -> [[String]] {
        (try hosted.host.folder.read(hosted.host.folder.path + "/heard") ?? "").split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// Starts a server, and says where it is.
    private func serve(_ hosted: Hosted, answering status: Int = 200) throws -> String {
        let folder = hosted.host.folder
        try folder.write(folder.path + "/listen.py", Self.script.utf8)
        try folder.run("sh", ["-c", "python3 listen.py \(status) > listen.log 2>&1 &"], in: folder.path)
        for _ in 0..<400 {
            if let port = try folder.read(folder.path + "/listening"), !port.isEmpty {
                return "http://127.0.0.1:\(port)"
            }
            try folder.run("sleep", ["0.05"])
        }
        throw SystemError.refused(doing: "start a server", reason: "it does not say where it is")
    }

    private func session(
        _ hosted: Hosted, _ variables: [String: String?], _ way: Environment.Publish = .push
    ) throws -> (session: PlanSession, told: Told) {
        var request = PromotionRequest(to: "prod")
        request.apps = ["api"]
        var all = variables
        for name in ["no_proxy", "NO_PROXY"] { all[name] = "127.0.0.1" }
        let told = Told()
        let session = try PlanSession(
            hosted.clone.repository(all), request: .promotion(request), wishes: PublishingWishes(way)
        ) { _, _ in [] }
        session.report = told.hear
        // The first and the last byte, and the key.
        session.sign = { words, key in [words.first ?? 0, words.last ?? 0] + key }
        return (session, told)
    }

    private func promote(
        _ hosted: Hosted, _ variables: [String: String?], _ way: Environment.Publish = .push
    ) throws -> (end: String, warnings: [String]) {
        let (session, told) = try session(hosted, variables, way)
        return (try session.run().end, told.warnings)
    }

    @Test func aWebhookIsToldWhatLanded() throws {
        let hosted = try Hosted("api")
        let url = try serve(hosted)
        try hosted.push("gx.yaml", Self.rules("{ to: webhook, url: \"\(url)/x\", environments: [pro*] }"))
        let variables = ["GX_WEBHOOK_SECRET": "Jefe"]
        // Who only looks tells nobody.
        _ = try session(hosted, variables).session.preview()
        #expect(try heard(hosted).isEmpty)
        #expect(try promote(hosted, variables).warnings == [])
        let requests = try heard(hosted)
        #expect(requests.count == 1 && requests[0][0] == "POST /x")
        // `{`, `}` and the key.
        #expect(requests[0][1] == "sha256=7b7d4a656665")
        let body = try JSON(parsing: Array(requests[0][3].utf8))
        #expect(body["schema"]?.string == "gx.notice/1" && body["event"]?.string == "deployed")
        #expect(try body["commit"]?.string == hosted.host.id("main").description)
        let change = try #require(body["changes"]?.array?.first)
        #expect(change["old"]?.string == "1" && change["new"]?.string == "2")
        #expect(change["from"]?.string == "dev" && change["environment"]?.string == "prod")
    }

    @Test func aRollbackIsCalledOne() throws {
        let hosted = try Hosted("api")
        let url = try serve(hosted)
        try hosted.push("gx.yaml", Self.rules("{ to: slack }, { to: webhook, url: \"\(url)\" }"))
        #expect(try promote(hosted, ["SLACK_WEBHOOK_URL": url]).warnings == [])
        var request = RollbackRequest(in: "prod")
        request.apps = ["api"]
        let repository = try hosted.clone.repository(["SLACK_WEBHOOK_URL": url, "no_proxy": "127.0.0.1"])
        #expect(try PlanSession(repository, request: .rollback(request)) { _, _ in [] }.run().end == "done")
        let bodies = try heard(hosted).suffix(2).map { try JSON(parsing: Array($0[3].utf8)) }
        #expect(bodies[0]["text"]?.string?.hasPrefix("Rolled back api 2 → 1 in prod (") == true)
        #expect(bodies[1]["changes"]?.array?.first?["older"] == .bool(true))
    }

    @Test func nobodyIsToldOfOtherEnvironmentsOrProposals() throws {
        let hosted = try Hosted("api")
        let url = try serve(hosted)
        try hosted.push("gx.yaml", Self.rules("{ to: webhook, url: \"\(url)\" }"))
        #expect(try promote(hosted, [:], .pullRequest).end == "done")
        try hosted.push("gx.yaml", Self.rules("{ to: webhook, url: \"\(url)\", environments: [dev] }"))
        #expect(try promote(hosted, [:]).end == "done")
        #expect(try heard(hosted).isEmpty)
    }

    @Test func othersHaveTheirOwnForms() throws {
        let hosted = try Hosted("api")
        let url = try serve(hosted)
        try hosted.push(
            "gx.yaml", Self.rules("{ to: slack }, { to: teams, url-env: HERE }, { to: grafana }"))
        let answer = try promote(
            hosted,
            [
                "SLACK_WEBHOOK_URL": "\(url)/slack", "HERE": "\(url)/teams", "GRAFANA_URL": url,
                "GRAFANA_TOKEN": "secret",
            ])
        #expect(answer.warnings == [])
        let requests = try heard(hosted)
        #expect(
            requests.map(\.first) == [
                "POST /api/annotations", "POST /slack", "POST /teams", "POST /api/annotations",
            ])
        #expect(requests.map { $0[2] } == ["Bearer secret", "", "", "Bearer secret"])
        let bodies = try requests.map { try JSON(parsing: Array($0[3].utf8)) }
        let tags = { (body: JSON) in body["tags"]?.array?.compactMap(\.string) }
        #expect(tags(bodies[0]) == ["gx", "deploying", "prod", "api"])
        #expect(tags(bodies[3]) == ["gx", "deployed", "prod", "api"])
        let words = try "Deployed api 1 → 2 to prod (\(hosted.host.id("main").short))"
        #expect(bodies[1]["text"]?.string == words)
        let card = bodies[2]["attachments"]?.array?.first?["content"]
        #expect(card?["body"]?.array?.first?["text"]?.string == words)
    }

    @Test func whatCannotBeToldIsAWarning() throws {
        let hosted = try Hosted("api")
        let url = try serve(hosted, answering: 500)
        try hosted.push(
            "gx.yaml",
            Self.rules(
                "{ to: slack }, { to: teams }, { to: webhook, url-env: HERE }, { to: webhook, url: \"http://127.0.0.1:1\" }"
            ))
        let answer = try promote(
            hosted,
            [
                "SLACK_WEBHOOK_URL": "\(url)/T0/secret", "TEAMS_WEBHOOK_URL": nil,
                "HERE": "http://hooks.example.com/secret",
            ])
        #expect(answer.end == "done")
        #expect(
            answer.warnings.prefix(3) == [
                "slack was not told: it answered 500", "teams was not told: TEAMS_WEBHOOK_URL is not set",
                "webhook was not told: its address is none of https",
            ])
        #expect(answer.warnings.count == 4 && !answer.warnings.contains { $0.contains("secret") })
        #expect(try hosted.version("api") == "acme/api:2")
    }

    private static let script = #"""
        import http.server, os, sys, threading
        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *args): pass
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                said = [self.headers.get(name) or "" for name in ("X-Signature", "Authorization")]
                with open("heard", "a") as file:
                    file.write("\t".join(["POST " + self.path] + said + [body.replace("\n", "")]) + "\n")
                self.send_response(int(sys.argv[1]))
                self.send_header("Content-Length", "0")
                self.end_headers()
        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        threading.Timer(300, server.shutdown).start()
        with open("listening.new", "w") as file: file.write(str(server.server_port))
        os.rename("listening.new", "listening")
        server.serve_forever()
        """#
}
