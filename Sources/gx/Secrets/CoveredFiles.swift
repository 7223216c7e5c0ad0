import Secrets
import System

/// A policy, and the encrypted files that it covers, each with its rule.
struct CoveredFiles {
    private(set) var policy: Policy
    let policyPath: String
    /// From the root, and from the policy's folder.
    private(set) var files: [(path: String, relative: String, rule: Int)] = []
    let old: [UInt8]

    /// A rule that is to be split.
    struct Split {
        /// What it is for, besides.
        var sharing: String
        /// The `path_regex` of the new one.
        var pattern: String
    }

    private init(_ governed: GoverningPolicy) {
        (policy, policyPath, old) = (governed.policy, governed.policyPath, governed.policy.bytes)
    }

    /// Files by the policies that cover them, and those that no rule covers.
    static func all(
        _ items: [SecretFiles.Item], _ files: SecretFiles
    ) throws -> (covered: [CoveredFiles], others: [SecretFiles.Item]) {
        var covered: [CoveredFiles] = []
        var others: [SecretFiles.Item] = []
        for item in items {
            let path = "\(files.root ?? "")/\(item.path)"
            guard let own = try GoverningPolicy(for: path), let rule = own.rule else {
                others.append(item)
                continue
            }
            if !covered.contains(where: { $0.policyPath == own.policyPath }) {
                covered.append(CoveredFiles(own))
            }
            for index in covered.indices where covered[index].policyPath == own.policyPath {
                covered[index].files.append((path, own.path, rule))
            }
        }
        return (covered, others)
    }

    /// The files under rules that hold for no others.
    ///
    /// - Parameter agree: Is told of each rule that has to be split for it; throws where it is not to be.
    func apart(in files: SecretFiles, agree: (Split) throws -> Void) throws -> CoveredFiles {
        var part = self
        let folder = policyPath.dropLast(Policy.fileName.count)
        let prefix = files.relative(String(folder) + "x").map { $0.dropLast() } ?? ""
        func inPolicy(_ path: String) -> String? {
            path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : nil
        }
        let own = Set(self.files.map(\.relative))
        let encrypted = try files.all { _, _ in }.compactMap { inPolicy($0.path) }
            .filter { !own.contains($0) }
        var paths: [String]?
        for rule in Set(self.files.map(\.rule)).sorted(by: >) {
            let chosen = self.files.filter { $0.rule == rule }.map(\.relative)
            // Environments that have no secret yet would share it as well.
            let twins = chosen.flatMap { files.twins(of: prefix + $0) }.compactMap { inPolicy($0.path) }
                .filter { !own.contains($0) }
            let sharing = unique(encrypted + twins).filter { part.policy.ruleIndex(for: $0) == rule }
            guard !sharing.isEmpty else { continue }
            let known = try paths ?? files.everyPath().compactMap(inPolicy)
            paths = known
            let others = Set(known + sharing).subtracting(own)
            let split = try part.policy.splitting(rule, for: chosen, besides: Array(others))
            let line = part.policy.rules[rule].line
            let more = sharing.count > 3 ? " and \(sharing.count - 3) more" : ""
            let what = Array(sharing.sorted().prefix(3)).listed("and") + more
            try agree(
                Split(
                    sharing: "the rule at line \(line) of \(files.shown(policyPath)) is also for \(what)",
                    pattern: split.pattern))
            part.policy = split.policy
        }
        part.files = part.files.map { file in
            (file.path, file.relative, part.policy.ruleIndex(for: file.relative) ?? file.rule)
        }
        return part
    }
}
