/// Shamir's secret sharing over GF(2^8) with the polynomial 0x11B, as SOPS splits a data key between key groups.
///
/// A share is one byte for each byte of the secret, then the x coordinate.
enum Shamir {
    /// `count` shares, any `threshold` of which give the secret back.
    static func split(_ secret: SecretBytes, into count: Int, threshold: Int) throws(SecretsError)
        -> [SecretBytes]
    {
        guard (2...255).contains(threshold), (threshold...255).contains(count) else {
            throw SecretsError(
                .policy, "a threshold of \(threshold) does not fit \(count) key groups",
                hint: "take 2 or more, and no more than there are groups")
        }
        // One row of coefficients for each power of x above 0.
        var coefficients = try Crypto.random(secret.count * (threshold - 1))
        defer { coefficients.wipe() }
        return secret.withSpan { secret in
            (1...count).map { x in
                SecretBytes(count: secret.count + 1) { share in
                    for index in secret.indices {
                        var y: UInt8 = 0
                        for power in (1..<threshold).reversed() {
                            y = multiply(y ^ coefficients[(power - 1) * secret.count + index], UInt8(x))
                        }
                        share[index] = y ^ secret[index]
                    }
                    share[secret.count] = UInt8(x)
                }
            }
        }
    }

    static func combine(_ shares: [SecretBytes]) throws(SecretsError) -> SecretBytes {
        var parts = shares.map { $0.withSpan { [UInt8]($0) } }
        defer { for index in parts.indices { parts[index].wipe() } }
        let xs = parts.compactMap(\.last)
        guard let length = parts.first?.count, length > 1, parts.allSatisfy({ $0.count == length }),
            Set(xs).count == xs.count, !xs.contains(0), xs.count > 1
        else { throw SecretsError(.format, "the shares of the data key do not belong together") }
        return SecretBytes(count: length - 1) { secret in
            for (index, part) in parts.enumerated() {
                // Lagrange's basis at 0: the product of x_j / (x_j - x_i).
                var basis: UInt8 = 1
                for (other, x) in xs.enumerated() where other != index {
                    basis = multiply(basis, multiply(x, inverse(x ^ xs[index])))
                }
                for byte in 0..<(length - 1) { secret[byte] ^= multiply(part[byte], basis) }
            }
        }
    }

    /// Without branches or tables that depend on the operands.
    static func multiply(_ a: UInt8, _ b: UInt8) -> UInt8 {
        var a = a
        var product: UInt8 = 0
        for bit in 0..<8 {
            product ^= a & (0 &- (b >> UInt8(bit) & 1))
            a = a << 1 ^ (0x1B & (0 &- (a >> 7)))
        }
        return product
    }

    /// a^254.
    static func inverse(_ a: UInt8) -> UInt8 {
        var result = a
        for _ in 0..<6 { result = multiply(multiply(result, result), a) }
        return multiply(result, result)
    }
}
