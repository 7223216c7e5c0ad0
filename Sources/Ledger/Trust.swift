public import Git
public import Manifests

extension Estate {
    /// Who signed what, where gx.yaml wants it signed (`trust:`), by the keys at the tip; nil where it does not.
    ///
    /// - Throws: `ManifestsError.unreadable` where a file of keys is not there: else nobody's word would count, or
    ///   everybody's.
    public func signatures() throws -> Signatures? {
        guard !configuration.signers.isEmpty else { return nil }
        return try configuration.signatures(at: tip(of: Place()))
    }
}

extension Configuration {
    /// The same by the keys at a tip.
    public func signatures(at tip: Tip) throws -> Signatures? {
        guard !signers.isEmpty else { return nil }
        let tree = try tip.repository.commit(tip.commit).tree
        return try Signatures(
            tip.repository,
            keys: signers.map { file in
                guard let entry = try tip.repository.entry(at: file, inTree: tree) else {
                    throw ManifestsError.unreadable(
                        file: file,
                        reason: "'trust' of gx.yaml names it, and \(tip.shortName) has no such file")
                }
                return try tip.repository.blob(entry.id)
            })
    }
}

/// Lines of a commit that count only where somebody signed it whose key is known, where gx.yaml says so: what lets
/// something in, or keeps everybody out. A hold counts in any case: it keeps one version out, and lifting it takes a key.
public enum TrustedLine {
    /// Those of a commit.
    public static func all(in commit: Commit) -> [String] {
        GateTrailer.all(in: commit).map(\.line)
            + HoldTrailer.all(in: commit).filter { $0.act == .unhold }.map(\.line)
            + OverrideTrailer.all(in: commit).map(\.line)
    }
}
