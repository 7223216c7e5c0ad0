/// What a value says of itself: a secret, or what stands for one.
enum SecretText {
    /// Whether a value is a secret, if its name claims as much.
    static func isSecret(_ text: String, under claim: SecretKeyName.Claim) -> Bool {
        let text = trimmed(text)
        guard claim != .none, text.utf8.count >= 3, !standsForSecret(text), !isSwitch(text) else {
            return false
        }
        guard !leadsElsewhere(text) else { return false }
        let isNumber = text.utf8.allSatisfy { (48...57).contains($0) || ".,:_-+".utf8.contains($0) }
        switch claim {
        case .none: return false
        case .random: return isRandom(text)
        case .unnamed: return !isNumber && !isObjectName(text)
        case .literal: return !isNumber && text.utf8.count >= 4
        case .password: return !isNumber || text.utf8.count >= 4
        }
    }

    /// Without white space and quotes around it.
    static func trimmed(_ text: String) -> String {
        var scalars = text.unicodeScalars[...]
        func trim(_ isOuter: (Unicode.Scalar) -> Bool) {
            scalars = scalars.drop(while: isOuter)
            while let last = scalars.last, isOuter(last) { scalars.removeLast() }
        }
        trim(\.properties.isWhitespace)
        if let first = scalars.first, first == "\"" || first == "'", scalars.count > 1, scalars.last == first
        {
            scalars = scalars.dropFirst().dropLast()
        }
        return String(scalars)
    }

    // MARK: What stands for a secret

    /// Nothing, a placeholder, cipher text, a public key, or what another program fills in.
    static func standsForSecret(_ text: String) -> Bool {
        let text = trimmed(text)
        if text.isEmpty || (try? EncryptedValue(parsing: Array(text.utf8)[...])) != nil { return true }
        if text.contains("${") { return isSubstituted(text) }
        return isReference(text) || isFilledIn(text) || isPlaceholder(text) || isPublic(text)
    }

    /// `${NAME}`: what it is to be without the variable is said behind `:-` or `:=`.
    private static func isSubstituted(_ text: String) -> Bool {
        var rest = text[...]
        while let start = rest.range(of: "${") {
            var depth = 1
            var end = start.upperBound
            while end < rest.endIndex, depth > 0 {
                if rest[end] == "}" { depth -= 1 }
                if rest[end] == "{" { depth += 1 }
                end = rest.index(after: end)
            }
            guard depth == 0 else { return false }
            let inner = rest[start.upperBound..<rest.index(before: end)]
            let name = inner.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            var fallback = inner[name.endIndex...]
            if fallback.first == ":" { fallback.removeFirst() }
            if !name.isEmpty, let sign = fallback.first, sign == "-" || sign == "=" {
                let value = String(fallback.dropFirst())
                if !standsForSecret(value), !isSwitch(value) { return false }
            }
            rest = rest[end...]
        }
        return true
    }

    /// Other tools' ways to say where a value comes from.
    private static let references = [
        "<path:", "ref+", "vault:", "bao:", "op://", "sm://", "secret://", "secretref", "awssm", "arn:aws:",
        "azurekeyvault",
        "akvs:", "keyvault", "env:", "env.", "file:", "ssm:", "gcpsm", "doppler", "$__", "!vault", "!Ref",
        "!Sub", "!env",
        "!secret", "@Microsoft.KeyVault", "gsm:", "sops://", "k8s:", "bws:", "infisical", "os.environ",
        "process.env",
        "var.", "local.", "data.", "module.", "projects/", "avp:", "argocd-vault",
    ]

    private static func isReference(_ text: String) -> Bool {
        references.contains(where: text.hasPrefix) || text.contains("<path:")
    }

    private static func isFilledIn(_ text: String) -> Bool {
        if ["{{", "{%", "<%", "$(", "#{", "%(", "[["].contains(where: text.contains) { return true }
        let pairs = [("<", ">"), ("((", "))"), ("__", "__"), ("@", "@"), ("%", "%"), ("{", "}"), ("[", "]")]
        if pairs.contains(where: { text.hasPrefix($0.0) && text.hasSuffix($0.1) && !text.contains("\"") }),
            text.utf8.count > 2
        {
            return true
        }
        return text.hasPrefix("$") && isVariable(text.dropFirst())
    }

