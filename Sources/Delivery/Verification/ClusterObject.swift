internal import Git
internal import Manifests
internal import System
internal import YAML

/// An object in a cluster that tells how an app is doing there, and how it is read.
struct ClusterObject: Hashable, Sendable, CustomStringConvertible {
    enum Kind: String, Sendable {
        case argocd = "applications.argoproj.io"
        case fluxKustomization = "kustomizations.kustomize.toolkit.fluxcd.io"
        case fluxHelmRelease = "helmreleases.helm.toolkit.fluxcd.io"
        case deployment = "deployments.apps"
        case statefulSet = "statefulsets.apps"
        case daemonSet = "daemonsets.apps"

        /// As people write it in gx.yaml.
        init?(_ word: some StringProtocol) {
            switch word.lowercased() {
            case "kustomization", "ks": self = .fluxKustomization
            case "helmrelease", "hr": self = .fluxHelmRelease
            case "deployment", "deploy": self = .deployment
            case "statefulset", "sts": self = .statefulSet
            case "daemonset", "ds": self = .daemonSet
            default: return nil
            }
        }

        var word: String {
            switch self {
            case .argocd: "application"
            case .fluxKustomization: "kustomization"
            case .fluxHelmRelease: "helmrelease"
            case .deployment: "deployment"
            case .statefulSet: "statefulset"
            case .daemonSet: "daemonset"
            }
        }
    }

    let kind: Kind
    let name: String
    let context: String?
    let namespace: String?

    /// `application api-prod`
    var description: String { "\(kind.word) \(name)" }

    /// The run of kubectl that reads it.
    func look(timeout: Duration, environment: ProcessEnvironment) -> Subprocess {
        var arguments = ["get", "--output=json", "--ignore-not-found"]
        arguments.append("--request-timeout=\(max(1, timeout.components.seconds))s")
        if let context { arguments.append("--context=\(context)") }
        if let namespace { arguments.append("--namespace=\(namespace)") }
        return Subprocess(
            "kubectl", arguments + ["--", kind.rawValue, name], purpose: "ask the cluster for \(self)",
            environment: environment.withoutTokens, timeout: timeout + .seconds(5))
    }

    /// What kubectl's answer says.
    ///
    /// - Parameters:
    ///   - wanted: The versions that the app should run, by the name of the image or chart.
    ///   - hasChart: Whether one of them is a chart.
    /// - Throws: `SystemError`, with kubectl's words, where the cluster could not be asked.
    func report(
        _ answer: ProgramAnswer, wanted: [String: Version], hasChart: Bool = false
    ) throws(SystemError) -> ClusterReport {
        let output = try answer.get()
        guard output.status == 0 else {
            // Above the reason stand lines of its log, with times in them.
            let reason = output.message.split(whereSeparator: \.isNewline).last ?? ""
            throw SystemError.failed(
                command: "kubectl get \(self)", status: output.status, message: String(reason))
        }
        guard !output.stdout.isEmpty else { return ClusterReport(.missing) }
        guard let object = try? JSON(parsing: output.stdout) else {
            throw SystemError.notUnderstood(
                command: "kubectl get \(self)", answer: String(output.text.prefix(100)))
        }
        switch kind {
        case .argocd: return ClusterReport(argocd: object, pinned: wanted)
        case .fluxKustomization: return ClusterReport(fluxKustomization: object)
        case .fluxHelmRelease:
            return ClusterReport(fluxHelmRelease: object, pinned: wanted, hasChart: hasChart)
        case .deployment, .statefulSet, .daemonSet: return ClusterReport(workload: object, images: wanted)
        }
    }
}
