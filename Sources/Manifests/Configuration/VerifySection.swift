internal import YAML

/// The section `verify` of gx.yaml.
extension SettingReader {
    func verifyRules(_ node: Node) throws(ManifestsError) -> [VerifyRule] {
        var rules: [VerifyRule] = []
        for (name, _, value) in try entries(node) {
            let settings = try mapping(
                value, keys: ["apps", "cluster", "checks", "before", "after", "timeout", "cooldown"])
            var rule = VerifyRule(name)
            if let node = settings["apps"] { rule.apps = try strings(node) }
            if let node = settings["cluster"] { rule.cluster = try cluster(node) }
            if let node = settings["checks"] { rule.checks = try list(node).map(check) }
            if let node = settings["before"] { rule.before = try list(node).map(command) }
            if let node = settings["after"] { rule.after = try list(node).map(command) }
            if let node = settings["timeout"] { rule.timeout = try duration(node) }
            if let node = settings["cooldown"] { rule.cooldown = try duration(node) }
            guard rule.cluster != nil || !rule.checks.isEmpty else {
                throw problem(value, "nothing is verified here", hint: "name a 'cluster' or 'checks'")
            }
            rules.append(rule)
        }
        return rules
    }

    func command(_ node: Node) throws(ManifestsError) -> [Template] {
        let words = try list(node).map(template)
        guard !words.isEmpty else { throw problem(node, "a command needs at least a program") }
        return words
    }

    // MARK: The cluster

    private func cluster(_ node: Node) throws(ManifestsError) -> VerifyRule.Cluster {
        let kinds = ["argocd", "flux", "rollout", "run"]
        let settings = try mapping(
            node, keys: kinds + ["context", "namespace", "timeout", "every", "grace"])
        let given = kinds.filter { settings[$0] != nil }
        guard given.count == 1, let kind = given.first, let value = settings[kind] else {
            throw problem(node, "'cluster' takes one of argocd, flux, rollout and run")
        }
        var cluster =
            switch kind {
            case "argocd": VerifyRule.Cluster(.argocd(try templates(value)))
            case "flux": VerifyRule.Cluster(.flux(try templates(value)))
            case "rollout": VerifyRule.Cluster(.rollout(try templates(value)))
            default: VerifyRule.Cluster(.run(try command(value)))
            }
        if let node = settings["context"] { cluster.context = try template(node) }
        if let node = settings["namespace"] { cluster.namespace = try template(node) }
        if let node = settings["timeout"] { cluster.timeout = try duration(node) }
        if let node = settings["every"] { cluster.every = try interval(node) }
        if let node = settings["grace"] { cluster.grace = try duration(node) }
        return cluster
    }

    /// One, or a list of them.
    private func templates(_ node: Node) throws(ManifestsError) -> [Template] {
        if node.resolved.kind == .scalar { return [try template(node)] }
        return try list(node).map(template)
    }

    private func interval(_ node: Node) throws(ManifestsError) -> Int {
        let seconds = try duration(node)
        guard seconds > 0 else { throw problem(node, "more than nothing is expected here") }
        return seconds
    }

    // MARK: Checks

    private static let kinds = [
        "prometheus": [
            "query", "min", "max", "compare", "ratio", "difference", "token-env", "token-file",
            "basic-auth-env", "basic-auth-file",
        ],
        "probe": ["status", "contains"],
        "run": [],
    ]

    private func check(_ node: Node) throws(ManifestsError) -> VerifyRule.Check {
        let names = ["prometheus", "probe", "run"]
        let common = ["name", "for", "every", "timeout", "failures"]
        let all = names + common + names.flatMap { Self.kinds[$0] ?? [] }
        let settings = try mapping(node, keys: all)
        let given = names.filter { settings[$0] != nil }
        guard given.count == 1, let kind = given.first, let value = settings[kind] else {
            throw problem(node, "a check is one of prometheus, probe and run")
        }
        for (name, key, _) in try entries(node)
        where name != kind && !common.contains(name) && !(Self.kinds[kind] ?? []).contains(name) {
            throw problem(key, "'\(name)' does not go with '\(kind)'")
        }
        var check: VerifyRule.Check
        switch kind {
        case "prometheus":
            check = VerifyRule.Check(.prometheus(try prometheus(value, settings: settings, node: node)))
        case "probe":
            check = VerifyRule.Check(
                .probe(
                    url: try template(value), status: try settings["status"].map(int) ?? 200,
                    contains: try settings["contains"].map(template)))
        default: check = VerifyRule.Check(.run(try command(value)))
        }
        if let node = settings["name"] { check.name = try string(node) }
        if let node = settings["for"] { check.duration = try interval(node) }
        if let node = settings["every"] { check.every = try interval(node) }
        if let node = settings["timeout"] { check.timeout = try interval(node) }
        if let node = settings["failures"] {
            if kind == "prometheus", check.duration == nil {
                throw problem(node, "'failures' of a query goes with 'for'")
            }
            check.failures = try int(node)
        }
        return check
    }

    func prometheus(
        _ url: Node, settings: [String: Node], node: Node
    ) throws(ManifestsError) -> VerifyRule.Check.Prometheus {
        guard let query = settings["query"] else {
            throw problem(node, "a prometheus check needs a 'query'")
        }
        let address = try string(url)
        if address.split(separator: "/").dropFirst().first?.contains("@") == true {
            throw problem(
                url, "a password does not belong here", hint: "write basic-auth-env, or basic-auth-file")
        }
        var check = VerifyRule.Check.Prometheus(url: address, query: try string(query))
        check.min = try settings["min"].map(double)
        check.max = try settings["max"].map(double)
        check.comparison = try comparison(settings, node)
        guard check.min != nil || check.max != nil || check.comparison != nil else {
            throw problem(node, "a prometheus check needs 'min', 'max' or 'compare' to judge by")
        }
        check.access = try access(settings, node)
        return check
    }

    private func comparison(
        _ settings: [String: Node], _ node: Node
    ) throws(ManifestsError) -> VerifyRule.Check.Comparison? {
        enum Moment: String, CaseIterable { case before }
        let ratio = settings["ratio"]
        let difference = settings["difference"]
        guard let compare = settings["compare"] else {
            if let place = ratio ?? difference { throw problem(place, "this goes with 'compare: before'") }
            return nil
        }
        _ = try choice(compare, Moment.self)
        switch (ratio, difference) {
        case (let ratio?, nil): return .ratio(try double(ratio))
        case (nil, let difference?): return .difference(try double(difference))
        default: throw problem(compare, "'compare' takes one of ratio and difference")
        }
    }

    private func access(
        _ settings: [String: Node], _ node: Node
    ) throws(ManifestsError) -> VerifyRule.Check.Access? {
        var found: VerifyRule.Check.Access?
        for scheme in [VerifyRule.Check.Access.Scheme.token, .basic] {
            for source in ["env", "file"] {
                guard let value = settings["\(scheme.rawValue)-\(source)"] else { continue }
                guard found == nil else { throw problem(value, "one way in is enough") }
                let name = try string(value)
                found = VerifyRule.Check.Access(
                    scheme: scheme, source: source == "env" ? .variable(name) : .file(name))
            }
        }
        return found
    }
}