    /// `NAME`; and as Argo CD has them, `dex.clientSecret` and `github-webhook:secret`.
    private static func isVariable(_ name: Substring) -> Bool {
        guard let first = name.first, !first.isNumber else { return false }
        if name.utf8.allSatisfy({ (65...90).contains($0) || (48...57).contains($0) || $0 == 95 }) {
            return true
        }
        let parts = name.split(omittingEmptySubsequences: false) { ".:-_".contains($0) }
        return parts.count > 1 && parts.allSatisfy { $0.count > 1 && $0.utf8.allSatisfy(isLetter) }
    }

    private static let placeholders: Set<String> = [
        "changeme", "changeit", "changethis", "change", "replaceme", "replace", "todo", "tbd", "fixme",
        "placeholder",
        "redacted", "hidden", "masked", "none", "null", "nil", "undefined", "empty", "unset", "example",
        "sample", "dummy",
        "fake", "secret", "password", "passwd", "pass", "yourpassword", "mypassword", "mysecret",
        "yoursecret", "token",
        "mytoken", "yourtoken", "string", "optional", "required", "generated", "auto", "autogenerated",
        "random", "unused",
        "notused", "default", "fillme", "foo", "bar", "baz", "foobar", "test", "testing", "value",
        "somevalue", "key",
        "apikey", "secretkey", "insertme", "updateme", "setme", "na", "notset", "disabled", "enabled",
        "removed", "omitted",
        "bearer", "basic", "file", "env", "inherit", "external", "base64", "encrypted", "plain", "text",
    ]
    private static let marks = [
        "changeme", "change-me", "change_me", "replaceme", "replace-", "replace_", "replacewith", "your-",
        "your_", "yourown",
        "insert-", "insert_", "put-your", "example", "placeholder", "redacted", "dummy", "fixme", "to-be-",
        "tobe", "xxxx",
        "notreal", "not-a-real", "not-real", "not_a_", "fake", "<your", "overwritten", "override-me",
        "set-me", "setme",
        "fill-in", "fill_in", "todo", "...", "…", "goes-here", "goes_here", "update-me", "sample",
        "yourdomain", "yourcompany",
    ]

    private static func isPlaceholder(_ text: String) -> Bool {
        let lower = text.lowercased()
        if let first = lower.first, lower.allSatisfy({ $0 == first }) { return true }
        let word = lower.filter { $0.isLetter || $0.isNumber }
        return word.isEmpty || placeholders.contains(word) || marks.contains(where: lower.contains)
    }

    private static func isPublic(_ text: String) -> Bool {
        let starts = [
            "ssh-rsa ", "ssh-ed25519 ", "ecdsa-sha2-", "age1", "-----BEGIN CERTIFICATE",
            "-----BEGIN PUBLIC KEY",
            "-----BEGIN RSA PUBLIC KEY", "-----BEGIN PGP PUBLIC KEY", "-----BEGIN X509",
            "-----BEGIN TRUSTED CERT",
            "sha256:", "sha512:", "did:", "z6Mk",
        ]
        return starts.contains(where: text.hasPrefix)
    }

