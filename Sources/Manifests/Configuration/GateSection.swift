internal import System
internal import YAML

/// The gates of an environment, and the section `windows` of gx.yaml.
extension SettingReader {
    func gates(_ node: Node) throws(ManifestsError) -> GateRules {
        let settings = try mapping(
            node,
            keys: ["verified", "need", "soak", "every", "checks", "run", "prometheus", "url", "approvals"])
        var gates = GateRules()
        if let node = settings["verified"] { gates.verified = try bool(node) }
        if let node = settings["need"] { gates.need = try choice(node, GateRules.Need.self) }
        if let node = settings["soak"] { gates.soak = try duration(node) }
        if let node = settings["every"] { gates.every = try duration(node) }
        if let node = settings["checks"] { gates.hostChecks = try strings(node) }
        if let node = settings["run"] { gates.checks.append(VerifyRule.Check(.run(try command(node)))) }
        if let node = settings["prometheus"] {
            let settings = try mapping(
                node,
                keys: [
                    "url", "query", "min", "max", "token-env", "token-file", "basic-auth-env",
                    "basic-auth-file",
                ])
            guard let url = settings["url"] else {
                throw problem(node, "'prometheus' needs a 'url' and a 'query'")
            }
            gates.checks.append(
                VerifyRule.Check(.prometheus(try prometheus(url, settings: settings, node: node))))
        }
        if let node = settings["url"] {
            let settings =
                node.resolved.kind == .scalar ? [:] : try mapping(node, keys: ["url", "status", "contains"])
            guard let url = node.resolved.kind == .scalar ? node : settings["url"] else {
                throw problem(node, "a 'url' is missing here")
            }
            gates.checks.append(
                VerifyRule.Check(
                    .probe(
                        url: try template(url), status: try settings["status"].map(int) ?? 200,
                        contains: try settings["contains"].map(template))))
        }
        if let node = settings["approvals"] { gates.approvals = try approvals(node) }
        return gates
    }

    private func approvals(_ node: Node) throws(ManifestsError) -> GateRules.Approvals {
        var approvals = GateRules.Approvals()
        if node.resolved.kind == .scalar {
            approvals.count = try count(node)
            return approvals
        }
        let settings = try mapping(node, keys: ["count", "from", "not"])
        if let node = settings["count"] { approvals.count = try count(node) }
        if let node = settings["from"] {
            for item in node.resolved.kind == .scalar ? [node] : try list(node) {
                let text = try string(item)
                guard text != "@", !text.hasSuffix("/") else {
                    throw problem(
                        item, "'\(text)' is nobody",
                        hint:
                            "write addresses, with * for anything, accounts or teams of the host: '*@acme.example', '@ada', '@acme/sre'"
                    )
                }
                approvals.from.append(text)
            }
        }
        if let node = settings["not"] {
            approvals.not = []
            for item in node.resolved.kind == .scalar ? [node] : try list(node) {
                approvals.not.append(try choice(item, GateRules.Approvals.Role.self))
            }
        }
        return approvals
    }

    private func count(_ node: Node) throws(ManifestsError) -> Int {
        let count = try int(node)
        guard (1...100).contains(count) else {
            throw problem(node, "a number from 1 to 100 is expected here")
        }
        return count
    }

    /// The files of keys that `trust` names.
    func signers(_ node: Node) throws(ManifestsError) -> [String] {
        let settings = try mapping(node, keys: ["signers"])
        guard let node = settings["signers"] else {
            throw problem(node, "'trust' says by whose keys: with 'signers', a file of this repository")
        }
        var files: [String] = []
        for item in node.kind == .scalar ? [node] : try list(node) {
            files.append(try relativeFile(item, of: "repository"))
        }
        guard !files.isEmpty else { throw problem(node, "'signers' names no file") }
        return files
    }

    // MARK: Windows

