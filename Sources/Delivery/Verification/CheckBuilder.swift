internal import Git
internal import Ledger
internal import Manifests
internal import System

/// Makes checks of what gx.yaml says, for one target.
struct CheckBuilder {
    let target: VerificationTarget
    let rule: VerifyRule
    let snapshot: AppSnapshot
    let environment: ProcessEnvironment
    /// A folder with the files of the commit that gx.yaml is from, made when it is wanted.
    let files: () throws -> String
    /// Whether a revision has the target's commit; nil where it is none that is known.
    let contains: (String) -> Bool?
    /// When the deployment's commit was made.
    let committed: Milliseconds

    /// What is filled into a template.
    private func value(_ name: String) -> String? {
        switch name {
        case "env": target.environment
        case "app": snapshot.unit.captures["app"] ?? target.app
        case "version": target.version
        case "commit": "\(target.commit)"
        default: snapshot.unit.captures[name]
        }
    }

    private func filled(_ template: Template) throws -> String {
        guard let text = template.filled(value) else {
            let unknown = template.names.first { value($0) == nil } ?? ""
            throw VerificationError.unknownName(
                unknown, in: template.description, app: target.app, environment: target.environment)
        }
        return text
    }

    /// A command of gx.yaml, run in the files of the commit, with its subject in variables.
    func command(_ words: [Template], timeout: Int, _ more: [String: String?] = [:]) throws -> Subprocess {
        let words = try words.map(filled)
        let variables: [String: String?] = [
            "GX_ENVIRONMENT": target.environment, "GX_APP": target.app, "GX_COMMIT": "\(target.commit)",
            "GX_VERSION": target.version, "GIT_DIR": nil, "GIT_WORK_TREE": nil, "GIT_INDEX_FILE": nil,
        ]
        return Subprocess(
            words[0], Array(words.dropFirst()), purpose: "verify \(target.app) in \(target.environment)",
            environment: environment.withoutTokens.setting(variables).setting(more), directory: try files(),
            timeout: .seconds(timeout))
    }

    // MARK: The cluster

    /// The looks that tell whether the cluster runs it.
    func looks() throws -> [Look] {
        guard let cluster = rule.cluster else { return [] }
        let timeout = Duration.seconds(10)
        let kindsAndNames: [(ClusterObject.Kind, String)]
        switch cluster.source {
        case .run(let words): return [Look(by: try command(words, timeout: max(60, cluster.every)))]
        case .argocd(let names): kindsAndNames = try names.map { (.argocd, try filled($0)) }
        case .flux(let names):
            kindsAndNames = try names.map { try object($0, or: .fluxKustomization, of: "flux") }
        case .rollout(let names):
            kindsAndNames = try names.map { try object($0, or: .deployment, of: "rollout") }
        }
        let context = try cluster.context.map(filled)
        let namespace = try cluster.namespace.map(filled)
        let wanted = Dictionary(
            snapshot.slots.filter { !$0.pins.isEmpty }.map { ($0.artifact.name, $0.version) },
            uniquingKeysWith: { first, _ in first })
        let hasChart = snapshot.slots.contains { $0.artifact.kind == .chart && !$0.pins.isEmpty }
        return kindsAndNames.map { kind, name in
            Look(
                at: ClusterObject(kind: kind, name: name, context: context, namespace: namespace),
                wanted: wanted, hasChart: hasChart, timeout: timeout, environment: environment,
                contains: contains)
        }
    }

    /// `Deployment/api`, or a name alone for the usual kind.
    private func object(
        _ template: Template, or usual: ClusterObject.Kind, of key: String
    ) throws -> (ClusterObject.Kind, String) {
        let text = try filled(template)
        guard let slash = text.firstIndex(of: "/") else { return (usual, text) }
        guard let kind = ClusterObject.Kind(text[..<slash]), kind.isFlux == usual.isFlux else {
            throw VerificationError.unknownKind(String(text[..<slash]), key: key)
        }
        return (kind, String(text[text.index(after: slash)...]))
    }

    func arrival(_ looks: [Look], timeout: Int) -> (() -> Arrival)? {
        guard let cluster = rule.cluster else { return nil }
        return {
            Arrival(
                looks, every: Milliseconds(cluster.every) * 1000, grace: Milliseconds(cluster.grace) * 1000,
                patience: Milliseconds(min(cluster.timeout, timeout)) * 1000)
        }
    }

    // MARK: Checks

    /// The checks, as they start at a moment.
    func checks() throws -> (Milliseconds) -> [any Check] {
        let makers = try rule.checks.map(maker)
        return { live in makers.map { $0(live) } }
    }

    private func maker(_ check: VerifyRule.Check) throws -> (Milliseconds) -> any Check {
        let every = Milliseconds(check.every) * 1000
        let duration = check.duration.map { Milliseconds($0) * 1000 }
        switch check.kind {
        case .prometheus(let rule): return try prometheus(check, rule: rule, every: every, duration: duration)
        case .probe(let url, let status, let text):
            let url = try filled(url)
            let text = try text.map(filled)
            let timeout = Duration.seconds(check.timeout ?? 10)
            return { live in
                Sampling.probe(
                    url, status: status, contains: text, name: check.name, timeout: timeout, every: every,
                    failures: check.failures, end: duration.map { live + $0 }, environment: environment)
            }
        case .run(let words):
            let command = try command(words, timeout: check.timeout ?? 300)
            return { live in
                Sampling.command(
                    command, name: check.name, every: every, failures: check.failures,
                    end: duration.map { live + $0 })
            }
        }
    }

    private func prometheus(
        _ check: VerifyRule.Check, rule: VerifyRule.Check.Prometheus, every: Milliseconds,
        duration: Milliseconds?
    ) throws -> (Milliseconds) -> any Check {
        // PromQL's strings have the escapes of Go.
        let query = Template.fill(rule.query) { name in
            value(name)?.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        }
        let (headers, user) = try access(rule)
        let patience = Milliseconds(check.timeout ?? 60) * 1000
        let curl = Curl(
            headers: [("User-Agent", "gx")] + headers, environment: environment,
            timeout: .milliseconds(min(10_000, patience)), user: user)
        return { live in
            PrometheusCheck(
                name: check.name ?? query, address: rule.url, query: query, rule: rule,
                window: live...(live + (duration ?? 0)),
                before: (committed - (duration ?? 600_000))...committed, every: every,
                failures: check.failures, patience: patience, curl: curl)
        }
    }

    private func access(
        _ rule: VerifyRule.Check.Prometheus
    ) throws -> (headers: [(name: String, value: String)], user: String?) {
        guard let access = rule.access else { return ([], nil) }
        let found: String?
        let place: String
        switch access.source {
        case .variable(let name):
            found = environment[name]
            place = "the variable \(name)"
        case .file(let path):
            found = try readFile(path, limit: 1 << 20).map { String(decoding: $0, as: UTF8.self) }
            place = path
        }
        let secret = found?.split(whereSeparator: \.isNewline).first ?? ""
        guard !secret.isEmpty, secret.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw VerificationError.noAccess(to: rule.url, place: place)
        }
        switch access.scheme {
        case .token: return ([("Authorization", "Bearer \(secret)")], nil)
        case .basic: return ([], String(secret))
        }
    }
}

extension ClusterObject.Kind {
    fileprivate var isFlux: Bool { self == .fluxKustomization || self == .fluxHelmRelease }
}
