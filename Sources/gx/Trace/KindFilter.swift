import ArgumentParser
import Ledger

/// Which kinds of deployments are shown.
enum KindFilter: String, Choice {
    case version, all, initial, forward, promotion, rollback, race, repair, configuration, addition, removal

    func accepts(_ deployment: Deployment) -> Bool {
        switch self {
        case .all: true
        case .version: deployment.isVersion && deployment.basis != .horizon
        // What happened to one of several artifacts is found, too.
        default: "\(deployment.kind)" == rawValue || deployment.changes.contains { "\($0.kind)" == rawValue }
        }
    }
}
