import Git
import Ledger
import Manifests
import System

/// A commit that no branch has which an environment is read from.
public struct Stray {
    /// The branches that are read, as people call them.
    public let read: [String]
    /// One that has it, where there is one.
    public let branch: String?

    /// Nil where a branch that is read has it.
    init?(_ id: ObjectID, _ ledger: Ledger) throws {
        guard try !ledger.isOnBranch(id) else { return nil }
        read = unique(ledger.tips.map(\.shortName))
        let repository = ledger.tips.map(\.repository).first { $0.contains(id) }
        branch = try repository.flatMap { repository in
            try repository.branchNames.first { name in
                try repository.tip(of: name).map { try repository.isAncestor(id, of: $0) } ?? false
            }
        }
    }
}
