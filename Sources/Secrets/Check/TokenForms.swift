internal import System

/// Keys and tokens that are known by their form, wherever they stand.
struct TokenForms {
    /// Where one stands, from the beginning of its mark.
    struct Found {
        let offset: Int
        let what: String
    }

    private struct Form {
        let prefix: String
        let what: String
        /// Characters behind the prefix.
        let least: Int
        var extra = ""
        /// What has to be in what follows.
        var containing = ""
    }

    private static let forms: [Form] = [
        Form(prefix: "ghp_", what: "a GitHub token", least: 36),
        Form(prefix: "gho_", what: "a GitHub token", least: 36),
        Form(prefix: "ghu_", what: "a GitHub token", least: 36),
        Form(prefix: "ghs_", what: "a GitHub token", least: 36),
        Form(prefix: "ghr_", what: "a GitHub token", least: 36),
        Form(prefix: "github_pat_", what: "a GitHub token", least: 50, extra: "_"),
        Form(prefix: "glpat-", what: "a GitLab token", least: 20, extra: "-_"),
        Form(prefix: "gldt-", what: "a GitLab deploy token", least: 20, extra: "-_"),
        Form(prefix: "glrt-", what: "a GitLab runner token", least: 20, extra: "-_"),
        Form(prefix: "glptt-", what: "a GitLab trigger token", least: 20, extra: "-_"),
        Form(prefix: "glcbt-", what: "a GitLab job token", least: 20, extra: "-_"),
        Form(prefix: "glagent-", what: "a GitLab agent token", least: 40, extra: "-_"),
        Form(prefix: "ATBB", what: "a Bitbucket token", least: 28),
        Form(prefix: "ATATT3x", what: "an Atlassian token", least: 60, extra: "-_="),
        Form(prefix: "AKIA", what: "an AWS access key", least: 16),
        Form(prefix: "ASIA", what: "an AWS access key", least: 16),
        Form(prefix: "xoxb-", what: "a Slack token", least: 24, extra: "-"),
        Form(prefix: "xoxp-", what: "a Slack token", least: 24, extra: "-"),
        Form(prefix: "xoxa-", what: "a Slack token", least: 24, extra: "-"),
        Form(prefix: "xoxr-", what: "a Slack token", least: 24, extra: "-"),
        Form(prefix: "xoxs-", what: "a Slack token", least: 24, extra: "-"),
        Form(prefix: "xapp-", what: "a Slack token", least: 24, extra: "-"),
        Form(prefix: "hooks.slack.com/services/", what: "a Slack webhook", least: 40, extra: "/"),
        Form(prefix: "discord.com/api/webhooks/", what: "a Discord webhook", least: 60, extra: "/-_"),
        Form(prefix: "discordapp.com/api/webhooks/", what: "a Discord webhook", least: 60, extra: "/-_"),
        Form(prefix: "sk_live_", what: "a Stripe key", least: 20),
        Form(prefix: "rk_live_", what: "a Stripe key", least: 20),
        Form(prefix: "sk_test_", what: "a Stripe key", least: 20),
        Form(prefix: "whsec_", what: "a webhook's key", least: 30, extra: "+/="),
        Form(prefix: "AIza", what: "a Google API key", least: 35, extra: "-_"),
        Form(prefix: "ya29.", what: "a Google token", least: 40, extra: "-_"),
        Form(prefix: "GOCSPX-", what: "a Google client secret", least: 24, extra: "-_"),
        Form(prefix: "npm_", what: "an npm token", least: 36),
        Form(prefix: "pypi-AgEIcHlwaS5vcmc", what: "a PyPI token", least: 50, extra: "-_"),
        Form(prefix: "rubygems_", what: "a RubyGems key", least: 48),
        Form(prefix: "dckr_pat_", what: "a Docker token", least: 26, extra: "-_"),
        Form(prefix: "dop_v1_", what: "a DigitalOcean token", least: 60),
        Form(prefix: "doo_v1_", what: "a DigitalOcean token", least: 60),
        Form(prefix: "SG.", what: "a SendGrid key", least: 60, extra: "-_."),
        Form(prefix: "hvs.", what: "a Vault token", least: 24, extra: "-_"),
        Form(prefix: "hvb.", what: "a Vault token", least: 24, extra: "-_"),
        Form(prefix: "sk-ant-", what: "an Anthropic key", least: 40, extra: "-_"),
        Form(prefix: "sk-proj-", what: "an OpenAI key", least: 40, extra: "-_"),
        Form(prefix: "sk-", what: "an API key", least: 40),
        Form(prefix: "shpat_", what: "a Shopify token", least: 32),
        Form(prefix: "shpss_", what: "a Shopify token", least: 32),
        Form(prefix: "glsa_", what: "a Grafana token", least: 32, extra: "_"),
        Form(prefix: "glc_", what: "a Grafana token", least: 40, extra: "+/="),
        Form(prefix: "lin_api_", what: "a Linear key", least: 32),
        Form(prefix: "pul-", what: "a Pulumi token", least: 40),
        Form(prefix: "hf_", what: "a Hugging Face token", least: 34),
        Form(prefix: "sntrys_", what: "a Sentry token", least: 40, extra: "+/=_"),
        Form(prefix: "nvapi-", what: "an NVIDIA key", least: 50, extra: "-_"),
        Form(prefix: "tskey-", what: "a Tailscale key", least: 20, extra: "-"),
        Form(prefix: "dp.pt.", what: "a Doppler token", least: 40),
        Form(prefix: "dp.st.", what: "a Doppler token", least: 40, extra: "."),
        Form(prefix: "CFPAT-", what: "a Contentful token", least: 40, extra: "-_"),
        Form(prefix: "NRAK-", what: "a New Relic key", least: 26),
        Form(prefix: "figd_", what: "a Figma token", least: 40, extra: "-_"),
        Form(prefix: "ntn_", what: "a Notion token", least: 40),
        Form(prefix: "AccountKey=", what: "an Azure storage key", least: 80, extra: "+/="),
        Form(prefix: "eyJ", what: "a signed token (JWT)", least: 60, extra: "-_.", containing: ".eyJ"),
    ]

