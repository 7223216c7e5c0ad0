import System
import Testing

@testable import Secrets

@Suite struct AgeTests {
    let identity: X25519.Identity

    init() throws { identity = try X25519.Identity.generate() }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 200_000], [false, true])
    func roundTrip(size: Int, armor: Bool) throws {
        let plain = sample(size)
        let file = try encrypt(plain, to: [identity.publicRecipient], armor: armor)
        #expect(try decrypt(file, with: [identity]) == plain)
    }

    @Test func everyChangedByteIsNoticed() throws {
        let file = try encrypt(sample(100), to: [identity.publicRecipient])
        for index in file.indices {
            var changed = file
            changed[index] ^= 1
            #expect(throws: SecretsError.self, "byte \(index)") { try decrypt(changed, with: [identity]) }
        }
    }

    @Test func everyTruncationIsNoticed() throws {
        for armor in [false, true] {
            let file = try encrypt(sample(100), to: [identity.publicRecipient], armor: armor)
            // Armor may lack its last line feed.
            for count in 0..<(file.count - 1) {
                #expect(throws: SecretsError.self, "\(count) bytes") {
                    try decrypt(Array(file.prefix(count)), with: [identity])
                }
            }
        }
    }

    @Test func chunksCannotBeLeftOutRepeatedOrSwapped() throws {
        let length = Stream.chunkLength + AEAD.tagLength
        let file = try encrypt(sample(3 * Stream.chunkLength), to: [identity.publicRecipient])
        let head = file.count - 3 * length
        let chunks = (0..<3).map { Array(file[(head + $0 * length)..<(head + ($0 + 1) * length)]) }
        func payload(_ order: [Int]) -> [UInt8] { Array(file[..<head]) + order.flatMap { chunks[$0] } }
        #expect(throws: Never.self) { try decrypt(payload([0, 1, 2]), with: [identity]) }
        for order in [[0, 1], [0, 2], [1, 0, 2], [0, 0, 1, 2], [0, 1, 2, 2], [2], []] {
            let error = #expect(throws: SecretsError.self, "\(order)") {
                try decrypt(payload(order), with: [identity])
            }
            #expect(error?.kind == .payload)
        }
    }

    @Test func passphrase() throws {
        let file = try encrypt([1], to: [Scrypt.Recipient(secret("open"), workFactor: 4)])
        #expect(try decrypt(file, with: [Scrypt.Identity(secret("open"))]) == [1])
        let error = #expect(throws: SecretsError.self) {
            try decrypt(file, with: [Scrypt.Identity(secret("shut"))])
        }
        #expect(error?.kind == .noMatch)
        #expect(throws: SecretsError.self) {
            try encrypt([1], to: [Scrypt.Recipient(secret("open"), workFactor: 4), identity.publicRecipient])
        }
        #expect(throws: SecretsError.self) { try Scrypt.Recipient(secret("")) }
    }

    @Test func aKeyOfAnotherFileDoesNotOpenIt() throws {
        let file = try encrypt([1], to: [X25519.Identity.generate().publicRecipient])
        let error = #expect(throws: SecretsError.self) { try decrypt(file, with: [identity]) }
        #expect(error?.kind == .noMatch)
        #expect(error?.hint?.contains("X25519") == true)
    }

    @Test(arguments: [
        ("age1pq1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq", "post-quantum"),
        (Bech32.encode(prefix: "age1yubikey", [1, 2, 3]), "age-plugin-yubikey"),
        ("ssh-dss AAAAB3NzaC1kc3MAAAAA", "ssh-dss"),
    ]) func recipientsThatAreRefusedByName(text: String, name: String) {
        let error = #expect(throws: SecretsError.self) { try parseRecipient(text) }
        #expect(error?.kind == .unsupported)
        #expect(error?.message.contains(name) == true, "\(error?.message ?? "")")
    }

    @Test func identitiesThatAreRefusedByName() {
        for (text, name) in [
            ("AGE-SECRET-KEY-PQ-1QQQ", "post-quantum"), ("AGE-PLUGIN-YUBIKEY-1QQQ", "age-plugin-yubikey,"),
        ] {
            let error = #expect(throws: SecretsError.self) { try Identities.parse(text) }
            #expect(error?.kind == .unsupported)
            #expect(error?.message.contains(name) == true, "\(error?.message ?? "")")
        }
    }

    @Test func errorsNeverShowASecretKey() {
        let text = identity.secretText.text
        let broken = text.dropLast() + (text.last == "Q" ? "P" : "Q")
        let error = #expect(throws: SecretsError.self) {
            try Identities.read(secret("# key\n\(broken)\n"), name: "key.txt") { _ in secret("") }.usable
        }
        #expect(error?.description == "key.txt: line 2: malformed age identity")
        let mistaken = #expect(throws: SecretsError.self) { try parseRecipient(text) }
        #expect(mistaken?.description.contains(text.dropFirst(20)) == false)
    }

    @Test func aPointOfLowOrderIsNoRecipient() throws {
        for point in [[UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31)] {
            let recipient = try parseRecipient(Bech32.encode(prefix: "age", point))
            #expect(throws: SecretsError.self) { try encrypt([1], to: [recipient]) }
        }
    }

    /// From BIP 173; the length limit is not age's.
    @Test func bech32() {
        #expect(Bech32.decode("A12UEL5L")?.prefix == "a")
        #expect(Bech32.decode("split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w") != nil)
        for text in ["A12uEL5L", "a12uel5m", "1nwldj5", "li1dgmt3", "pzry9x0s0muk", "x1b4n0q5v", "", "1"] {
            #expect(Bech32.decode(text) == nil, "\(text)")
        }
        for count in [0, 1, 32, 500] {
            let data = sample(count)
            #expect(Bech32.decode(Bech32.encode(prefix: "age", data))?.data == data)
        }
    }

    @Test func base64IsStrict() {
        for count in 0..<70 {
            let bytes = sample(count)
            #expect(Base64.decode(Array(Base64.encode(bytes).utf8)) == bytes)
            #expect(Base64.decode(Array(Base64.encode(bytes, padded: false).utf8), padded: false) == bytes)
        }
        for text in ["QQ", "QQ=", "QR==", "QQ==\n", " QQ==", "QQ===", "Q===", "====", "QUJ=", "QU-_"] {
            #expect(Base64.decode(Array(text.utf8)) == nil, "\(text)")
        }
        for text in ["QQ==", "QR", "Q"] {
            #expect(Base64.decode(Array(text.utf8), padded: false) == nil, "\(text)")
        }
    }
}
