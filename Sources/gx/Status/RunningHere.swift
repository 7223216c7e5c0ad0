import Answers
import Ledger
import System

extension Running {
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
}
