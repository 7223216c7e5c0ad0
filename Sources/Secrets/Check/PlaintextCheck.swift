internal import System
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

    /// Larger files are not looked into.
    private static let parsedLength = 8 << 20

    /// What is wrong with a file. `policy` is the one whose folder it is under, `path` the path from there.
    public static func findings(
        in bytes: [UInt8], file: String, path: String, policy: Policy?,
        allowing allowances: Allowances = Allowances()
    ) -> [Finding] {
        let bytes = inUTF8(bytes)
        let kind = CheckedFile(path: file)
        if file == Allowances.path { return allowances.problems }
        // A NUL is no text, as Git sees it.
        guard !bytes.isEmpty, !bytes.prefix(8000).contains(0) else { return [] }
        var findings: [Finding] = []
        let rule = kind.isOfPolicies ? nil : policy?.firstRule(for: path)
        if let rule { findings = covered(bytes, file: file, path: path, rule) }
        // One finding says it all of a file that is in the clear as a whole.
        if !findings.contains(where: { $0.line == nil && $0.problem.hasPrefix(coveredMark) }),
            bytes.count <= parsedLength
        {
            // What the policy's rule has told already is no second finding.
            let told = findings
            findings += unruled(bytes, file: file, kind).filter { finding in
                !told.contains { other in
                    guard let outer = other.key, let inner = finding.key else { return false }
                    return other.line == finding.line && outer.hasSuffix(inner)
                }
            }
        }
        let comments = Allowances.Comments(in: bytes)
        var seen: Set<Finding> = []
        return findings.filter { !allowances.allow($0, in: comments) && seen.insert($0).inserted }
    }

    /// Without a byte order mark; what some editors write in UTF-16 is text, too.
    private static func inUTF8(_ bytes: [UInt8]) -> [UInt8] {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(bytes.dropFirst(3)) }
        let isLittle = bytes.starts(with: [0xFF, 0xFE])
        guard isLittle || bytes.starts(with: [0xFE, 0xFF]) else { return bytes }
        let units = stride(from: 2, to: bytes.count - 1, by: 2).map { index in
            UInt16(bytes[index + (isLittle ? 1 : 0)]) << 8 | UInt16(bytes[index + (isLittle ? 0 : 1)])
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    private static let coveredMark = "the policy covers the file"

    /// What is wrong whatever a policy says.
    private static func unruled(_ bytes: [UInt8], file: String, _ kind: CheckedFile) -> [Finding] {
        func finding(_ offset: Int, _ what: String) -> Finding {
            Finding(
                file: file, line: line(of: offset, in: bytes), key: nil, problem: "\(what) is in the clear")
        }
        var findings = kind.holdsSettings ? settings(bytes, file: file, kind) : []
        let told = Set(findings.compactMap(\.line))
        for found in TokenForms.privateKeys(in: bytes) { findings.append(finding(found.offset, found.what)) }
        var others: [Finding] = []
        for found in TokenForms.found(in: bytes) { others.append(finding(found.offset, found.what)) }
        if !kind.isCode {
            others += TokenForms.inBase64(of: bytes).map { finding($0.offset, $0.what) }
            others += TokenForms.passwordsInAddresses(of: bytes).map {
                finding($0, "a password in an address")
            }
        }
        return findings + others.filter { !told.contains($0.line ?? 0) }
    }

    /// By the names of keys, and what objects say that they are.
    private static func settings(_ bytes: [UInt8], file: String, _ kind: CheckedFile) -> [Finding] {
        let text = String(decoding: bytes, as: UTF8.self)
        let saysSecret =
            !kind.isCode && bytes.firstOffset(of: "Secret") != nil
            && LineCheck.lines(of: text).contains(where: LineCheck.isKindSecret)
        guard kind.syntax != nil || saysSecret else {
            guard kind.hasAssignments else { return [] }
            let check = LineCheck(needsQuotes: kind.needsQuotes, isShell: kind.isShell)
            return lines(check.found(in: text), file)
        }
        let problem: String
        do {
            let parsed = try YAMLFile(parsing: bytes, as: kind.syntax ?? .yaml)
            if !parsed.looksLikeTemplate {
                return ManifestCheck.found(in: parsed).map {
                    Finding(file: file, line: $0.line, key: $0.key, problem: $0.problem)
                }
            }
            problem = ""
        } catch {
            problem = error.code == .template ? "" : error.message
        }
        // A template, or broken: line by line. What says it is a Secret and cannot be read is not taken for harmless.
        let found = LineCheck.secretData(in: text)
        let findings =
            lines(found, file) + lines(LineCheck().found(in: text), file, except: Set(found.map(\.line)))
        let isTemplate = problem.isEmpty || text.contains("{{") || text.contains("{%")
        let isEncrypted = SopsFile.hasCiphertext(bytes)
        guard findings.isEmpty, saysSecret || isEncrypted, !isTemplate else { return findings }
        let what = isEncrypted ? "has encrypted values" : "says that it is a Secret"
        return [
            Finding(
                file: file, line: nil, key: nil,
                problem: "it \(what), and it does not parse, so that nobody can tell what it holds")
        ]
    }

    private static func lines(_ found: [LineCheck.Found], _ file: String, except known: Set<Int> = [])
        -> [Finding]
    {
        found.filter { !known.contains($0.line) }.map {
            Finding(
                file: file, line: $0.line + 1, key: $0.key,
                problem: $0.isSecretData ? ManifestCheck.clearSecret : ManifestCheck.clearValue)
        }
    }

    /// What a change to a file would leave in the clear that was not there before.
    static func added(by bytes: [UInt8], to old: [UInt8], file: String) -> Finding? {
        let known = findings(in: old, file: file, path: file, policy: nil).map(\.key)
        return findings(in: bytes, file: file, path: file, policy: nil).first { !known.contains($0.key) }
    }

    // MARK: Files that the policy covers

    private static func covered(_ bytes: [UInt8], file: String, path: String, _ rule: Policy.Rule)
        -> [Finding]
    {
        func finding(_ problem: String, line: Int? = nil, key: String? = nil) -> [Finding] {
            [Finding(file: file, line: line, key: key, problem: problem)]
        }
        let sops: SopsFile
        do {
            sops = try SopsFile(parsing: bytes, as: FileFormat(path: file))
        } catch {
            guard isDemanded(bytes, path: path, rule: rule, format: FileFormat(path: file)) else { return [] }
            // A file that is no SOPS file at all is in the clear; its text stays out of the message.
            return finding("the policy covers the file, and it is not an encrypted file: \(error.message)")
        }
        guard let metadata = sops.metadata else {
            guard isDemanded(bytes, path: path, rule: rule, format: sops.format) else { return [] }
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
        // What the policy's rule wants encrypted, whatever the file's own block says.
        let wanted = sops.format == .binary ? selection : rule.encryption.selection ?? .standard
        let places = sops.store.located(by: wanted).places.filter { $0.entry.kind == .value }
        let own = sops.store.located(by: selection).places.filter { $0.entry.kind == .value }
        // Rules that differ may say the same of this file.
        if places.map(\.isSelected) != own.map(\.isSelected) {
            findings += finding("it is encrypted by another rule than the policy's")
        }
        for place in places where place.isSelected {
            let text = sops.store.text(of: place.entry)
            if !text.isEmpty, (try? EncryptedValue(parsing: text)) == nil {
                findings += finding(
                    "the value is in the clear", line: line(of: place.entry.span.lowerBound, in: bytes),
                    key: place.path.text)
            }
        }
        return findings
    }

    /// Whether a file in the clear has something that a rule wants encrypted. A rule for all files (`.*.yaml`) says how
    /// they are encrypted, and not that they are; one for the fields of Secrets means Secrets.
    private static func isDemanded(_ bytes: [UInt8], path: String, rule: Policy.Rule, format: FileFormat)
        -> Bool
    {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let ending = name.lastIndex(of: ".").map { String(name[$0...]) } ?? ""
        let isForAll = rule.path.map { $0.matches("gx/any\(ending)") && $0.matches("any\(ending)") } ?? true
        guard !isForAll else { return false }
        // A template is no file that can be encrypted; what is in it is looked at line by line.
        guard !isTemplate(bytes, format) else { return false }
        guard format != .binary, let file = try? SopsFile(parsing: bytes, as: format) else { return true }
        let selection = rule.encryption.selection ?? .standard
        if isForSecrets(selection), let parsed = try? YAMLFile(parsing: bytes, as: Syntax(path: path)) {
            let kinds = parsed.documents.compactMap { $0.root?["kind"]?.string }
            let holders: Set<String> = ["Secret", "SopsSecret", "List"]
            if kinds.count == parsed.documents.count, !kinds.contains(where: holders.contains) {
                return false
            }
        }
        return file.store.located(by: selection).places.contains { place in
            place.isSelected && place.entry.kind == .value
                && !SecretText.standsForSecret(
                    String(decoding: file.store.text(of: place.entry), as: UTF8.self))
        }
    }

    private static func isTemplate(_ bytes: [UInt8], _ format: FileFormat) -> Bool {
        guard format == .yaml else { return false }
        do {
            return try YAMLFile(parsing: bytes, as: .yaml).looksLikeTemplate
        } catch {
            return error.code == .template
        }
    }

    private static func isForSecrets(_ selection: Selection) -> Bool {
        guard case .encryptedRegex(let pattern) = selection else { return false }
        return pattern.matches("stringData")
    }

    // MARK: Text

    private static func line(of offset: Int, in bytes: [UInt8]) -> Int {
        1 + bytes[..<min(offset, bytes.count)].count { $0 == UInt8(ascii: "\n") }
    }
}

extension OpenFile {
    /// The file as somebody edited it, under the same key.
    ///
    /// - Throws: Also where a secret was written to a place that the file's rule does not encrypt.
    public func edited(to plain: [UInt8], path: String) throws(SecretsError) -> [UInt8] {
        let bytes = try replacing(with: plain)
        guard let finding = PlaintextCheck.added(by: bytes, to: file.bytes, file: path) else { return bytes }
        let rule = file.selection ?? .standard
        throw SecretsError(
            .policy,
            "\(finding.key ?? "line \(finding.line ?? 1)") would be in the clear: \(rule.name) \(rule.text) of the file does not encrypt it",
            hint: "name a key that the rule encrypts, or say behind it why it may be: # gx:allow REASON")
    }
}