    /// All tokens in a text.
    static func found(in bytes: [UInt8]) -> [Found] {
        var found: [Found] = []
        for form in forms {
            var start = 0
            while let offset = bytes.firstOffset(of: form.prefix, from: start) {
                start = offset + form.prefix.utf8.count
                if isToken(form, bytes, at: offset) { found.append(Found(offset: offset, what: form.what)) }
            }
        }
        return found
    }

    private static func isToken(_ form: Form, _ bytes: [UInt8], at offset: Int) -> Bool {
        // In the middle of a word, by chance.
        if offset > 0, isAlphanumeric(bytes[offset - 1]) || bytes[offset - 1] == UInt8(ascii: "_") {
            return false
        }
        let extra = Array(form.extra.utf8)
        let body = bytes[(offset + form.prefix.utf8.count)...].prefix {
            isAlphanumeric($0) || extra.contains($0)
        }
        guard body.count >= form.least else { return false }
        let text = String(decoding: body, as: UTF8.self)
        guard form.containing.isEmpty || text.contains(form.containing) else { return false }
        if form.prefix.utf8.count == 4, form.what == "an AWS access key" {
            guard body.count == 16, body.allSatisfy({ (65...90).contains($0) || (48...57).contains($0) })
            else { return false }
        }
        // A JWT has its signature, too.
        if form.prefix == "eyJ", text.split(separator: ".", omittingEmptySubsequences: false).count != 3 {
            return false
        }
        let lower = text.lowercased()
        let isMade = ["example", "xxxx", "0000000", "1234567890", "abcdefgh", "your"].contains(
            where: lower.contains)
        return !isMade && SecretText.entropy(of: Array(body)) >= 2.8
    }

