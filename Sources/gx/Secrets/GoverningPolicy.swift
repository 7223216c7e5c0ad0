import Secrets
import System

/// The policy that holds for a file: the nearest `.sops.yaml` above it.
struct GoverningPolicy {
    let policy: Policy
    let policyPath: String
    /// The file, from the policy's folder.
    let path: String

    /// Nil where there is none.
    init?(for path: String) throws {
        let absolute = Files.absolute(path)
        var folder = absolute
        while let slash = folder.lastIndex(of: "/") {
            folder = String(folder[..<slash])
            let candidate = "\(folder)/\(Policy.fileName)"
            guard Files.exists(candidate) else { continue }
            let bytes = try Files.read(candidate).unwiped
            do { policy = try Policy(parsing: bytes) } catch { throw error.inside(candidate) }
            policyPath = candidate
            self.path = String(absolute.dropFirst(folder.utf8.count + 1))
            return
        }
        return nil
    }

    /// The number of the rule for the file; nil where none of them matches.
    var rule: Int? { policy.ruleIndex(for: path) }

    /// The rule for a file; an error where there is no policy, or none of its rules matches.
    static func rule(for path: String) throws -> EncryptionRule {
        guard let governed = try GoverningPolicy(for: path) else {
            throw Failure(
                "there is no \(Policy.fileName) above \(path)",
                hint: "write one with creation_rules, or say whom to encrypt for with -r")
        }
        return try governed.policy.rule(for: governed.path).encryption
    }
}
