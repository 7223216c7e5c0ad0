import Git
public import Ledger
public import Manifests
import System

/// The deployments in force in all environments, now or at a moment.
public struct Running {
    public let ledger: Ledger
    private var numbers: [String: [String: Int]] = [:]

    /// - Parameter isAfter: Which deployments do not count.
    public init(_ ledger: Ledger, before isAfter: (Int) -> Bool = { _ in false }) {
        self.ledger = ledger
        for one in ledger.running(before: isAfter) {
            numbers[one.environment, default: [:]][one.app] = one.last
        }
    }

    public func apps(in environment: String) -> [String] { numbers[environment].map { Array($0.keys) } ?? [] }

    public subscript(environment: String, app: String) -> Int? { numbers[environment]?[app] }

    /// Where the files of an environment are.
    public func places(of environment: String) -> [Place] {
        unique((numbers[environment] ?? [:]).values.sorted().map(ledger.place))
    }
}