    static func isSwitch(_ text: String) -> Bool {
        ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "~", "read", "write"].contains(
            text.lowercased())
    }

    // MARK: What leads to one

    /// Paths, names of variables and of keys, descriptions, code.
    private static func leadsElsewhere(_ text: String) -> Bool {
        if ["/", "./", "../", "~/"].contains(where: text.hasPrefix) { return true }
        if text.contains("://") { return true }
        let files = [
            ".pem", ".key", ".crt", ".txt", ".yaml", ".yml", ".json", ".p12", ".jks", ".env", ".pub", ".asc",
        ]
        if files.contains(where: text.hasSuffix), !text.contains(" ") { return true }
        if text.hasSuffix(")"), let open = text.firstIndex(of: "("),
            text[..<open].allSatisfy({ $0.isLetter || $0.isNumber || "._".contains($0) }),
            open > text.startIndex
        {
            return true
        }
        // The beginning of a call, or `state["token"]`.
        let name = text.prefix { $0.isLetter || $0.isNumber || "._".contains($0) }
        let rest = text[name.endIndex...]
        if !name.isEmpty,
            rest == "(" || (rest.hasPrefix("[\"") || rest.hasPrefix("['")) && rest.hasSuffix("]")
        {
            return true
        }
        if text.contains(" ") || text.contains("\n") { return isSentence(text) }
        // A name may have a number in it: `oauth2-proxy-client-secret`.
        let isName = text.contains("-") && text.utf8.count { (48...57).contains($0) } == 1
        let letters = text.utf8.allSatisfy {
            isLetter($0) || "-_./:".utf8.contains($0) || isName && (48...57).contains($0)
        }
        guard letters || isVariableName(text) else { return false }
        if isVariableName(text) { return true }
        // `db-password`, `adminPassword`, `secrets.token`
        let words = SecretKeyName.words(of: text)
        return words.count > 1
            && (words.contains { nouns.contains($0) } || text.hasPrefix(".")
                || text.split(separator: ".").count > 2)
    }

    private static let nouns: Set<String> = [
        "password", "passwd", "pwd", "secret", "secrets", "token", "tokens", "key", "keys", "credential",
        "credentials",
        "auth", "pass", "creds", "cert", "tls", "api", "passphrase", "values", "config",
    ]

    private static func isVariableName(_ text: String) -> Bool {
        text.utf8.contains(UInt8(ascii: "_")) && text.utf8.first.map { (65...90).contains($0) } == true
            && text.utf8.allSatisfy { (65...90).contains($0) || (48...57).contains($0) || $0 == 95 }
            && SecretKeyName.words(of: text).contains { nouns.contains($0) || $0.count > 2 }
            && text.utf8.count { (48...57).contains($0) } < 4
    }

    private static func isSentence(_ text: String) -> Bool {
        let words = text.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
        let common: Set<String> = [
            "the", "a", "an", "of", "to", "is", "are", "for", "from", "your", "this", "if", "in", "and", "or",
            "not", "with",
            "be", "that", "it", "will", "used", "use", "set", "see", "as", "by",
        ]
        return words.contains(where: common.contains) || ".!?:,".contains(text.last ?? " ")
            || text.first.map { "#|&;<>(".contains($0) } == true || words.count > 8
            || words.count > 2 && words.contains(where: nouns.contains)
    }

    /// A name that Kubernetes takes: lower case, and no more digits than a name has.
    private static func isObjectName(_ text: String) -> Bool {
        text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 46 }
            && (text.contains("-") || text.contains(".") || !text.contains(where: \.isNumber))
            && !isRandom(text)
    }

    // MARK: Chance

    /// Whether a text looks like it was drawn, not thought of: long, of letters and digits, without words.
    static func isRandom(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 16, !bytes.contains(where: { $0 <= 32 || $0 > 126 }) else { return false }
        let digits = bytes.count { (48...57).contains($0) }
        let capitals = bytes.count { (65...90).contains($0) }
        let small = bytes.count { (97...122).contains($0) }
        guard digits >= 2, capitals + small >= 2, digits + capitals + small > bytes.count * 3 / 4 else {
            return false
        }
        // Digests of commits and images are of these lengths, and public.
        let isHex = bytes.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        if isHex { return ![32, 40, 64].contains(bytes.count) && entropy(of: bytes) >= 3 }
        return capitals > 0 && small > 0 && entropy(of: bytes) >= 3.5
    }

    /// Bits for each byte.
    static func entropy(of bytes: [UInt8]) -> Double {
        var counts = [Int](repeating: 0, count: 256)
        for byte in bytes { counts[Int(byte)] += 1 }
        let total = Double(bytes.count)
        return counts.reduce(0) { sum, count in
            guard count > 0 else { return sum }
            return sum + Double(count) / total * log2(total / Double(count))
        }
    }

    /// Without the mathematics of the C library, which this needs for nothing else.
    private static func log2(_ value: Double) -> Double {
        var whole = Double(value.exponent)
        var rest = value.significand
        var bit = 0.5
        for _ in 0..<20 {
            rest *= rest
            if rest >= 2 {
                rest /= 2
                whole += bit
            }
            bit /= 2
        }
        return whole
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte)
    }
}

extension Substring {
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text),
                let end = index(start, offsetBy: text.count, limitedBy: endIndex)
            {
                return start..<end
            }
            start = index(after: start)
        }
        return nil
    }
}