    func window(_ node: Node) throws(ManifestsError) -> WindowRule {
        let settings = try mapping(
            node,
            keys: [
                "allow", "deny", "cron", "rrule", "from", "to", "duration", "timezone", "reason", "except",
            ])
        let act: WindowRule.Act
        let targets: Node
        switch (settings["allow"], settings["deny"]) {
        case (let node?, nil): (act, targets) = (.allow, node)
        case (nil, let node?): (act, targets) = (.deny, node)
        default: throw problem(node, "a window takes 'allow' or 'deny', with the environments that it is for")
        }
        var window = WindowRule(act, targets: try strings(targets), schedule: try schedule(node, settings))
        if let node = settings["reason"] { window.reason = try string(node) }
        if let node = settings["except"] { window.except = try strings(node) }
        return window
    }

    private func schedule(_ node: Node, _ settings: [String: Node]) throws(ManifestsError) -> Schedule {
        guard let zoneNode = settings["timezone"] else {
            throw problem(node, "a window needs a 'timezone'", hint: "write one like Europe/Berlin, or UTC")
        }
        let name = try string(zoneNode)
        guard let zone = TimeZone(name) else {
            throw problem(
                zoneNode, "this machine knows no time zone '\(name)'",
                hint: "write one like Europe/Berlin, or UTC; the package tzdata has them")
        }
        return Schedule(try times(node, settings), zone)
    }

    private func times(_ node: Node, _ settings: [String: Node]) throws(ManifestsError) -> Schedule.Times {
        func allow(_ keys: String...) throws(ManifestsError) {
            for key in ["cron", "rrule", "from", "to", "duration"] where !keys.contains(key) {
                guard let node = settings[key] else { continue }
                throw problem(node, "'\(key)' does not go with \(keys[0])")
            }
        }
        do {
            if let cron = settings["cron"] {
                try allow("cron", "duration")
                return .cron(try Cron(string(cron)), duration: try length(settings["duration"], node))
            }
            if let rule = settings["rrule"] {
                try allow("rrule", "from", "duration")
                let from = try settings["from"].map(start) ?? (day: nil, second: 0)
                return .recurrence(
                    try Recurrence(string(rule), from: from.day), second: from.second,
                    duration: try length(settings["duration"], node))
            }
        } catch let problem as Cron.Problem {
            throw self.problem(settings["cron"] ?? settings["rrule"] ?? node, problem.message)
        } catch let error as ManifestsError { throw error } catch { throw problem(node, "\(error)") }
        guard let from = settings["from"], let to = settings["to"] else {
            throw problem(node, "a window says when: by 'cron', 'rrule', or 'from' and 'to'")
        }
        try allow("from", "to")
        let (start, end) = (try moment(from), try moment(to))
        guard start < end else { throw problem(to, "this is not after 'from'") }
        return .once(from: start, to: end)
    }

    private func length(_ node: Node?, _ window: Node) throws(ManifestsError) -> Int64 {
        guard let node else { throw problem(window, "a window that comes again needs a 'duration'") }
        let seconds = try duration(node)
        guard (60...366 * 86_400).contains(seconds) else {
            throw problem(node, "a window lasts from a minute to a year")
        }
        return Int64(seconds)
    }

    /// `2026-12-18` or `2026-12-18 18:00`, as clocks show it.
    private func moment(_ node: Node) throws(ManifestsError) -> Int64 {
        let start = try start(node)
        guard let day = start.day else {
            throw problem(
                node, "a day is expected here", hint: "write it like 2026-12-18, or 2026-12-18 18:00")
        }
        return day * Civil.daySeconds + start.second
    }

    private func start(_ node: Node) throws(ManifestsError) -> (day: Int64?, second: Int64) {
        let text = try string(node)
        let words = text.split { $0 == " " || $0 == "T" }
        if words.count == 1, let second = Civil.second(words[0]) { return (nil, second) }
        if let day = words.first.flatMap({ Civil.day($0) }) {
            if words.count == 1 { return (day, 0) }
            if words.count == 2, let second = Civil.second(words[1]) { return (day, second) }
        }
        throw problem(
            node, "'\(text)' is no time of a day and no date",
            hint: "write it like 06:00, 2026-12-18, or 2026-12-18 18:00")
    }
}
