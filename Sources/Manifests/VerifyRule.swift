/// The checks after a deployment, for the environments and apps that they are for.
public struct VerifyRule: Hashable, Sendable {
    /// How gx learns that the cluster runs the commit.
    public enum Cluster: Hashable, Sendable {
        /// The name of an Argo CD Application.
        case argocd(Template)
        /// The name of a Flux Kustomization or HelmRelease.
        case flux(Template)
        /// A workload, `Deployment/api`.
        case rollout(Template)
        case run([Template])
    }

    /// One judgement over a window.
    public struct Check: Hashable, Sendable {
        public enum Kind: Hashable, Sendable {
            case prometheus(url: String, query: Template)
            case probe(url: Template, status: Int)
            case run([Template])
        }

        public var kind: Kind
        public var min: Double?
        public var max: Double?
        /// How far the value may rise above the one before the deployment: 1.2 is a fifth more.
        public var increase: Double?
        /// Seconds that the check has to hold.
        public var duration: Int?
        /// Seconds after which it counts as failed.
        public var timeout: Int?
        /// Failed samples that are tolerated.
        public var failures: Int
    }

    /// A name of an environment, a group, or either with `*`; `env/app` names an app too.
    public var environments: String
    public var apps: String?
    public var cluster: Cluster?
    public var context: Template?
    public var namespace: Template?
    public var checks: [Check]
    /// Commands around the verification, told what happened by variables.
    public var before: [[Template]]
    public var after: [[Template]]
    /// Seconds for all checks together.
    public var timeout: Int?
}
