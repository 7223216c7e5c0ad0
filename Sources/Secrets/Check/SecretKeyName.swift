/// What the name of a key says of its value.
enum SecretKeyName {
    /// What a value has to be to count as a secret under a name.
    enum Claim: Hashable, Sendable {
        /// Nothing: the name says nothing of secrets, or that the value leads to one.
        case none
        /// Random enough.
        case random
        /// No name of an object: `tlsSecret: shop-tls`.
        case unnamed
        /// Anything but a placeholder or a reference.
        case literal
        /// As ``literal``, digits too.
        case password
    }

    static func claim(of key: String) -> Claim {
        var words = words(of: key)
        while let last = words.last, trailing.contains(last) || last.allSatisfy(\.isNumber) {
            words.removeLast()
        }
        guard let last = words.last, !words.contains(where: harmless.contains) else { return .none }
        if passwords.contains(where: last.hasSuffix) || last == "pass" || last == "pwd" || last == "pw" {
            return .password
        }
        let previous = words.dropLast().last ?? ""
        if last == "id" { return previous == "secret" && words.count > 1 ? .random : .none }
        if last == "key" {
            // `passwordSecretKey` names a key of a Secret.
            if previous == "secret", words.count > 2, entries.contains(words[words.count - 3]) {
                return .none
            }
            // The one of a key service is a name.
            if previous == "crypto" { return .unnamed }
            return keys.contains(previous) ? .literal : .random
        }
        if last == "secret" { return owners.contains(previous) ? .literal : .unnamed }
        if last.hasPrefix("cred") { return .unnamed }
        if joined.contains(where: last.hasSuffix) { return .literal }
        if last.hasSuffix("secret") { return .unnamed }
        return weak.contains(last) ? .random : .none
    }

    private static let passwords = ["password", "passwd", "passphrase", "passcode", "passwort", "kennwort"]
    private static let joined = [
        "token", "apikey", "secretkey", "accesskey", "privatekey", "clientsecret", "appsecret", "credentials",
        "credential", "creds", "jwtsecret",
    ]
    private static let entries: Set<String> = [
        "user", "username", "password", "key", "token", "host", "database",
    ]
    /// Of a `…Key` that is a secret itself.
    private static let keys: Set<String> = [
        "api", "secret", "access", "private", "encryption", "encrypt", "signing", "sign", "auth", "master",
        "session",
        "cookie", "jwt", "hmac", "shared", "account", "storage", "client", "deploy", "admin", "webhook",
        "app",
        "aes", "fernet", "restic", "license",
    ]
    /// Of a `…Secret` that is a secret itself.
    private static let owners: Set<String> = [
        "client", "app", "jwt", "session", "cookie", "webhook", "shared", "api", "consumer", "oauth", "oidc",
        "oauth2",
        "signing", "master", "hmac", "totp", "admin", "auth", "refresh", "access", "token", "encryption",
        "csrf", "hook",
        "github", "google", "slack", "stripe", "application", "rpc", "nextauth",
    ]
    private static let weak: Set<String> = [
        "auth", "authorization", "salt", "seed", "mnemonic", "cookie", "signature", "dsn", "secrets",
        "tokens", "passwords",
        "hash", "keys", "cert",
    ]
    /// Behind a name: what they say of the value does not change what it is.
    private static let trailing: Set<String> = [
        "value", "b64", "base64", "plain", "plaintext", "text", "default", "env", "var", "string",
        "unencoded",
    ]
    /// Anywhere in a name: the value is public, or leads to a secret.
    private static let harmless: Set<String> = [
        "public", "existing", "name", "names", "ref", "reference", "file", "files", "path", "dir", "mount",
        "url", "uri",
        "endpoint", "type", "length", "len", "size", "ttl", "expiry", "expires", "expiration", "lifetime",
        "timeout",
        "duration", "interval", "enabled", "enable", "disabled", "policy", "method", "algorithm", "alg",
        "version", "count",
        "min", "max", "field", "header", "prefix", "suffix", "format", "provider", "store", "class",
        "namespace", "rotation",
        "required", "issuer", "audience", "scope", "scopes", "mode", "encoding", "selector", "label",
        "annotation",
        "annotations", "template", "reset", "hint", "description", "unencrypted", "arn", "kms", "strategy",
        "revision",
        "checksum", "digest", "sealed", "encrypted", "server", "host", "port", "create", "use", "allow",
        "permissions",
        "review", "reviews", "automount", "pull", "property", "usage", "rules", "regex", "pattern", "title",
        "message",
        "placeholder", "example", "schema", "manager", "operator", "controller", "generator", "foreign",
        "primary",
    ]

    /// `dbRootPassword`, `DB_ROOT-PASSWORD` and `db.root.password` have the same.
    static func words(of key: String) -> [String] {
        var words: [String] = []
        var word = ""
        var previous: Character?
        var upcoming = [Character](key)[...]
        while let character = upcoming.popFirst() {
            guard character.isLetter || character.isNumber else {
                if !word.isEmpty { words.append(word.lowercased()) }
                word = ""
                previous = nil
                continue
            }
            // A capital begins a word, but for those of an acronym: `APIKey` is two.
            let begins =
                character.isUppercase && previous != nil
                && (previous?.isUppercase == false || upcoming.first?.isLowercase == true)
            if begins, !word.isEmpty {
                words.append(word.lowercased())
                word = ""
            }
            word.append(character)
            previous = character
        }
        if !word.isEmpty { words.append(word.lowercased()) }
        return words
    }
}
