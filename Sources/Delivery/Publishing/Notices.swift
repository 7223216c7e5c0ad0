internal import Git
internal import Manifests
internal import System

/// Computes what whoever has the same key can check (HMAC with SHA-256, 32 bytes).
public typealias Signing = (_ words: [UInt8], _ key: [UInt8]) throws -> [UInt8]

/// Tells others of deployments, before they are pushed and when they are there. It is never in the way: what can't be told
/// is a warning.
struct Notices {
    let rules: [Notice]
    let environments: [Environment]
    let variables: ProcessEnvironment
    /// Nil where nothing can be signed.
    let sign: Signing?

    /// - Returns: Why somebody was not told: one line each.
    func tell(_ deployment: DeploymentNotice) -> [String] {
        rules.compactMap { rule in
            let names = Set(environments.filter(rule.concerns).map(\.name))
            var told = deployment
            told.changes.removeAll { !names.contains($0.environment) }
            // Only a chart has a use for the moment before.
            guard !told.changes.isEmpty, told.moment == .deployed || rule.receiver == .grafana else {
                return nil
            }
            do {
                try send(told, by: rule)
                return nil
            } catch {
                let name = rule.receiver.rawValue
                return "\(name) was not told: \("\(error)".onOneLine.trimmingPrefix("\(name): "))"
            }
        }
    }

    private struct Problem: Error, CustomStringConvertible { var description: String }

    private func send(_ deployment: DeploymentNotice, by rule: Notice) throws {
        var headers = [("Content-Type", "application/json"), ("User-Agent", "gx")]
        let (url, body): (String, JSON)
        switch rule.receiver {
        case .webhook:
            (url, body) = (try rule.url ?? variable(rule.variable ?? ""), deployment.json)
            if let key = variables["GX_WEBHOOK_SECRET"], !key.isEmpty {
                guard let sign else { throw Problem(description: "nothing can be signed here") }
                let code = try sign(Array(body.description.utf8), Array(key.utf8))
                headers.append(("X-Signature", "sha256=" + code.hex))
            }
        case .slack: (url, body) = (try variable(rule.variable ?? "SLACK_WEBHOOK_URL"), deployment.slack)
        case .teams: (url, body) = (try variable(rule.variable ?? "TEAMS_WEBHOOK_URL"), deployment.card)
        case .grafana:
            let root = try variable("GRAFANA_URL")
            (url, body) = (root + (root.hasSuffix("/") ? "" : "/") + "api/annotations", deployment.annotation)
            headers.append(("Authorization", "Bearer \(try variable("GRAFANA_TOKEN"))"))
        }
        guard let address = HostAddress(url), rule.url != nil || address.isSafeForTokens else {
            throw Problem(description: "its address is none of https")
        }
        let curl = Curl(
            headers: headers,
            environment: variables.setting(rule.variable.map { [$0: nil] } ?? [:]), timeout: .seconds(10))
        // Whoever has the address may write there: it is not named.
        var call = curl.request("POST", url, body: body)
        call.purpose = "tell \(rule.receiver.rawValue)"
        let answer = try curl.answer(call.run(), from: rule.receiver.rawValue)
        guard answer.isSuccess else { throw Problem(description: "it answered \(answer.status)") }
    }

    private func variable(_ name: String) throws -> String {
        guard let value = variables[name], !value.isEmpty else {
            throw Problem(description: "\(name) is not set")
        }
        return value
    }
}

extension [UInt8] {
    fileprivate var hex: String {
        map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
