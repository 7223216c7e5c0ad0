import Git
import Ledger
import Manifests
import TestSupport
import Testing

/// The places of a configuration, as they were at one commit of `main`.
final class FixedPlaces: PlaceResolver {
    let repository: Repository
    let commit: ObjectID

    init(_ repository: Repository, _ commit: ObjectID) {
        (self.repository, self.commit) = (repository, commit)
    }

    func tip(of place: Place) throws -> Tip { Tip(repository: repository, ref: "fixed", commit: commit) }
    func branches(of repository: String?) throws -> [String] { [] }
}

extension ScratchRepository {
    /// The ledger, by the gx.yaml of the work tree.
    func ledger(index: Bool = false) throws -> Ledger {
        let repository = try repository()
        let configuration = try Configuration(parsing: Array((read("gx.yaml") ?? "").utf8))
        return try Ledger(configuration, resolver: KnownPlaces(repository), in: repository, index: index)
    }

    func remove(_ path: String) throws { try folder.run("rm", ["-r", "--", path], in: self.path) }
}

extension Ledger {
    /// Every deployment in one line: `prod/api promotion from dev 1.0 -> 1.1`.
    var lines: [String] {
        (0..<count).map { number in
            let one = self[number]
            let versions = { (pins: [Pinned]?) in
                pins.map { $0.map(\.version).sorted().joined(separator: "+") } ?? "none"
            }
            var line = "\(one.environment)/\(one.app) \(one.kind)"
            if let source = one.source { line += " from \(source)" }
            if one.basis != .inferred { line += " (\(one.basis))" }
            return "\(line) \(versions(one.before)) -> \(versions(one.after))"
        }
    }
}