    /// `scheme://user:password@host`, with a password that is one.
    static func passwordsInAddresses(of bytes: [UInt8]) -> [Int] {
        var found: [Int] = []
        var start = 0
        while let offset = bytes.firstOffset(of: "://", from: start) {
            start = offset + 3
            guard offset > 0, isAlphanumeric(bytes[offset - 1]) else { continue }
            let ends = Array("/ \t\r\n\"'<>`|,;".utf8)
            // A variable or template may hold what else would end it.
            let authority = bytes[start...].prefix(300).prefix { !ends.contains($0) }
            guard let at = authority.lastIndex(of: UInt8(ascii: "@")),
                let colon = authority[..<at].firstIndex(of: UInt8(ascii: ":"))
            else { continue }
            let password = String(decoding: authority[(colon + 1)..<at], as: UTF8.self)
            let user = String(decoding: authority[..<colon], as: UTF8.self)
            let harmless = [
                "user", "pwd", "pw", "username", "password",
                user.lowercased() == "user" ? "pass" : "password",
            ]
            guard !password.isEmpty, !password.hasPrefix("$"), !user.contains("{{"), !password.contains("}"),
                !SecretText.standsForSecret(password), !harmless.contains(password.lowercased()),
                !password.utf8.allSatisfy({ (65...90).contains($0) || $0 == 95 })
            else { continue }
            found.append(start)
        }
        return found
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    // MARK: Private keys

    private static let keyMarks: [(mark: String, what: String)] = [
        ("AGE-SECRET-KEY-", "an age identity"), ("-----BEGIN OPENSSH PRIVATE KEY-----", "an SSH private key"),
        ("PuTTY-User-Key-File-", "an SSH private key"), ("PRIVATE KEY BLOCK-----", "a PGP private key"),
        ("PRIVATE KEY-----", "a private key"),
    ]

    static func privateKeys(in bytes: [UInt8], needing length: Int = 40) -> [Found] {
        guard
            ["PRIVATE KEY", "AGE-SECRET-KEY-", "PuTTY-User-Key-File-"].contains(where: {
                bytes.firstOffset(of: $0) != nil
            })
        else { return [] }
        var found: [Found] = []
        for (mark, what) in keyMarks {
            var start = 0
            while let offset = bytes.firstOffset(of: mark, from: start) {
                start = offset + mark.utf8.count
                if mark.hasPrefix("PRIVATE") {
                    // The first line of a key, and not one of OpenSSH, which has a mark of its own.
                    let before = String(decoding: bytes[max(0, offset - 24)..<offset], as: UTF8.self)
                    guard let begin = before.range(ofLast: "-----BEGIN "),
                        !before[begin...].contains("OPENSSH")
                    else {
                        continue
                    }
                }
                // Documentation names the marks; a key has its own text after them.
                if mark.hasPrefix("PuTTY") || hasKeyText(bytes, after: start, count: length) {
                    found.append(Found(offset: offset, what: what))
                }
            }
        }
        return found
    }

    /// Whether so many characters of a key's alphabet come next, line breaks and quotes of a file around it left out.
    private static func hasKeyText(_ bytes: [UInt8], after offset: Int, count wanted: Int) -> Bool {
        var count = 0
        var escaped = false
        for byte in bytes[offset..<min(bytes.count, offset + 400)] {
            if escaped {
                escaped = false  // \n in a quoted text
                continue
            }
            switch byte {
            case UInt8(ascii: "\\"): escaped = true
            case 48...57, 65...90, 97...122, UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
                count += 1
            case 9, 10, 13, 32: break
            // Headers of PEM and PGP: `Proc-Type: 4,ENCRYPTED`.
            case UInt8(ascii: ":"), UInt8(ascii: ","),
                UInt8(ascii: "-") where count > 3, UInt8(ascii: "."):
                break
            default: return count >= wanted
            }
            if count >= wanted { return true }
        }
        return false
    }

    // MARK: Base64

    /// What stands in Base64 and is a key or a token in the clear.
    static func inBase64(of bytes: [UInt8], depth: Int = 0) -> [Found] {
        var found: [Found] = []
        var start = 0
        while start < bytes.count {
            guard isBase64(bytes[start]) else {
                start += 1
                continue
            }
            var end = start
            while end < bytes.count, isBase64(bytes[end]) { end += 1 }
            defer { start = end }
            guard end - start >= 40, let decoded = decoded(bytes[start..<end]) else { continue }
            let inner =
                privateKeys(in: decoded, needing: 16) + TokenForms.found(in: decoded)
                + (depth < 2 ? inBase64(of: decoded, depth: depth + 1) : [])
            if let first = inner.first {
                found.append(Found(offset: start, what: "\(first.what), in Base64,"))
            }
        }
        return found
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
    }

    /// As far as it is text.
    private static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let whole = text.prefix(text.count / 4 * 4)
        guard let bytes = Base64.decode(whole, padded: false) else { return nil }
        let isText = bytes.prefix(64).allSatisfy { (32...126).contains($0) || (9...13).contains($0) }
        return isText ? bytes : nil
    }
}

extension String {
    fileprivate func range(ofLast text: String) -> Index? {
        var found: Index?
        for index in indices where self[index...].hasPrefix(text) { found = index }
        return found
    }
}
