import Git
import Ledger
import Manifests
import Terminal
import YAML

extension Context {
    /// Says which manifests can't be read now, and why: of them the answer has what they were before.
    func warnOfLostFiles(_ ledger: Ledger) throws {
        let all = ledger.standIns
        for (tip, path) in all.prefix(5) {
            guard let reason = try Self.problem(of: path, at: tip) else { continue }
            try warn("\(path): \(reason); until that is settled, what it said before counts, if anything")
        }
        if all.count > 5 {
            try warn("\(all.count - 5) files more can't be read: what they said before counts")
        }
    }

    private static func problem(of path: String, at tip: Tip) throws -> String? {
        let repository = tip.repository
        let tree = try repository.commit(tip.commit).tree
        guard let entry = try repository.entry(at: path, inTree: tree) else { return nil }
        guard let bytes = try repository.soundBlob(entry.id, path) else {
            return "its contents are missing or damaged"
        }
        do {
            _ = try YAMLFile(manifest: bytes, as: Syntax(path: path))
            return nil
        } catch {
            return error.description
        }
    }
}
