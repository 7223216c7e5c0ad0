internal import Git
internal import System

/// Records that let something in count only where somebody signed them whose key is known, where gx.yaml says so
/// (`trust:`): that a hold is lifted, and that a deployment succeeded. What keeps something out counts in any case.
extension Record {
    /// What signatures of SSH are made for.
    private static let namespace = "gx"

    /// Signed as git signs commits here; as it is where it is of a kind that nobody asks a signature of, or git does not
    /// sign.
    func signed(on object: ObjectID, in repository: Repository) throws -> Record {
        guard Self.signedTypes.contains(type), signature == nil, try repository.isTrue("commit.gpgSign")
        else {
            return self
        }
        var record = self
        let bytes = signedBytes(on: object)
        record.signature = try Signing(repository).sign(bytes, for: Self.namespace).text
        return record
    }

    private static let signedTypes =
        Set(HoldTrailer.Act.allCases.map(\.recordType)).union([FinishedDeployment.type])

    /// Who signed it; nil where nobody did whose key is known.
    func signer(on object: ObjectID, by signatures: Signatures) throws -> String? {
        guard let signature, let moment = Timestamp(iso8601: time) else { return nil }
        return try signatures.signer(
            of: signedBytes(on: object), signature, for: Self.namespace, at: moment)
    }
}
