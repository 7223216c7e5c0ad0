import Manifests
import Secrets
import System
import Terminal

/// Keeps what belongs to one environment out of another one's cluster, as far as gx.yaml says which is whose.
struct ClusterGuard {
    private let configuration: Configuration?
    private let around: Context

    init(_ files: SecretFiles, _ around: Context) {
        configuration = files.configuration
        self.around = around
    }

    /// Refuses a context of kubectl that is not the environment's; with `isTold`, only says so.
    func check(_ context: String, of environment: String?, isTold: Bool) throws {
        guard let configuration, let environment else { return }
        let own = configuration.clusters(of: environment)
        var others: [String] = []
        if own.isEmpty {
            others = configuration.environments.map(\.environment.name).filter {
                configuration.clusters(of: $0).contains(.context(context))
            }
        }
        guard try own.isEmpty ? !others.isEmpty : !isOne(context, of: own) else { return }
        let what =
            own.isEmpty
            ? "\(context) is the cluster of \(others.listed("and")), and none of \(environment)"
            : "\(context) is no cluster of \(environment), which has \(own.map(\.description).listed("and"))"
        guard isTold else {
            throw Failure(
                what, hint: "name the right context, or say --any-cluster; gx.yaml has them under clusters:",
                status: .no)
        }
        try around.warn(Text(what))
    }

    private func isOne(_ context: String, of clusters: [Cluster]) throws -> Bool {
        if clusters.contains(.context(context)) { return true }
        let servers = clusters.compactMap { if case .server(let url) = $0 { url } else { nil } }
        guard !servers.isEmpty else { return false }
        let output = try Subprocess(
            "kubectl",
            [
                "config", "view", "--minify", "--context", context, "-o",
                "jsonpath={.clusters[0].cluster.server}",
            ],
            purpose: "see which cluster \(context) is", environment: Identities.withheld
        ).run()
        guard output.status == 0 else { throw Failure("kubectl: \(output.message)") }
        return servers.contains { Cluster.isSame($0, output.text) }
    }
}
