public import Git
public import Ledger
import Manifests
public import System

/// What is known of a deployment as a statement that can be signed: in-toto's Statement v1,
/// https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
public struct Receipt {
    public static let payloadType = "application/vnd.in-toto+json"
    public static let statementType = "https://in-toto.io/Statement/v1"
    public static let predicateType = "urn:gx:deployment:v1"

    public let statement: JSON

    /// - Parameter repository: That of the deployment's commit.
    public init(of number: Int, _ ledger: Ledger, _ outcomes: Outcomes, in repository: Repository) throws {
        let one = ledger[number]
        let commit = try repository.commit(one.commit)
        let record = outcomes.record(of: one)
        let pipeline = try ledger.pipeline(of: number)
        let place = "\(one.environment)/\(one.app) "
        let gates = commit.trailerLines.filter { line in
            ["Gx-Gate: ", "Gx-Override: ", "Gx-Approve: "].contains { line.hasPrefix($0 + place) }
        }
        var fields = [
            JSON.Field("environment", .string(one.environment)), JSON.Field("app", .string(one.app)),
            JSON.Field("commit", .string(one.commit.description)), JSON.Field("time", .string(one.time.utc)),
            JSON.Field("author", .string(one.author)), JSON.Field("committer", .string(one.committer)),
            JSON.Field("kind", .string("\(one.kind)")), JSON.Field("basis", .string("\(one.basis)")),
            JSON.Field("source", one.source.map(JSON.string) ?? .null),
            JSON.Field("before", Self.pins(one.before)), JSON.Field("after", Self.pins(one.after)),
            JSON.Field("issues", .array(try ledger.issues(broughtBy: number).map(JSON.string))),
            JSON.Field("pullRequests", .array(ledger.contents(of: number).pullRequests.map(JSON.string))),
            JSON.Field("gates", .array(gates.map(JSON.string))),
            JSON.Field("outcome", .string(outcomes[one].rawValue)),
            JSON.Field("checks", .array((record?.checks ?? []).map(\.json))),
        ]
        fields.append(JSON.Field("pipeline", (pipeline?.url ?? pipeline?.id).map(JSON.string) ?? .null))
        let digests = (one.after ?? []).compactMap { pin -> JSON? in
            guard let digest = Version(pin.version).digest, let colon = digest.firstIndex(of: ":") else {
                return nil
            }
            let value = String(digest[digest.index(after: colon)...])
            return .object([
                JSON.Field("name", .string(pin.artifact)),
                JSON.Field("digest", .object([JSON.Field(String(digest[..<colon]), .string(value))])),
            ])
        }
        let manifests = JSON.object([
            JSON.Field("name", "manifests"),
            JSON.Field("digest", .object([JSON.Field("gitCommit", .string(one.commit.description))])),
        ])
        statement = .object([
            JSON.Field("_type", .string(Self.statementType)),
            JSON.Field("subject", .array(digests + [manifests])),
            JSON.Field("predicateType", .string(Self.predicateType)),
            JSON.Field("predicate", .object(fields)),
        ])
    }

    private static func pins(_ pins: [Pinned]?) -> JSON {
        .array(
            (pins ?? []).map {
                .object([
                    JSON.Field("artifact", .string($0.artifact)), JSON.Field("version", .string($0.version)),
                ])
            })
    }
}
