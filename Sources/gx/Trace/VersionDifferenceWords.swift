import Answers
import Ledger
import System

extension VersionDifference {
    /// Since when: a day for each end where the environments got it at different times.
    static func since(_ deployments: [Deployment]) -> String {
        let times = deployments.map(\.time)
        guard let first = times.min(), let last = times.max() else { return "" }
        return first == last
            ? minute(first) : day(first) == day(last) ? day(first) : "\(day(first)) … \(day(last))"
    }
}
