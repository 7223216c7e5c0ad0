import Git
import Ledger
import Manifests
import System

/// The deployments in force in all environments, now or at a moment.
struct Running {
    let ledger: Ledger
    private var numbers: [String: [String: Int]] = [:]

    /// - Parameter isAfter: Which deployments do not count.
    init(_ ledger: Ledger, before isAfter: (Int) -> Bool = { _ in false }) {
        self.ledger = ledger
        for one in ledger.running(before: isAfter) {
            numbers[one.environment, default: [:]][one.app] = one.last
        }
    }

    /// - Parameters:
    ///   - moment: What is asked about, where that is not now.
    ///   - isUrgent: Whether an answer without history will do, where reading that takes long.
    init(_ context: Context, at moment: Moment?, isUrgent: Bool = false) throws {
        let ledger = try context.ledger(isUrgent: isUrgent && moment == nil)
        let isAfter = try moment.map {
            try ledger.isAfter($0, of: context.environments(meantBy: $0), in: context.repository)
        }
        self.init(ledger, before: isAfter ?? { _ in false })
    }

    func apps(in environment: String) -> [String] { numbers[environment].map { Array($0.keys) } ?? [] }

    subscript(environment: String, app: String) -> Int? { numbers[environment]?[app] }

    /// Where the files of an environment are.
    func places(of environment: String) -> [Place] {
        unique((numbers[environment] ?? [:]).values.sorted().map(ledger.place))
    }
}
