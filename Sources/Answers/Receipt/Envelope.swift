public import Git
public import System

/// Signed bytes in a file that says what they are: DSSE 1.0, https://github.com/secure-systems-lab/dsse
public struct Envelope: Hashable, Sendable {
    public var type: String
    public var payload: [UInt8]
    public var signatures: [Signing.Signature]

    /// What SSH signatures are made for.
    public static let namespace = "dsse"

    public init(type: String, payload: [UInt8], signatures: [Signing.Signature] = []) {
        (self.type, self.payload, self.signatures) = (type, payload, signatures)
    }

    /// What is signed: the type, too, so that nobody takes the bytes for something else.
    public var signedBytes: [UInt8] {
        Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
    }

    public var json: JSON {
        .object([
            JSON.Field("payloadType", .string(type)), JSON.Field("payload", .string(Base64.encode(payload))),
            JSON.Field(
                "signatures",
                .array(
                    signatures.map { one in
                        .object([
                            JSON.Field("keyid", .string(one.key)),
                            JSON.Field("sig", .string(Base64.encode(one.text))),
                        ])
                    })),
        ])
    }

    /// Nil for what is no such file.
    public init?(_ json: JSON) {
        guard let type = json["payloadType"]?.string,
            let payload = json["payload"]?.string.flatMap({ Base64.decode($0.utf8) }),
            let list = json["signatures"]?.array, !list.isEmpty
        else { return nil }
        let signatures = list.compactMap { entry in
            entry["sig"]?.string.flatMap { Base64.decode($0.utf8) }.map {
                Signing.Signature(text: $0, key: entry["keyid"]?.string ?? "")
            }
        }
        guard signatures.count == list.count else { return nil }
        self.init(type: type, payload: payload, signatures: signatures)
    }
}
