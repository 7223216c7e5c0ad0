internal import System

/// The key that a file's values are encrypted under.
enum DataKey {
    static let length = 32

    static func generate() throws(SecretsError) -> SecretBytes {
        SecretBytes(taking: try Crypto.random(length))
    }

    /// The data key of a file, with whatever identities open it.
    static func open(_ metadata: Metadata, with identities: Identities) throws(SecretsError) -> SecretBytes {
        var shares: [SecretBytes] = []
        var problems = identities.problems
        let needed = metadata.groups.count == 1 ? 1 : metadata.threshold ?? metadata.groups.count
        for group in metadata.groups where shares.count < needed {
            if let share = try open(group, with: identities, problems: &problems) { shares.append(share) }
        }
        guard shares.count >= needed else {
            throw noMatch(metadata, opened: shares.count, needed: needed, problems)
        }
        let key = metadata.groups.count == 1 ? shares[0] : try Shamir.combine(shares)
        guard key.count == length else {
            throw SecretsError(.format, "malformed sops block: the data key is not \(length) bytes")
        }
        return key
    }

    private static func open(
        _ group: Metadata.KeyGroup, with identities: Identities, problems: inout [SecretsError]
    ) throws(SecretsError) -> SecretBytes? {
        let mine = Set(identities.all.compactMap(\.recipient))
        // The names are only a hint: anybody could have changed them. So the others are tried too.
        let ordered =
            group.age.filter { mine.contains($0.recipient) }
            + group.age.filter { !mine.contains($0.recipient) }
        for key in ordered {
            do {
                return try AgeFile.decrypt(Array(key.encrypted.utf8), with: identities.all)
            } catch {
                if error.kind != .noMatch {
                    problems.append(error.inside("the data key for \(quoted(key.recipient))"))
                }
            }
        }
        for key in ordered {
            do {
                let onDemand = try identities.fetch(for: key.recipient)
                if !onDemand.isEmpty { return try AgeFile.decrypt(Array(key.encrypted.utf8), with: onDemand) }
            } catch {
                if error.kind != .noMatch { problems.append(error) }
            }
        }
        return nil
    }

    private static func noMatch(
        _ metadata: Metadata, opened: Int, needed: Int, _ problems: [SecretsError]
    ) -> SecretsError {
        var readers = metadata.recipients.map { $0.count > 24 ? "\($0.prefix(20))…" : $0 }
        readers += metadata.services.map { "\($0) (which gx does not use)" }
        let groups = metadata.groups.count > 1 ? ", \(opened) of the \(needed) key groups that it takes" : ""
        let known = problems.isEmpty ? "" : "; \(problems.map(\.description).joined(separator: "; "))"
        return SecretsError(
            .noMatch, "no identity opens the file\(groups)\(known)",
            hint:
                "it is encrypted for \(readers.joined(separator: ", ")); name your key with SOPS_AGE_KEY_FILE"
        )
    }

    /// By the age program where gx has not the mathematics of a recipient, as for post-quantum ones. Never for a
    /// plugin: a file of the repository would name a program to run.
    private static func encrypt(_ share: SecretBytes, to recipient: String) throws(SecretsError) -> String {
        let reason: SecretsError
        do {
            return try AgeFile.encrypt(share, to: parseRecipient(recipient))
        } catch {
            guard error.kind == .unsupported, recipient.hasPrefix("age1pq1") else { throw error }
            reason = error
        }
        var input = share.withSpan { [UInt8]($0) }
        defer { input.wipe() }
        let output = try? Subprocess(
            "age", ["--armor", "--recipient", recipient], purpose: "encrypt for a post-quantum recipient",
            input: input
        ).run()
        guard let output, output.status == 0 else {
            throw SecretsError(
                .unsupported, "\(quoted(recipient)) is a post-quantum recipient: \(reason.message)",
                hint: "install age 1.3 or later, which gx then asks; or take the recipient out of the rule")
        }
        return output.text
    }

    /// Encrypts the data key, or a share of it for each group, for everybody in `groups`.
    static func wrap(
        _ key: SecretBytes, for groups: [[String]], threshold: Int?
    ) throws(SecretsError) -> [[Metadata.AgeKey]] {
        let shares =
            groups.count == 1
            ? [key] : try Shamir.split(key, into: groups.count, threshold: threshold ?? groups.count)
        var wrapped: [[Metadata.AgeKey]] = []
        for (group, share) in zip(groups, shares) {
            var keys: [Metadata.AgeKey] = []
            for recipient in group {
                let encrypted = try encrypt(share, to: recipient)
                keys.append(Metadata.AgeKey(recipient: recipient, encrypted: encrypted))
            }
            wrapped.append(keys)
        }
        return wrapped
    }
}
