internal import YAML

/// Looks for secrets that are about to be committed in the clear. Values are never part of what it finds.
public enum PlaintextCheck {
    public struct Finding: Hashable, Sendable {
        public let file: String
        /// From 1; nil where the whole file is meant.
        public let line: Int?
        /// The key whose value is in the clear.
        public let key: String?
        public let problem: String
    }

    /// Larger manifests are not looked into.
    private static let parsedLength = 8 << 20

    /// What is wrong with a file. `policy` is the one whose folder it is under, `path` the path from there.
    public static func findings(
        in bytes: [UInt8], file: String, path: String, policy: Policy?
    ) -> [Finding] {
        var findings: [Finding] = []
        let rule = policy?.firstRule(for: path)
        let isPolicy = file.split(separator: "/").last.map(String.init) == Policy.fileName
        if let rule, !isPolicy, bytes.isEmpty == false {
            findings += covered(bytes, file: file, rule)
        } else if mayHoldManifest(file, bytes) {
            findings += clearSecrets(bytes, file: file)
        }
        return findings + privateKeys(bytes, file: file)
    }

    // MARK: Files that the policy covers

    private static func covered(_ bytes: [UInt8], file: String, _ rule: Policy.Rule) -> [Finding] {
        func finding(_ problem: String, line: Int? = nil, key: String? = nil) -> [Finding] {
            [Finding(file: file, line: line, key: key, problem: problem)]
        }
        let sops: SopsFile
        do {
            sops = try SopsFile(parsing: bytes, as: FileFormat(path: file))
        } catch {
            // A file that is no SOPS file at all is in the clear; its text stays out of the message.
            return finding("the policy covers the file, and it is not an encrypted file: \(error.message)")
        }
        guard let metadata = sops.metadata else {
            return finding("the policy covers the file, and it is in the clear")
        }
        var findings: [Finding] = []
        let listed = Set(rule.encryption.recipients)
        let actual = Set(metadata.recipients)
        for reader in metadata.recipients where !listed.contains(reader) {
            findings += finding("encrypted for \(reader), whom the policy does not list")
        }
        for reader in rule.encryption.recipients where !actual.contains(reader) {
            findings += finding("not encrypted for \(reader), whom the policy lists")
        }
        if metadata.groups.count != rule.encryption.groups.count {
            findings += finding(
                "it has \(metadata.groups.count) key groups, and the policy \(rule.encryption.groups.count)")
        }
        let selection = SopsFile.selection(of: metadata, sops.format)
        if sops.format != .binary, selection != rule.encryption.selection ?? .standard {
            findings += finding("it is encrypted by another rule than the policy's")
        }
        // What the policy's rule wants encrypted, whatever the file's own block says.
        let wanted = sops.format == .binary ? selection : rule.encryption.selection ?? .standard
        for place in sops.store.located(by: wanted).places
        where place.isSelected && place.entry.kind == .value {
            let text = sops.store.text(of: place.entry)
            if !text.isEmpty, (try? EncryptedValue(parsing: text)) == nil {
                findings += finding(
                    "the value is in the clear", line: line(of: place.entry.span.lowerBound, in: bytes),
                    key: place.path.text)
            }
        }
        return findings
    }

    // MARK: Kubernetes Secrets

    private static func mayHoldManifest(_ file: String, _ bytes: [UInt8]) -> Bool {
        let format = FileFormat(path: file)
        return (format == .yaml || format == .json) && bytes.count <= parsedLength
            && bytes.firstOffset(of: "Secret") != nil
    }

    /// `kind: Secret` with data in the clear, in a file of any name.
    private static func clearSecrets(_ bytes: [UInt8], file: String) -> [Finding] {
        guard let parsed = try? YAMLFile(parsing: bytes, as: Syntax(path: file)) else { return [] }
        var findings: [Finding] = []
        for document in parsed.documents {
            guard let root = document.root else { continue }
            // A List holds manifests of its own.
            for manifest in [root] + (root["items"]?.items ?? []) where manifest["kind"]?.string == "Secret" {
                for field in ["data", "stringData"] {
                    for (key, value) in manifest[field]?.entries ?? [] {
                        let text = value.string ?? ""
                        let isClear =
                            !text.isEmpty && !EncryptedValue.isMarked(text.utf8) && !isPlaceholder(text)
                        guard isClear else { continue }
                        findings.append(
                            Finding(
                                file: file, line: value.line, key: "\(field).\(key.string ?? "")",
                                problem: "a Secret has data in the clear"))
                    }
                }
            }
        }
        return findings
    }

    /// What another program fills in: a substitution of Flux, a template, or a reference of a secret store.
    private static func isPlaceholder(_ text: String) -> Bool {
        (text.hasPrefix("${") && text.hasSuffix("}")) || (text.hasPrefix("{{") && text.hasSuffix("}}"))
            || text.hasPrefix("<path:") || text.hasPrefix("ref+")
    }

    // MARK: Private keys

    private static let keyMarks: [(mark: String, what: String)] = [
        ("AGE-SECRET-KEY-", "an age identity"), ("-----BEGIN OPENSSH PRIVATE KEY-----", "an SSH private key"),
        ("-----BEGIN RSA PRIVATE KEY-----", "a private key"),
        ("-----BEGIN EC PRIVATE KEY-----", "a private key"),
        ("-----BEGIN DSA PRIVATE KEY-----", "a private key"),
        ("-----BEGIN PRIVATE KEY-----", "a private key"),
        ("-----BEGIN ENCRYPTED PRIVATE KEY-----", "a private key"),
        ("-----BEGIN PGP PRIVATE KEY BLOCK-----", "a PGP private key"),
    ]

    private static func privateKeys(_ bytes: [UInt8], file: String) -> [Finding] {
        guard ["PRIVATE KEY", "AGE-SECRET-KEY-"].contains(where: { bytes.firstOffset(of: $0) != nil }) else {
            return []
        }
        var findings: [Finding] = []
        for (mark, what) in keyMarks {
            var start = 0
            while let offset = bytes.firstOffset(of: mark, from: start) {
                start = offset + mark.utf8.count
                // Documentation names the marks; a key has its own text after them.
                if hasKeyText(bytes, after: start) {
                    findings.append(
                        Finding(
                            file: file, line: line(of: offset, in: bytes), key: nil,
                            problem: "\(what) is in the clear"))
                }
            }
        }
        return findings
    }

    /// Whether 40 characters of a key's alphabet come next, line breaks and quotes of a file around it left out.
    private static func hasKeyText(_ bytes: [UInt8], after offset: Int) -> Bool {
        var count = 0
        var escaped = false
        for byte in bytes[offset..<min(bytes.count, offset + 200)] {
            if escaped {
                escaped = false  // \n in a quoted text
                continue
            }
            switch byte {
            case UInt8(ascii: "\\"): escaped = true
            case 48...57, 65...90, 97...122, UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
                count += 1
            case 9, 10, 13, 32: break
            default: return count >= 40
            }
            if count >= 40 { return true }
        }
        return false
    }

    // MARK: Text

    private static func line(of offset: Int, in bytes: [UInt8]) -> Int {
        1 + bytes[..<min(offset, bytes.count)].count { $0 == UInt8(ascii: "\n") }
    }
}
