internal import YAML

/// The section `notify` of gx.yaml.
extension SettingReader {
    func notice(_ node: Node) throws(ManifestsError) -> Notice {
        let settings = try mapping(node, keys: ["to", "url", "url-env", "environments"])
        guard let receiver = settings["to"] else {
            throw problem(
                node, "'to' is missing here",
                hint: "write one of \(Notice.Receiver.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        var notice = Notice(try choice(receiver, Notice.Receiver.self))
        if let url = settings["url"] {
            guard notice.receiver == .webhook else {
                throw problem(
                    url, "only a webhook has its address here",
                    hint: "that of \(notice.receiver.rawValue) is a secret, or goes with one: see 'url-env'")
            }
            notice.url = try string(url)
        }
        if let name = settings["url-env"] {
            guard settings["url"] == nil, notice.receiver != .grafana else {
                throw problem(
                    name,
                    notice.receiver == .grafana
                        ? "Grafana's address is in GRAFANA_URL" : "either 'url' or 'url-env'")
            }
            notice.variable = try string(name)
        }
        guard notice.receiver != .webhook || notice.url != nil || notice.variable != nil else {
            throw problem(node, "a webhook needs a 'url'", hint: "or 'url-env', where that is a secret")
        }
        if let node = settings["environments"] { notice.environments = try strings(node) }
        return notice
    }
}
